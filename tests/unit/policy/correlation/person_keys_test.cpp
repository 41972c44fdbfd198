// The keys of a person find every account that correlation could give to that person.
#include "policy/correlation/person_keys.h"

#include <gmock/gmock.h>

#include "policy/correlation/fold.h"

namespace tally::correlation {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<model::Harvest> hr(std::string_view number, std::string_view mail, std::string_view login = "") {
  std::vector<model::Harvest> out(1);
  model::Harvest& h = out[0];
  const std::size_t i = h.people.add(model::SourceId(0)).index();
  h.people.employee_id[i] = h.text.add(number);
  h.people.mail[i] = h.text.add(mail);
  h.people.login[i] = h.text.add(login);
  return out;
}

TEST(PersonKeys, AreNumberAndMailByTheDefaultRules) {
  const model::PersonKeys keys = keys_of(hr(" 007 ", "Jürgen.Groß@X.test", "jg"), "007", {});
  EXPECT_EQ(keys.employee_number, "007");
  EXPECT_THAT(keys.mails, ElementsAre("jürgen.gross@x.test"));
  EXPECT_THAT(keys.logins, IsEmpty()) << "no rule compares logins";
}

TEST(PersonKeys, HaveEveryDecorationOfTheRulesThatCompareLogins) {
  Settings settings;
  settings.rules = {{MatchBy::login, 1, {"ADM-"}, {"-t"}},
                    {MatchBy::mail_local_part, 1, {}, {}},
                    {MatchBy::principal_local_part, 1, {}, {"-x"}}};
  const model::PersonKeys keys = keys_of(hr("1", "ada.b@x.test", "AdaB"), "1", settings);
  EXPECT_THAT(keys.logins, ElementsAre("ada.b", "adab", "adab-t", "adm-adab"));
  EXPECT_THAT(keys.principals, ElementsAre("adab", "adab-x"));
}

TEST(PersonKeys, HaveTheRegisteredAccountsThatThePersonAnswersFor) {
  Settings settings;
  settings.registered = {{"", "SVC-Backup", "1", ""}, {"", "svc-mail", "2", ""}};
  EXPECT_THAT(keys_of(hr("1", ""), "1", settings).logins, ElementsAre("svc-backup"));
}

TEST(PersonKeys, OfANumberThatHrDoesNotKnowAreTheNumber) {
  const model::PersonKeys keys = keys_of(hr("1", "a@x.test"), "2", {});
  EXPECT_EQ(keys.employee_number, "2");
  EXPECT_THAT(keys.mails, IsEmpty());
}

TEST(PersonKeys, KnowNoPlaceholderMails) { EXPECT_THAT(keys_of(hr("1", "n/a"), "1", {}).mails, IsEmpty()); }

}  // namespace
}  // namespace tally::correlation
