// The entries of what people decide, both ways: who by uid in public, everything else sealed apart.
#include "daemon/ledger/event_decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"

namespace tally::ledger {
namespace {

using model::RequestState;
using ::testing::HasSubstr;
using ::testing::Not;

const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00Z");
const model::Author kAnna{1001, "anna"};
const model::Subject kAccount{model::SubjectKind::account,
                              "account/corp-ad/g-1",
                              "dweiss",
                              "corp-ad",
                              "CN=Dana Weiss,DC=example",
                              "001004",
                              "Dana Weiss"};

std::string leaf_of(const EventText& text) {
  const auto leaf = make_leaf({text.type, kTime, {}, std::nullopt}, text.fields);
  EXPECT_TRUE(leaf) << leaf.error().message;
  return leaf.value_or("");
}

template <class Wanted>
Wanted again(const Wanted& event, bool erased = false) {
  const EventText text = encode(event);
  const auto back = decode(leaf_of(text), erased ? std::string() : text.personal);
  EXPECT_TRUE(back) << back.error().message;
  return std::get<Wanted>(*back);
}

const FindingAcknowledged kAcknowledged{17, "LVR-001", kAccount.key, kAnna, "Dana's manager is asked"};
const ExemptionRequested kRequested{"LVR-001", kAccount, kTime, kAnna, "Dana hands over until May"};
const LinkDecided kDecided{kAccount, "001004", false, kAnna, "Dana never had it"};
const LinkRevoked kRevoked{12, kAccount.key, kAnna, "Dana was wrong"};
const FeedReleaseRequested kRelease{"hr", "run-7", kAnna, "Dana's site was sold"};

TEST(EventOfADecision, ComesBackAsItWas) {
  const auto acknowledged = again(kAcknowledged);
  EXPECT_EQ(acknowledged.opened, 17u);
  EXPECT_EQ(acknowledged.rule, "LVR-001");
  EXPECT_EQ(acknowledged.subject_key, kAccount.key);
  EXPECT_EQ(acknowledged.by.uid, 1001u);
  EXPECT_EQ(acknowledged.by.login, "anna");
  EXPECT_EQ(acknowledged.reason, kAcknowledged.reason);

  const auto requested = again(kRequested);
  EXPECT_EQ(requested.rule, "LVR-001");
  EXPECT_EQ(requested.subject.key, kAccount.key);
  EXPECT_EQ(requested.subject.person_name, "Dana Weiss");
  EXPECT_EQ(requested.until, kTime);
  EXPECT_EQ(requested.reason, kRequested.reason);

  const auto decided = again(kDecided);
  EXPECT_EQ(decided.account.label, "dweiss");
  EXPECT_EQ(decided.employee_id, "001004");
  EXPECT_FALSE(decided.same);
  EXPECT_EQ(decided.reason, kDecided.reason);

  const auto revoked = again(kRevoked);
  EXPECT_EQ(revoked.decided, 12u);
  EXPECT_EQ(revoked.subject_key, kAccount.key);
  EXPECT_EQ(revoked.reason, kRevoked.reason);

  const auto release = again(kRelease);
  EXPECT_EQ(release.source, "hr");
  EXPECT_EQ(release.run, "run-7");
  EXPECT_EQ(release.reason, kRelease.reason);
  const auto approved = again(FeedReleaseApproved{20, {1002, "bela"}});
  EXPECT_EQ(approved.asked, 20u);
  EXPECT_EQ(approved.by.login, "bela");
}

TEST(EventOfADecision, HasATypeOfItsOwnForEachAnswer) {
  const std::pair<RequestState, std::string> kAnswers[] = {{RequestState::approved, "exemption_approved"},
                                                           {RequestState::refused, "exemption_refused"},
                                                           {RequestState::withdrawn, "exemption_withdrawn"}};
  for (const auto& [answer, type] : kAnswers) {
    const ExemptionAnswered event{answer, 12, kAccount.key, kAnna, "Dana"};
    EXPECT_EQ(encode(event).type, type);
    EXPECT_EQ(again(event).answer, answer);
    EXPECT_EQ(again(event).asked, 12u);
    EXPECT_EQ(again(event).reason, "Dana");
  }
}

TEST(EventOfADecision, IsSealedUnderTheKeyOfWhomItIsAbout) {
  EXPECT_EQ(encode(kAcknowledged).subject_key, kAccount.key);
  EXPECT_EQ(encode(kRequested).subject_key, kAccount.key);
  EXPECT_EQ(encode(ExemptionAnswered{RequestState::approved, 12, kAccount.key, kAnna}).subject_key, kAccount.key);
  EXPECT_EQ(encode(kDecided).subject_key, kAccount.key);
  EXPECT_EQ(encode(kRevoked).subject_key, kAccount.key);
  EXPECT_EQ(encode(kRelease).subject_key, "operator/anna") << "a feed is nobody's";
}

TEST(EventOfADecision, SaysInPublicWhatIsNobodysData) {
  EXPECT_EQ(encode(kAcknowledged).fields, R"({"opened":17,"rule":"LVR-001","uid":1001})");
  EXPECT_EQ(encode(kRequested).fields, R"({"rule":"LVR-001","uid":1001,"until":"2026-03-31T22:00:00Z"})");
  EXPECT_EQ(encode(kDecided).fields, R"({"same":false,"uid":1001})");
  EXPECT_EQ(encode(kRevoked).fields, R"({"decided":12,"uid":1001})");
  EXPECT_EQ(encode(kRelease).fields, R"({"run":"run-7","source":"hr","uid":1001})");
  for (const EventText& text : {encode(kAcknowledged), encode(kRequested), encode(kDecided), encode(kRevoked),
                                encode(kRelease), encode(FeedReleaseApproved{20, kAnna})}) {
    EXPECT_THAT(text.personal, HasSubstr("anna")) << text.type;
    EXPECT_EQ(canonical_json_fault(text.personal), std::nullopt);
    for (const char* secret : {"anna", "Dana", "dweiss", "001004", "g-1"}) {
      EXPECT_THAT(text.fields, Not(HasSubstr(secret))) << text.type;
    }
  }
}

TEST(EventOfADecision, IsReadableAfterItsPersonalDataWereErased) {
  EXPECT_EQ(again(kRequested, true).subject.key, "") << "an exemption of nobody covers nobody";
  EXPECT_EQ(again(kRequested, true).subject.label, "(erased)");
  EXPECT_EQ(again(kRequested, true).by.uid, 1001u);
  EXPECT_EQ(again(kRequested, true).by.login, "");
  EXPECT_EQ(again(kDecided, true).account.key, "");
  EXPECT_EQ(again(kAcknowledged, true).opened, 17u);
  EXPECT_EQ(again(kRelease, true).source, "hr");
}

TEST(EventOfADecision, CutsAnEndlessReason) {
  FindingAcknowledged event = kAcknowledged;
  event.reason = std::string(100'000, 'x');
  EXPECT_LE(again(event).reason.size(), kMaxReasonBytes + 3);
}

TEST(EventOfADecision, DidNotExistInEarlierVersionsWhereNothingIsExempt) {
  const auto event = decode(
      R"({"about":"account","asked":3,"cannot_tell":1,"clear":1,"reasons":[],"rule":"A","run":"r","severity":"low",)"
      R"("title":"t","ts":"2026-03-31T22:00:00Z","type":"rule_tallied","v":1,"violations":1})",
      "");
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(std::get<RuleTallied>(*event).tally.exempt, 0u);
}

TEST(EventOfADecision, IsReadStrictly) {
  const auto fault = [](const std::string& fields, const std::string& type) {
    const auto event =
        decode("{" + fields + R"("ts":"2026-03-31T22:00:00Z","type":")" + type + R"(",)" + "\"uid\":1,\"v\":1}", "");
    EXPECT_FALSE(event) << fields;
    return event ? std::string() : event.error().message;
  };
  EXPECT_THAT(fault(R"("asked":-1,)", "exemption_approved"), HasSubstr("below zero"));
  EXPECT_THAT(fault(R"("asked":"7",)", "exemption_refused"), HasSubstr("exemption_refused"));
  EXPECT_THAT(fault("", "exemption_withdrawn"), HasSubstr("asked"));
  EXPECT_THAT(fault(R"("rule":"A",)", "exemption_requested"), HasSubstr("until"));
  EXPECT_THAT(fault(R"("same":1,)", "link_decided"), HasSubstr("link_decided"));
  EXPECT_THAT(fault(R"("source":"hr",)", "feed_release_requested"), HasSubstr("run"));
  const auto nobody =
      decode(R"({"asked":1,"ts":"2026-03-31T22:00:00Z","type":"exemption_approved","uid":4294967296,"v":1})", "");
  ASSERT_FALSE(nobody);
  EXPECT_THAT(nobody.error().message, HasSubstr("uid"));
}

}  // namespace
}  // namespace tally::ledger
