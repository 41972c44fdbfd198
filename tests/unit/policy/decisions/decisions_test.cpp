// The table of the commands, row by row: who may, when, and after what.
#include "policy/decisions/decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace tally::decisions {
namespace {

using base::ErrorKind;
using base::Instant;
using model::Author;
using model::Decisions;
using model::ExemptionCase;
using model::FeedRelease;
using model::Gap;
using model::LinkCase;
using model::RequestState;
using testing::HasSubstr;

constexpr std::chrono::hours kDay{24};
const Instant kNow = *base::parse_instant("2026-04-01T08:00:00Z");
const Author kAnna{1001, "anna"}, kBela{1002, "bela"}, kCarl{1003, "carl"};
const std::string kAda = "account/corp/ada";

/// Asked for by Anna, until in 30 days, number 7.
ExemptionCase asked() {
  ExemptionCase one;
  one.exemption.rule = "LVR-001";
  one.exemption.subject_key = kAda;
  one.exemption.until = kNow + 30 * kDay;
  one.exemption.number = 7;
  one.asked_by = kAnna;
  return one;
}

/// And approved by Bela.
ExemptionCase approved() {
  ExemptionCase one = asked();
  one.state = RequestState::approved;
  one.approved_by = kBela;
  one.exemption.approved = kNow - kDay;
  return one;
}

ExemptionCase ended(RequestState state) {
  ExemptionCase one = asked();
  one.state = state;
  one.ended_by = kBela;
  one.ended = kNow;
  return one;
}

Decisions with(ExemptionCase one) {
  Decisions all;
  all.exemptions = {std::move(one)};
  return all;
}

template <class T>
ErrorKind kind_of(const base::Result<T>& result) {
  EXPECT_FALSE(result) << "allowed";
  return result ? ErrorKind::io : result.error().kind;
}

TEST(Reason, IsNeededAndReadable) {
  EXPECT_TRUE(check_reason("being replaced"));
  EXPECT_TRUE(check_reason(std::string(kMaxReasonBytes, 'x')));
  EXPECT_EQ(kind_of(check_reason("")), ErrorKind::malformed);
  EXPECT_EQ(kind_of(check_reason(" \t\r\n ")), ErrorKind::malformed);
  EXPECT_EQ(kind_of(check_reason(std::string(kMaxReasonBytes + 1, 'x'))), ErrorKind::malformed);
  EXPECT_EQ(kind_of(check_reason("\xFF")), ErrorKind::malformed);
  EXPECT_EQ(kind_of(check_reason(std::string("a\0b", 3))), ErrorKind::malformed);
}

TEST(Acknowledging, IsForWhatIsOpen) {
  using model::Standing;
  for (const Standing open :
       {Standing::opened, Standing::still_open, Standing::changed, Standing::reopened, Standing::not_rechecked}) {
    model::FindingRecord record;
    record.standing = open;
    EXPECT_TRUE(may_acknowledge(record)) << to_string(open);
  }
  for (const Standing closed :
       {Standing::resolved, Standing::exempted, Standing::still_exempt, Standing::exempt_not_rechecked}) {
    model::FindingRecord record;
    record.standing = closed;
    EXPECT_EQ(kind_of(may_acknowledge(record)), ErrorKind::conflict) << to_string(closed);
  }
}

TEST(AskingForAnExemption, IsAboutOneAccountOrGroup) {
  for (const char* key : {"account/corp/ada", "group/corp/admins"}) {
    EXPECT_TRUE(may_request({}, "LVR-001", key, kNow + kDay, kNow)) << key;
  }
  for (const char* key : {"person/hr/1", "source/hr", "run/run-7", "membership/corp/a/b", "accounts/x", "", "*"}) {
    EXPECT_EQ(kind_of(may_request({}, "LVR-001", key, kNow + kDay, kNow)), ErrorKind::malformed) << key;
  }
}

TEST(AskingForAnExemption, LastsAYearAtMost) {
  const auto until = [](Instant end) { return may_request({}, "LVR-001", kAda, end, kNow); };
  EXPECT_TRUE(until(kNow + std::chrono::microseconds(1)));
  EXPECT_TRUE(until(kNow + model::Exemption::kLongest));
  EXPECT_EQ(kind_of(until(kNow + model::Exemption::kLongest + std::chrono::microseconds(1))), ErrorKind::malformed);
  EXPECT_EQ(kind_of(until(kNow)), ErrorKind::malformed);
  EXPECT_EQ(kind_of(until(kNow - kDay)), ErrorKind::malformed);
  EXPECT_EQ(kind_of(until(base::kEndOfTime)), ErrorKind::malformed);
}

TEST(AskingForAnExemption, IsNotDoneTwice) {
  const auto again = [](const ExemptionCase& one, Instant until) {
    return may_request(with(one), "LVR-001", kAda, until, kNow);
  };
  EXPECT_EQ(kind_of(again(asked(), kNow + 60 * kDay)), ErrorKind::conflict) << "pending";
  EXPECT_EQ(kind_of(again(approved(), kNow + 30 * kDay)), ErrorKind::conflict) << "holds as long already";
  EXPECT_TRUE(again(approved(), kNow + 31 * kDay)) << "a renewal";
  EXPECT_TRUE(again(ended(RequestState::refused), kNow + 30 * kDay));
  EXPECT_TRUE(again(ended(RequestState::withdrawn), kNow + 30 * kDay));
  ExemptionCase lapsed = asked();
  lapsed.exemption.until = kNow;
  EXPECT_TRUE(again(lapsed, kNow + 30 * kDay)) << "nobody approved it in time";
  EXPECT_TRUE(may_request(with(asked()), "LVR-002", kAda, kNow + kDay, kNow)) << "another rule";
  EXPECT_TRUE(may_request(with(asked()), "LVR-001", "account/corp/bob", kNow + kDay, kNow)) << "another account";
}

TEST(ApprovingAnExemption, NeedsAnotherPerson) {
  EXPECT_TRUE(may_approve(with(asked()), 7, kBela, kNow));
  EXPECT_EQ(kind_of(may_approve(with(asked()), 7, kAnna, kNow)), ErrorKind::denied);
  EXPECT_EQ(kind_of(may_approve(with(asked()), 7, {1001, "anna-adm"}, kNow)), ErrorKind::denied) << "the same uid";
  EXPECT_EQ(kind_of(may_approve(with(asked()), 7, {2001, "anna"}, kNow)), ErrorKind::denied) << "the same login";
  ExemptionCase nameless = asked();
  nameless.asked_by = {1001, ""};
  EXPECT_TRUE(may_approve(with(nameless), 7, {1002, ""}, kNow)) << "two users without a name are not one";
}

TEST(ApprovingAnExemption, IsForWhatIsPendingAndStillToEnd) {
  EXPECT_EQ(kind_of(may_approve(with(asked()), 8, kBela, kNow)), ErrorKind::not_found);
  EXPECT_EQ(kind_of(may_approve({}, 0, kBela, kNow)), ErrorKind::not_found);
  EXPECT_EQ(kind_of(may_approve(with(approved()), 7, kCarl, kNow)), ErrorKind::conflict);
  EXPECT_EQ(kind_of(may_approve(with(ended(RequestState::refused)), 7, kCarl, kNow)), ErrorKind::conflict);
  EXPECT_EQ(kind_of(may_approve(with(ended(RequestState::withdrawn)), 7, kCarl, kNow)), ErrorKind::conflict);
  EXPECT_TRUE(may_approve(with(asked()), 7, kBela, kNow + 30 * kDay - std::chrono::microseconds(1)));
  EXPECT_EQ(kind_of(may_approve(with(asked()), 7, kBela, kNow + 30 * kDay)), ErrorKind::malformed);
  ExemptionCase erased = asked();
  erased.exemption.subject_key.clear();
  EXPECT_EQ(kind_of(may_approve(with(erased), 7, kBela, kNow)), ErrorKind::conflict);
  EXPECT_TRUE(may_refuse(with(erased), 7, kBela));
}

TEST(ApprovingAnExemption, MeasuresTheYearFromTheApproval) {
  ExemptionCase set_back = asked();  // the clock was a year ahead when it was asked for
  set_back.exemption.until = kNow + 2 * model::Exemption::kLongest;
  EXPECT_EQ(kind_of(may_approve(with(set_back), 7, kBela, kNow)), ErrorKind::malformed);
}

TEST(RefusingAnExemption, IsForSomebodyElseWhileItIsPending) {
  EXPECT_TRUE(may_refuse(with(asked()), 7, kBela));
  EXPECT_EQ(kind_of(may_refuse(with(asked()), 7, kAnna)), ErrorKind::denied);
  EXPECT_EQ(kind_of(may_refuse(with(approved()), 7, kCarl)), ErrorKind::conflict);
  EXPECT_EQ(kind_of(may_refuse(with(asked()), 9, kBela)), ErrorKind::not_found);
}

TEST(WithdrawingAnExemption, IsForEitherOfTheTwo) {
  EXPECT_TRUE(may_withdraw(with(approved()), 7, kAnna, kNow));
  EXPECT_TRUE(may_withdraw(with(approved()), 7, kBela, kNow));
  EXPECT_EQ(kind_of(may_withdraw(with(approved()), 7, kCarl, kNow)), ErrorKind::denied);
  EXPECT_TRUE(may_withdraw(with(asked()), 7, kAnna, kNow));
  EXPECT_EQ(kind_of(may_withdraw(with(asked()), 7, kBela, kNow)), ErrorKind::denied) << "can refuse it";
  EXPECT_EQ(kind_of(may_withdraw(with(ended(RequestState::withdrawn)), 7, kAnna, kNow)), ErrorKind::conflict);
  EXPECT_EQ(kind_of(may_withdraw(with(ended(RequestState::refused)), 7, kAnna, kNow)), ErrorKind::conflict);
  EXPECT_EQ(kind_of(may_withdraw(with(approved()), 7, kAnna, kNow + 30 * kDay)), ErrorKind::conflict) << "over";
}

LinkCase link(std::uint64_t number, const std::string& person, bool same, bool revoked = false) {
  LinkCase one;
  one.decision = {kAda, person, same, "anna", "known", kNow, number};
  one.by = kAnna;
  one.revoked = revoked;
  return one;
}

TEST(DecidingALink, ContradictsNoDecisionInForce) {
  struct Row {
    LinkCase before;
    std::string person;
    bool same;
    bool allowed;
  };
  const Row kRows[] = {
      {link(7, "1", true), "1", true, false},        // says so already
      {link(7, "1", true), "2", true, false},        // an account has one owner
      {link(7, "1", true), "1", false, false},       // yes and no
      {link(7, "1", true), "2", false, true},        // hers, and not his
      {link(7, "1", false), "1", false, false},      // says so already
      {link(7, "1", false), "1", true, false},       // yes and no
      {link(7, "1", false), "2", true, true},        // not hers but his
      {link(7, "1", false), "2", false, true},       // neither hers nor his
      {link(7, "1", true, true), "2", true, true},   // undone
      {link(7, "1", true, true), "1", false, true},  // undone
  };
  for (const Row& row : kRows) {
    Decisions all;
    all.links = {row.before};
    const auto may = may_link(all, kAda, row.person, row.same);
    EXPECT_EQ(may.has_value(), row.allowed) << row.before.decision.same << " " << row.person << " " << row.same;
    EXPECT_TRUE(may || may.error().kind == ErrorKind::conflict);
    EXPECT_TRUE(may_link(all, "account/corp/bob", row.person, row.same)) << "another account";
  }
}

TEST(UndoingALink, IsForADecisionInForce) {
  Decisions all;
  all.links = {link(7, "1", true), link(8, "2", false, true)};
  EXPECT_EQ(*may_revoke(all, 7), &all.links[0]);
  EXPECT_EQ(kind_of(may_revoke(all, 8)), ErrorKind::conflict);
  EXPECT_EQ(kind_of(may_revoke(all, 9)), ErrorKind::not_found);
}

model::SourceRecord seen(model::CoverageState state, std::initializer_list<Gap::Kind> gaps) {
  model::SourceRecord source;
  source.name = "hr";
  source.coverage.state = model::CoverageState::complete;
  for (const Gap::Kind gap : gaps) source.coverage.lower(state, gap, "why");
  return source;
}

FeedRelease release(RequestState state = RequestState::pending) {
  FeedRelease one;
  one.number = 7;
  one.source = "hr";
  one.run = "run-5";
  one.asked_by = kAnna;
  one.state = state;
  one.approved_by = kBela;
  return one;
}

TEST(AskingForARelease, IsForWhatTheBrakeAloneHoldsBack) {
  using enum model::CoverageState;
  EXPECT_TRUE(may_request_release({}, seen(doubtful, {Gap::Kind::envelope}), "run-5"));
  EXPECT_TRUE(may_request_release({}, seen(doubtful, {Gap::Kind::rejected, Gap::Kind::envelope}), "run-5"));
  for (const auto& held :
       {seen(complete, {}), seen(partial, {Gap::Kind::size_limit}), seen(doubtful, {Gap::Kind::truncated}),
        seen(failed, {Gap::Kind::unreachable}), seen(doubtful, {Gap::Kind::envelope, Gap::Kind::truncated}),
        seen(doubtful, {Gap::Kind::envelope, Gap::Kind::count_mismatch}), seen(failed, {Gap::Kind::envelope})}) {
    EXPECT_EQ(kind_of(may_request_release({}, held, "run-5")), ErrorKind::conflict) << held.coverage.in_words();
  }
}

TEST(AskingForARelease, IsForAFeedThatAnEarlierOneStandsInFor) {
  using enum model::CoverageState;
  auto held = seen(partial, {Gap::Kind::envelope, Gap::Kind::stale});
  EXPECT_EQ(kind_of(may_request_release({}, held, "run-5")), ErrorKind::conflict);
  held.in_force_since = kNow - kDay;
  EXPECT_TRUE(may_request_release({}, held, "run-5"));
  held.coverage.lower(partial, Gap::Kind::truncated, "ends in mid-record");
  EXPECT_EQ(kind_of(may_request_release({}, held, "run-5")), ErrorKind::conflict);
}

TEST(AskingForARelease, IsDoneOnceARun) {
  const auto braked = seen(model::CoverageState::doubtful, {Gap::Kind::envelope});
  for (const auto state : {RequestState::pending, RequestState::approved}) {
    Decisions all;
    all.releases = {release(state)};
    EXPECT_EQ(kind_of(may_request_release(all, braked, "run-5")), ErrorKind::conflict);
    EXPECT_TRUE(may_request_release(all, braked, "run-6"));
  }
}

TEST(ApprovingARelease, NeedsAnotherPersonAndTheSameRun) {
  Decisions all;
  all.releases = {release()};
  EXPECT_EQ(*may_approve_release(all, 7, kBela, "run-5"), &all.releases[0]);
  EXPECT_EQ(kind_of(may_approve_release(all, 7, kAnna, "run-5")), ErrorKind::denied);
  EXPECT_EQ(kind_of(may_approve_release(all, 7, {1001, "root"}, "run-5")), ErrorKind::denied);
  EXPECT_EQ(kind_of(may_approve_release(all, 7, kBela, "run-6")), ErrorKind::conflict);
  EXPECT_EQ(kind_of(may_approve_release(all, 8, kBela, "run-5")), ErrorKind::not_found);
  all.releases = {release(RequestState::approved)};
  EXPECT_EQ(kind_of(may_approve_release(all, 7, kCarl, "run-5")), ErrorKind::conflict);
}

model::SignOff signed_by(const std::string& who, model::SignOffRole role, const std::string& key) {
  return {7, "run-5", role, base::sha256("manifest"), who, key};
}

TEST(SignOff, IsByTwoPeopleWithTwoKeysPreparerFirst) {
  using enum model::SignOffRole;
  Decisions all;
  EXPECT_TRUE(may_sign_off(all, signed_by("anna", preparer, "SHA256:a")));
  EXPECT_EQ(kind_of(may_sign_off(all, signed_by("anna", reviewer, "SHA256:a"))), ErrorKind::conflict);
  all.sign_offs = {signed_by("anna", preparer, "SHA256:a")};
  EXPECT_TRUE(may_sign_off(all, signed_by("bela", reviewer, "SHA256:b")));
  EXPECT_EQ(kind_of(may_sign_off(all, signed_by("anna", reviewer, "SHA256:b"))), ErrorKind::denied);
  EXPECT_EQ(kind_of(may_sign_off(all, signed_by("bela", reviewer, "SHA256:a"))), ErrorKind::denied);
  EXPECT_EQ(kind_of(may_sign_off(all, signed_by("bela", preparer, "SHA256:b"))), ErrorKind::conflict);
  all.sign_offs[0].who.clear();  // erased: the key is left
  EXPECT_EQ(kind_of(may_sign_off(all, signed_by("anna", reviewer, "SHA256:a"))), ErrorKind::denied);
}

TEST(SignOff, IsOfOneManifestOfOneRun) {
  using enum model::SignOffRole;
  Decisions all;
  all.sign_offs = {signed_by("anna", preparer, "SHA256:a")};
  for (const bool is_run : {true, false}) {
    model::SignOff other = signed_by("anna", preparer, "SHA256:a");
    if (is_run) {
      other.run = "run-6";
    } else {
      other.manifest = base::sha256("made anew");
    }
    EXPECT_TRUE(may_sign_off(all, other));
    other.role = reviewer;
    other.who = "bela";
    other.key = "SHA256:b";
    EXPECT_EQ(kind_of(may_sign_off(all, other)), ErrorKind::conflict) << "nobody prepared that one";
  }
}

TEST(InForce, IsWhatWasApprovedAndNotWithdrawn) {
  Decisions all;
  all.exemptions = {asked(), approved(), ended(RequestState::withdrawn), ended(RequestState::refused)};
  EXPECT_EQ(model::exemptions_in_force(all).size(), 1u);
  all.exemptions[1].exemption.subject_key.clear();  // erased
  EXPECT_TRUE(model::exemptions_in_force(all).empty());
  all.links = {link(7, "1", true), link(8, "2", false, true)};
  ASSERT_EQ(model::links_in_force(all).size(), 1u);
  EXPECT_EQ(model::links_in_force(all)[0].log_index, 7u);
}

TEST(Exemption, HoldsFromItsApprovalUntilItsEnd) {
  model::Exemption one = approved().exemption;
  EXPECT_FALSE(one.holds(one.approved - std::chrono::microseconds(1)));
  EXPECT_TRUE(one.holds(one.approved));
  EXPECT_TRUE(one.holds(one.until - std::chrono::microseconds(1)));
  EXPECT_FALSE(one.holds(one.until));
}

}  // namespace
}  // namespace tally::decisions
