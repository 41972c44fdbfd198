#include "daemon/evidence/redaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "daemon/ledger/event.h"

namespace tally::evidence {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

const base::Instant kTime = *base::parse_instant("2026-11-02T08:00:00Z");

model::Finding dana() {
  model::Finding finding;
  finding.subject = {model::SubjectKind::account, "account/ad/26", "dweiss",    "ad",
                     "CN=Dana Weiss,DC=corp",     "001004",        "Dana Weiss"};
  finding.rule = "LVR-001";
  finding.severity = model::Severity::critical;
  finding.fingerprint = model::fingerprint_of(finding.rule, finding.subject.key);
  finding.title = "Leaver's account still works";
  finding.what = "dweiss in ad still works, although Dana Weiss left.";
  finding.evidence = {{"account.usable", "true", "userAccountControl=512", "ad", kTime},
                      {"person.left_at", "2026-09-30T22:00:00Z", "Status=Left", "hr", kTime}};
  finding.path = {"dweiss", "Staff"};
  finding.controls = {"NIST AC-2(3)"};
  finding.fix = "Disable-ADAccount -Identity 'CN=Dana Weiss,DC=corp'";
  finding.content = "0011223344556677";
  return finding;
}

ledger::EventText text_of(const model::Finding& finding) {
  ledger::FindingEvent event{"run-1", {}, 0};
  event.record.finding = finding;
  return encode(event);
}

/// The entry's leaf as ledger::decode() takes it.
std::string leaf_of(const ledger::EventText& text) {
  json leaf = json::parse(text.fields);
  leaf["type"] = text.type;
  leaf["ts"] = "2026-11-02T08:00:00Z";
  leaf["v"] = 1;
  return leaf.dump();
}

Redaction made(const std::string& list, const std::vector<std::string>& personal) {
  Redaction redaction = *Redaction::parse(list);
  for (const std::string& one : personal) redaction.learn(one);
  redaction.look_for_names();
  return redaction;
}

TEST(Redaction, HidesAFieldByItsPointerAndWhatLiesBelow) {
  const std::string personal = text_of(dana()).personal;
  EXPECT_THAT(made("/finding/controls", {personal}).hidden(personal), ElementsAre("/finding/controls/0"));
  const auto evidence = made("/finding/evidence", {personal}).hidden(personal);
  EXPECT_THAT(evidence, IsSupersetOf({"/finding/evidence/0", "/finding/evidence/1"}));
  EXPECT_THAT(evidence, Contains("/finding/content")) << "a digest of the evidence could be guessed";
  EXPECT_THAT(evidence, Not(Contains("/finding/what")));
}

TEST(Redaction, HidesEveryFieldThatRepeatsAHiddenName) {
  const std::string personal = text_of(dana()).personal;
  const auto hidden = made("person_name", {personal}).hidden(personal);
  EXPECT_THAT(hidden,
              IsSupersetOf({"/finding/fix", "/finding/subject/dn", "/finding/subject/person_name", "/finding/what"}));
  EXPECT_THAT(hidden, Not(Contains("/finding/evidence/0")));
  EXPECT_THAT(hidden, Contains("/finding/fingerprint")) << "a digest of the rule and the subject's key";
}

TEST(Redaction, HidesANameInOtherEntriesToo) {
  const std::string hers = text_of(dana()).personal;
  model::Finding another;
  another.subject = {model::SubjectKind::account, "account/ad/9", "jroe", "ad", "CN=Jo Roe", "2", "Jo Roe"};
  another.what = "jroe reports to DANA WEISS.";
  another.rule = "ORG-001";
  const std::string others = text_of(another).personal;
  const Redaction redaction = made("person_name", {hers, others});
  EXPECT_THAT(redaction.hidden(others), Contains("/finding/what"));
}

TEST(Redaction, MasksWhatIsHiddenAlikeAndKeepsTheEventReadable) {
  const ledger::EventText text = text_of(dana());
  Redaction redaction = made("label,dn,key,person,person_name", {text.personal});
  const std::string masked = redaction.mask(leaf_of(text), text.personal);
  for (const char* name : {"dweiss", "DWEISS", "Dana", "Weiss", "account/ad/26", "001004"}) {
    EXPECT_THAT(masked, Not(HasSubstr(name)));
  }
  const auto event = ledger::decode(leaf_of(text), masked);
  ASSERT_TRUE(event) << event.error().message;
  const auto& finding = std::get<ledger::FindingEvent>(*event).record.finding;
  EXPECT_THAT(finding.subject.label, testing::MatchesRegex("\\(redacted [0-9]+\\)"));
  EXPECT_EQ(finding.path[0], finding.subject.label) << "one substitute for one text";
  EXPECT_NE(finding.subject.person_name, finding.subject.label);
  EXPECT_EQ(finding.severity, model::Severity::critical);
  EXPECT_EQ(finding.evidence[0].basis, "userAccountControl=512");
}

TEST(Redaction, ErasesAnEventThatCannotBeToldWithoutWhatIsHidden) {
  ledger::LeaverFollowed event;
  event.run = "run-1";
  event.revocation.key = "person/hr/1";
  event.revocation.name = "Dana Weiss";
  event.revocation.left = event.revocation.seen = {kTime, kTime};
  event.revocation.until = event.revocation.looked = kTime;
  const ledger::EventText text = encode(event);
  Redaction by_name = made("name", {text.personal});
  const std::string masked = by_name.mask(leaf_of(text), text.personal);
  EXPECT_THAT(masked, Not(HasSubstr("Dana")));
  EXPECT_FALSE(masked.empty());
  EXPECT_TRUE(made("/leaver/left", {text.personal}).mask(leaf_of(text), text.personal).empty());
}

TEST(Redaction, ShowsOnlyWhatIsAskedFor) {
  const std::string personal = text_of(dana()).personal;
  Redaction redaction = *Redaction::all_but("/finding/what,severity");
  redaction.learn(personal);
  redaction.look_for_names();
  const auto hidden = redaction.hidden(personal);
  EXPECT_THAT(hidden, Not(Contains("/finding/what")));
  EXPECT_THAT(hidden, Not(Contains("/finding/severity")));
  EXPECT_THAT(hidden, IsSupersetOf({"/finding/fix", "/note", "/finding/subject/label", "/finding/evidence/1"}));
}

TEST(Redaction, NamesWhatItDoesNotKnow) {
  EXPECT_THAT(made("person_name,birthday", {text_of(dana()).personal}).unused(), ElementsAre("birthday"));
  for (const char* bad : {"", ",", "a,,b", "/", "a/b"}) {
    ASSERT_FALSE(Redaction::parse(bad)) << bad;
    EXPECT_EQ(Redaction::parse(bad).error().kind, base::ErrorKind::malformed);
  }
  EXPECT_TRUE(Redaction().empty());
  EXPECT_TRUE(Redaction().hidden(text_of(dana()).personal).empty());
}

}  // namespace
}  // namespace tally::evidence
