// When an account was enabled and disabled, by what its directory tells of its past.
#include <gmock/gmock.h>

#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using base::Bounds;
using model::TimeFact;

/// Made in 2020, changed on 20 April 2026 for whatever reason.
Company company(bool enabled, TimeFact switched) {
  Company c;
  c.account("jane");
  c.accounts().modified[0] = c.on("2026-04-20T08:00:00Z");
  c.accounts().enabled[0] = model::BoolFact::known(enabled, c.directory().text.intern("userAccountControl"));
  c.accounts().switched[0] = switched;
  return c;
}

std::string fact(const char* name, bool enabled, TimeFact switched) {
  Company c = company(enabled, switched);
  return c.facts(model::SubjectKind::account).value(name, 0);
}

TimeFact between(const char* earliest, const char* latest) {
  return TimeFact::known({at(earliest), at(latest)}, base::TextId(0));
}

TEST(DisabledAt, IsAsNarrowAsTheDirectoryTells) {
  EXPECT_EQ(fact("account.disabled_at", false, TimeFact{}), "between 2020-01-01T00:00:00Z and 2026-04-20T08:00:00Z");
  EXPECT_EQ(fact("account.disabled_at", false, between("2020-01-01T00:00:00Z", "2026-04-01T00:00:00Z")),
            "between 2020-01-01T00:00:00Z and 2026-04-01T00:00:00Z");
  EXPECT_EQ(fact("account.disabled_at", false, between("2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z")),
            "2026-04-01T00:00:00Z");
  EXPECT_EQ(fact("account.disabled_at", false, TimeFact::never({})), "2020-01-01T00:00:00Z") << "as it was made";
  EXPECT_EQ(fact("account.disabled_at", true, between("2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z")), "never");
}

TEST(SwitchedOnAt, IsWhatTheDirectoryTells) {
  EXPECT_EQ(fact("account.switched_on_at", true, between("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z")),
            "between 2026-04-01T00:00:00Z and 2026-04-02T00:00:00Z");
  EXPECT_EQ(fact("account.switched_on_at", true, TimeFact::never({})), "never");
}

TEST(SwitchedOnAt, IsUnknownOfWhatIsDisabledOrWhereNothingTells) {
  EXPECT_EQ(fact("account.switched_on_at", false, between("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z")), "unknown");
  EXPECT_EQ(fact("account.switched_on_at", true, TimeFact{}), "unknown");
}

}  // namespace
}  // namespace tally::evaluation
