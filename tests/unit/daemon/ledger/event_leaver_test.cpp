// The entry about a leaver who is followed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"

namespace tally::ledger {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00.000001Z");

std::string leaf_of(const EventText& text) {
  const auto leaf = make_leaf({text.type, kTime, {}, std::nullopt}, text.fields);
  EXPECT_TRUE(leaf) << leaf.error().message;
  return leaf.value_or("");
}

LeaverFollowed again(const EventText& text, bool erased = false) {
  const auto event = decode(leaf_of(text), erased ? std::string() : text.personal);
  EXPECT_TRUE(event) << event.error().message;
  return event ? std::get<LeaverFollowed>(*event) : LeaverFollowed{};
}

model::Revocation leaver() {
  model::Revocation r;
  r.key = "person/hr/001004";
  r.employee_id = "001004";
  r.name = "Dana \xFF";
  r.left = {kTime, kTime + std::chrono::hours(26)};
  r.entered = base::Bounds::exactly(kTime);
  r.seen = {base::kBeginningOfTime, kTime};
  r.accounts = 3;
  r.worked = {"account/ad/1", "account/unix/2"};
  r.access = {model::Truth::unknown, kTime, std::nullopt, base::Bounds{base::kBeginningOfTime, kTime}};
  r.groups = {model::Truth::no, std::nullopt, base::Bounds{kTime, kTime + std::chrono::hours(1)}, std::nullopt};
  r.recalled = true;
  r.access_told = "by deletion; source: deleted objects of corp-ad";
  r.until = kTime;
  r.looked = kTime - std::chrono::hours(2);
  return r;
}

TEST(LeaverEvent, SaysTheSameWhenItIsReadAgain) {
  const EventText text = encode(LeaverFollowed{"run-5", 42, leaver()});
  EXPECT_EQ(text.type, "leaver_followed");
  EXPECT_EQ(text.subject_key, "person/hr/001004");
  const auto event = again(text);
  model::Revocation expected = leaver();
  expected.name = "Dana \uFFFD";
  EXPECT_EQ(event.run, "run-5");
  EXPECT_EQ(event.first, 42u);
  EXPECT_EQ(event.revocation, expected);
}

TEST(LeaverEvent, TellsThePublicOnlyWhetherAccessIsThere) {
  const std::string leaf = leaf_of(encode(LeaverFollowed{"run-5", 0, leaver()}));
  EXPECT_THAT(leaf, HasSubstr("\"access\":\"unknown\""));
  EXPECT_THAT(leaf, Not(HasSubstr("first")));
  for (const char* secret : {"Dana", "001004", "hr/"}) EXPECT_THAT(leaf, Not(HasSubstr(secret)));
  const auto erased = again(encode(LeaverFollowed{"run-5", 0, leaver()}), true);
  EXPECT_TRUE(erased.revocation.key.empty());
}

TEST(LeaverEvent, RefusesWhatIsNoMoment) {
  EventText text = encode(LeaverFollowed{"run-5", 0, leaver()});
  const std::size_t at = text.personal.find("\"seen\":\"not after");
  ASSERT_NE(at, std::string::npos);
  text.personal.replace(at, 17, "\"seen\":\"long ago!");
  const auto event = decode(leaf_of(text), text.personal);
  ASSERT_FALSE(event);
  EXPECT_THAT(event.error().message, HasSubstr("member \"seen\" is no time"));
}

}  // namespace
}  // namespace tally::ledger
