// Decisions folded from their entries, at any point of the log.
#include <gmock/gmock.h>

#include "tests/unit/daemon/store/journal.h"

namespace tally::store {
namespace {

using model::RequestState;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const model::Author kAnna{1001, "anna"}, kBela{1002, "bela"};

ledger::EventText request() {
  return encode(ledger::ExemptionRequested{"LVR-001", Journal::subject("anna"), day(30), kAnna, "hands over"});
}

ledger::EventText answer(RequestState answer, std::uint64_t asked) {
  return encode(ledger::ExemptionAnswered{answer, asked, "account/ad/anna", kBela, "so be it"});
}

class StoredDecisions : public testing::Test {
 protected:
  /// Its index in the log.
  std::uint64_t add(const ledger::EventText& text, int on) {
    journal_.add(text, on);
    const std::uint64_t index = journal_.flush();
    EXPECT_TRUE(store_.project(journal_.entries(*store_.next_index())));
    return index;
  }

  Journal journal_;
  Store store_ = journal_.open();
};

TEST_F(StoredDecisions, FollowAnExemptionThroughItsLife) {
  const std::uint64_t number = add(request(), 1);
  auto all = *store_.decisions();
  ASSERT_THAT(all.exemptions, SizeIs(1));
  EXPECT_EQ(all.exemptions[0].state, RequestState::pending);
  EXPECT_EQ(all.exemptions[0].exemption.number, number);
  EXPECT_EQ(all.exemptions[0].exemption.asked, day(1));
  EXPECT_EQ(all.exemptions[0].exemption.until, day(30));
  EXPECT_THAT(model::exemptions_in_force(all), IsEmpty());

  const std::uint64_t approved = add(answer(RequestState::approved, number), 2);
  all = *store_.decisions();
  ASSERT_THAT(model::exemptions_in_force(all), SizeIs(1));
  const model::Exemption one = model::exemptions_in_force(all)[0];
  EXPECT_EQ(one.rule, "LVR-001");
  EXPECT_EQ(one.subject_key, "account/ad/anna");
  EXPECT_EQ(one.reason, "hands over");
  EXPECT_EQ(one.asked_by, "anna");
  EXPECT_EQ(one.approved_by, "bela");
  EXPECT_EQ(one.approved, day(2));
  EXPECT_EQ(one.log_index, approved);

  const std::uint64_t withdrawn = add(answer(RequestState::withdrawn, number), 3);
  all = *store_.decisions();
  EXPECT_THAT(model::exemptions_in_force(all), IsEmpty());
  EXPECT_EQ(all.exemptions[0].ended, day(3));
  EXPECT_EQ(all.exemptions[0].ended_reason, "so be it");

  EXPECT_THAT(store_.decisions_before(number)->exemptions, IsEmpty()) << "what a run that began there knew";
  EXPECT_EQ(store_.decisions_before(approved)->exemptions.at(0).state, RequestState::pending);
  EXPECT_EQ(store_.decisions_before(withdrawn)->exemptions.at(0).state, RequestState::approved);
}

TEST_F(StoredDecisions, KeepLinksAndReleases) {
  const auto number = add(encode(ledger::LinkDecided{Journal::subject("anna"), "007", true, kAnna, "hers"}), 1);
  ASSERT_THAT(model::links_in_force(*store_.decisions()), SizeIs(1));
  EXPECT_EQ(model::links_in_force(*store_.decisions())[0].employee_id, "007");
  add(encode(ledger::LinkRevoked{number, "account/ad/anna", kBela, ""}), 2);
  EXPECT_THAT(model::links_in_force(*store_.decisions()), IsEmpty());
  const auto asked = add(encode(ledger::FeedReleaseRequested{"ad", "run-3", kAnna, "sold"}), 3);
  add(encode(ledger::FeedReleaseApproved{asked, kBela}), 4);
  const auto releases = store_.decisions()->releases;
  ASSERT_THAT(releases, SizeIs(1));
  EXPECT_EQ(releases[0].state, RequestState::approved);
  EXPECT_EQ(releases[0].approved_by.login, "bela");
}

TEST_F(StoredDecisions, MeasureByAFeedThatWasReleased) {
  journal_.run(1, {}, 100);
  journal_.run(2, {}, 40, model::CoverageState::doubtful);
  const std::uint64_t first = journal_.recorder().size();
  ASSERT_TRUE(store_.project(journal_.entries(*store_.next_index())));
  EXPECT_EQ(store_.last_good_or_released()->at("ad").population, 100u);
  const auto asked = add(encode(ledger::FeedReleaseRequested{"ad", "run-2", kAnna, "sold"}), 3);
  EXPECT_EQ(asked, first);
  EXPECT_EQ(store_.last_good_or_released()->at("ad").population, 100u) << "one person alone";
  add(encode(ledger::FeedReleaseApproved{asked, kBela}), 3);
  EXPECT_EQ(store_.last_good_or_released()->at("ad").population, 40u);
  EXPECT_EQ(store_.last_good()->at("ad").population, 100u) << "its records were not in force";
  journal_.run(4, {}, 41);
  ASSERT_TRUE(store_.project(journal_.entries(*store_.next_index())));
  EXPECT_EQ(store_.last_good_or_released()->at("ad").population, 41u);
}

TEST_F(StoredDecisions, CallAnAnswerWithoutARequestCorrupt) {
  add(answer(RequestState::approved, 99), 1);
  const auto all = store_.decisions();
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, base::ErrorKind::corrupt);
}

TEST_F(StoredDecisions, KnowTheSubjectOfAKeyFromItsFindings) {
  journal_.run(1, {{"anna"}});
  ASSERT_TRUE(store_.project(journal_.entries(*store_.next_index())));
  const auto known = store_.subject_of("account/ad/anna");
  ASSERT_TRUE(known && known->has_value());
  EXPECT_EQ((*known)->dn, "cn=anna");
  EXPECT_FALSE(store_.subject_of("account/ad/nobody")->has_value());
}

}  // namespace
}  // namespace tally::store
