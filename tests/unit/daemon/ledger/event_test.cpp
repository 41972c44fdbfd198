#include "daemon/ledger/event.h"

#include "daemon/ledger/event_offboarding.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/ledger/entry.h"

namespace tally::ledger {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const base::Instant kTime = *base::parse_instant("2026-03-31T22:00:00.000001Z");
const std::string kDigest(64, 'a');

/// Bytes that JSON, UTF-8 and terminals stumble over.
const std::string kHostile = std::string("a\"\\\n\t\x01\x7F\0b", 9) + "\xFF\xC3(\xED\xA0\x80\u202E\U0001F600";
/// The same as JSON can say it: ill-formed bytes become U+FFFD, one each.
const std::string kHostileKept =
    std::string("a\"\\\n\t\x01\x7F\0b", 9) + "\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD\u202E\U0001F600";

std::string leaf_of(const EventText& text) {
  const auto leaf = make_leaf({text.type, kTime, {}, std::nullopt}, text.fields);
  EXPECT_TRUE(leaf) << leaf.error().message;
  return leaf.value_or("");
}

template <class Event>
Event again(const EventText& text, bool erased = false) {
  const auto event = decode(leaf_of(text), erased ? std::string() : text.personal);
  EXPECT_TRUE(event) << event.error().message;
  const Event* wanted = event ? std::get_if<Event>(&*event) : nullptr;
  EXPECT_NE(wanted, nullptr);
  return wanted == nullptr ? Event{} : *wanted;
}

model::SourceRecord source() {
  model::SourceRecord source;
  source.name = "corp-ad";
  source.kind = model::SourceKind::directory;
  source.connector = "ldif/active-directory";
  source.location = "/exports/corp.ldif";
  source.query = "DC=example, sub, (objectClass=user)";
  source.started = kTime;
  source.finished = kTime + std::chrono::seconds(5);
  source.content = base::sha256("bytes");
  source.bytes = 5;
  source.notes = {"server: Samba " + kHostile};
  source.coverage.state = model::CoverageState::complete;
  source.coverage.records_read = 12;
  source.coverage.records_counted = 13;
  source.coverage.counted_by = "numSubordinates";
  source.coverage.lower(model::CoverageState::partial, model::Gap::Kind::count_mismatch, "12 read, 13 counted");
  source.coverage.reject({7, "mail", kHostile, "not an address", false});
  return source;
}

model::Finding finding() {
  model::Finding f;
  f.fingerprint = "00112233445566ff";
  f.rule = "LVR-001";
  f.severity = model::Severity::critical;
  f.subject = {
      model::SubjectKind::account, "account/corp-ad/g-1", "dweiss", "corp-ad", "CN=Dana Weiss,DC=example", "001004",
      "Dana " + kHostile};
  f.title = "Leaver's account still works";
  f.what = "dweiss still works.";
  f.evidence = {{"account.enabled", "true", "userAccountControl=512", "corp-ad", kTime}};
  f.path = {"dweiss", "Helpdesk", "Domain Admins"};
  f.controls = {"NIST AC-2(3)"};
  f.fix = "Disable CN=Dana Weiss.";
  f.content = "ffeeddccbbaa9988";
  return f;
}

TEST(Event, OfARunsStartComesBackAsItWas) {
  const RunStarted event{"run-1", "command line", kTime, "0.1.0", kDigest, kDigest, "ACME " + kHostile};
  const auto back = again<RunStarted>(encode(event));
  EXPECT_EQ(back.run, "run-1");
  EXPECT_EQ(back.trigger, "command line");
  EXPECT_EQ(back.started, kTime);
  EXPECT_EQ(back.tool_version, "0.1.0");
  EXPECT_EQ(back.config_digest, kDigest);
  EXPECT_EQ(back.rules_digest, kDigest);
  EXPECT_EQ(back.organisation, "ACME " + kHostileKept);
}

TEST(Event, OfASourceComesBackAsItWas) {
  const SourceCollected event{"run-1", source(), 42};
  const EventText text = encode(event);
  const auto back = again<SourceCollected>(text);
  EXPECT_EQ(back.run, "run-1");
  EXPECT_EQ(back.population, 42u);
  EXPECT_EQ(back.source.name, "corp-ad");
  EXPECT_EQ(back.source.kind, model::SourceKind::directory);
  EXPECT_EQ(back.source.connector, event.source.connector);
  EXPECT_EQ(back.source.location, event.source.location);
  EXPECT_EQ(back.source.query, event.source.query);
  EXPECT_EQ(back.source.started, event.source.started);
  EXPECT_EQ(back.source.finished, event.source.finished);
  EXPECT_EQ(back.source.content, event.source.content);
  EXPECT_EQ(back.source.bytes, 5u);
  EXPECT_EQ(back.source.notes, std::vector<std::string>{"server: Samba " + kHostileKept});
  const model::Coverage& coverage = back.source.coverage;
  EXPECT_EQ(coverage.state, model::CoverageState::partial);
  EXPECT_EQ(coverage.records_read, 12u);
  EXPECT_EQ(coverage.records_counted, 13u);
  EXPECT_EQ(coverage.counted_by, "numSubordinates");
  EXPECT_EQ(coverage.rejects_total, 1u);
  ASSERT_EQ(coverage.gaps.size(), 1u);
  EXPECT_EQ(coverage.gaps[0].kind, model::Gap::Kind::count_mismatch);
  EXPECT_EQ(coverage.gaps[0].sentence, "12 read, 13 counted");
  ASSERT_EQ(coverage.rejects.size(), 1u);
  EXPECT_EQ(coverage.rejects[0].line, 7u);
  EXPECT_EQ(coverage.rejects[0].column, "mail");
  EXPECT_EQ(coverage.rejects[0].value, kHostileKept);
  EXPECT_EQ(coverage.rejects[0].reason, "not an address");
  EXPECT_FALSE(coverage.rejects[0].whole_record);
}

TEST(Event, KnowsEveryKindOfGapAndEveryState) {
  for (int kind = 0; kind <= static_cast<int>(model::Gap::Kind::stale); ++kind) {
    for (const auto state :
         {model::CoverageState::partial, model::CoverageState::doubtful, model::CoverageState::failed}) {
      SourceCollected event{"run-1", source(), 0};
      event.source.coverage = {};
      event.source.coverage.state = model::CoverageState::complete;
      event.source.coverage.lower(state, static_cast<model::Gap::Kind>(kind), "why");
      const auto back = again<SourceCollected>(encode(event)).source.coverage;
      EXPECT_EQ(back.state, state);
      EXPECT_EQ(back.gaps.at(0).kind, static_cast<model::Gap::Kind>(kind));
      EXPECT_FALSE(back.records_counted);
    }
  }
}

TEST(Event, OfAFindingComesBackAsItWas) {
  for (const auto standing : {model::Standing::opened, model::Standing::changed, model::Standing::resolved,
                              model::Standing::reopened, model::Standing::exempted}) {
    FindingEvent event{"run-1", {}};
    event.record.finding = finding();
    event.record.standing = standing;
    event.record.note = "Dana's account is disabled";
    event.record.opened_index = 17;
    event.exemption = standing == model::Standing::exempted ? 12 : 0;
    const auto back = again<FindingEvent>(encode(event));
    EXPECT_EQ(back.run, "run-1");
    EXPECT_EQ(back.exemption, event.exemption);
    EXPECT_EQ(back.record.standing, standing);
    EXPECT_EQ(back.record.note, event.record.note);
    EXPECT_EQ(back.record.opened_index, standing == model::Standing::opened ? 0u : 17u);
    const model::Finding& f = back.record.finding;
    EXPECT_EQ(f.fingerprint, "00112233445566ff");
    EXPECT_EQ(f.rule, "LVR-001");
    EXPECT_EQ(f.severity, model::Severity::critical);
    EXPECT_EQ(f.subject.kind, model::SubjectKind::account);
    EXPECT_EQ(f.subject.key, "account/corp-ad/g-1");
    EXPECT_EQ(f.subject.label, "dweiss");
    EXPECT_EQ(f.subject.source, "corp-ad");
    EXPECT_EQ(f.subject.dn, "CN=Dana Weiss,DC=example");
    EXPECT_EQ(f.subject.person, "001004");
    EXPECT_EQ(f.subject.person_name, "Dana " + kHostileKept);
    EXPECT_EQ(f.title, finding().title);
    EXPECT_EQ(f.what, finding().what);
    ASSERT_EQ(f.evidence.size(), 1u);
    EXPECT_EQ(f.evidence[0].fact, "account.enabled");
    EXPECT_EQ(f.evidence[0].value, "true");
    EXPECT_EQ(f.evidence[0].basis, "userAccountControl=512");
    EXPECT_EQ(f.evidence[0].source, "corp-ad");
    EXPECT_EQ(f.evidence[0].read_at, kTime);
    EXPECT_EQ(f.path, finding().path);
    EXPECT_EQ(f.controls, finding().controls);
    EXPECT_EQ(f.fix, finding().fix);
    EXPECT_EQ(f.content, finding().content);
  }
}

TEST(Event, OfFindingsNotRecheckedComesBackAsItWas) {
  const auto back = again<FindingsNotRechecked>(encode(FindingsNotRechecked{"run-2", "the server was away", {3, 9}}));
  EXPECT_EQ(back.run, "run-2");
  EXPECT_EQ(back.note, "the server was away");
  EXPECT_EQ(back.opened, (std::vector<std::uint64_t>{3, 9}));
}

TEST(Event, OfFindingsThatStayExemptComesBackAsItWas) {
  for (const bool exempt : {true, false}) {
    EXPECT_EQ(again<FindingsNotRechecked>(encode(FindingsNotRechecked{"run-2", "away", {3}, exempt})).exempt, exempt);
  }
}

TEST(Event, OfAFindingThatIsExemptFromTheFirstNamesNoEarlierEntry) {
  FindingEvent event{"run-1", {}};
  event.record.finding = finding();
  event.record.standing = model::Standing::exempted;
  event.exemption = 12;
  EXPECT_TRUE(opens(event));
  EXPECT_EQ(encode(event).fields, R"({"exemption":12,"rule":"LVR-001","run":"run-1","severity":"critical"})");
  EXPECT_TRUE(opens(again<FindingEvent>(encode(event))));
}

RuleTallied tallied() {
  RuleTallied event{
      "run-1", {"ORP-001", "Nobody's", model::Severity::high, model::SubjectKind::account, 14, 5, 2, 3, 4}, {}};
  event.cannot_tell = {{"ORP-001", "HR was cut", 2, {finding().subject}}, {"ORP-001", "no last day", 1, {}}};
  return event;
}

TEST(Event, OfARulesCountComesBackAsItWas) {
  const auto back = again<RuleTallied>(encode(tallied()));
  EXPECT_EQ(back.tally.rule, "ORP-001");
  EXPECT_EQ(back.tally.title, "Nobody's");
  EXPECT_EQ(back.tally.severity, model::Severity::high);
  EXPECT_EQ(back.tally.asks_about, model::SubjectKind::account);
  EXPECT_EQ(back.tally.asked, 14u);
  EXPECT_EQ(back.tally.exempt, 4u);
  EXPECT_EQ(back.tally.clear, 5u);
  EXPECT_EQ(back.tally.violations, 2u);
  EXPECT_EQ(back.tally.cannot_tell, 3u);
  ASSERT_EQ(back.cannot_tell.size(), 2u);
  EXPECT_EQ(back.cannot_tell[0].rule, "ORP-001");
  EXPECT_EQ(back.cannot_tell[0].reason, "HR was cut");
  EXPECT_EQ(back.cannot_tell[0].count, 2u);
  ASSERT_EQ(back.cannot_tell[0].examples.size(), 1u);
  EXPECT_EQ(back.cannot_tell[0].examples[0].dn, "CN=Dana Weiss,DC=example");
  EXPECT_EQ(back.cannot_tell[1].count, 1u);
  EXPECT_TRUE(back.cannot_tell[1].examples.empty());
}

TEST(Event, OfARunsEndComesBackAsItWas) {
  RunFinished event;
  event.summary = {"run-1",
                   kTime,
                   kTime + std::chrono::seconds(1),
                   kTime + std::chrono::seconds(2),
                   true,
                   11,
                   22,
                   {1, 2, 3, 4},
                   5,
                   6,
                   7,
                   8,
                   9};
  event.previous_run = "run-0";
  event.populations = {{"hr", 11, {{"matched", 9}, {"without account", 2}}}};
  event.tool_version = "0.1.0";
  event.config_digest = std::string(64, 'b');
  event.rules_digest = std::string(64, 'c');
  event.verdict_digest = std::string(64, 'd');
  const auto back = again<RunFinished>(encode(event));
  EXPECT_EQ(back.summary.run, "run-1");
  EXPECT_EQ(back.summary.started, event.summary.started);
  EXPECT_EQ(back.summary.finished, event.summary.finished);
  EXPECT_EQ(back.summary.as_of, event.summary.as_of);
  EXPECT_TRUE(back.summary.complete);
  EXPECT_EQ(back.summary.people, 11u);
  EXPECT_EQ(back.summary.accounts, 22u);
  EXPECT_THAT(back.summary.open, ::testing::ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(back.summary.opened, 5u);
  EXPECT_EQ(back.summary.resolved, 6u);
  EXPECT_EQ(back.summary.cannot_tell, 7u);
  EXPECT_EQ(back.summary.reopened, 8u);
  EXPECT_EQ(back.summary.exempt, 9u);
  EXPECT_EQ(back.previous_run, "run-0");
  ASSERT_EQ(back.populations.size(), 1u);
  EXPECT_EQ(back.populations[0].total, 11u);
  EXPECT_EQ(back.populations[0].parts, event.populations[0].parts);
  EXPECT_EQ(back.tool_version, event.tool_version);
  EXPECT_EQ(back.config_digest, event.config_digest);
  EXPECT_EQ(back.rules_digest, event.rules_digest);
  EXPECT_EQ(back.verdict_digest, event.verdict_digest);
}

TEST(Event, OfAnotherTypeIsKeptByItsName) {
  const auto event = decode(R"({"ts":"2026-03-31T22:00:00Z","type":"from_the_future","v":1})", "");
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<OtherEvent>(*event).type, "from_the_future");
}

/// Control characters cost six bytes each in JSON.
std::string endless(char c) { return std::string(10'000, c); }

TEST(Event, AlwaysFitsIntoAnEntry) {
  for (const char c : {'x', '"', '\x01', '\xFF'}) {
    SourceCollected collected{"run-1", source(), 1};
    model::SourceRecord& s = collected.source;
    s.name = s.location = s.query = s.coverage.counted_by = endless(c);
    for (int i = 0; i < 1000; ++i) {
      s.notes.push_back(endless(c));
      s.coverage.lower(model::CoverageState::partial, model::Gap::Kind::missing_column, endless(c));
      s.coverage.reject({1, "mail", endless(c).substr(0, 200), "no", true});
    }
    EXPECT_LE(leaf_of(encode(collected)).size(), kMaxEntryBytes);
    RuleTallied many = tallied();
    many.tally.title = endless(c);
    for (int i = 0; i < 500; ++i) many.cannot_tell.push_back({"ORP-001", endless(c), 1, {finding().subject}});
    EXPECT_LE(leaf_of(encode(many)).size(), kMaxEntryBytes);
    FindingsNotRechecked waiting{"run-1", endless(c), {}};
    waiting.opened.assign(kMaxNotRechecked, (std::uint64_t{1} << 53) - 1);
    waiting.exempt = true;
    EXPECT_LE(leaf_of(encode(waiting)).size(), kMaxEntryBytes);
    FindingEvent opened{"run-1", {}};
    opened.record.finding = finding();
    opened.record.finding.what = opened.record.finding.subject.dn = opened.record.note = endless(c);
    EXPECT_LE(leaf_of(encode(opened)).size(), kMaxEntryBytes);
    model::OffboardingCheck check;
    check.sources.assign(20, s);
    EXPECT_LE(leaf_of(encode(check)).size(), kMaxEntryBytes);
    EXPECT_LE(leaf_of(encode(RunStarted{"run-1", "", kTime, "", "", "", endless(c)})).size(), kMaxEntryBytes);
  }
}

TEST(Event, SaysHowMuchItLeftOut) {
  SourceCollected collected{"run-1", source(), 1};
  for (int i = 0; i < 99; ++i) {
    collected.source.coverage.lower(model::CoverageState::partial, model::Gap::Kind::range_cut, "cut");
  }
  const auto gaps = again<SourceCollected>(encode(collected)).source.coverage.gaps;
  ASSERT_EQ(gaps.size(), 51u);
  EXPECT_EQ(gaps.back().sentence, "50 further gaps");
  RuleTallied many = tallied();
  many.cannot_tell.clear();
  for (int i = 0; i < 103; ++i) many.cannot_tell.push_back({"ORP-001", fmt::format("reason {}", i), 2, {}});
  const auto reasons = again<RuleTallied>(encode(many)).cannot_tell;
  ASSERT_EQ(reasons.size(), 101u);
  EXPECT_EQ(reasons.back().reason, "other reasons");
  EXPECT_EQ(reasons.back().count, 6u);
}

TEST(Event, KeepsPersonalDataOutOfItsFields) {
  FindingEvent opened{"run-1", {}};
  opened.record.finding = finding();
  opened.record.note = "Dana is back";
  const EventText of_finding = encode(opened);
  EXPECT_EQ(of_finding.fields, R"({"rule":"LVR-001","run":"run-1","severity":"critical"})");
  EXPECT_EQ(of_finding.subject_key, "account/corp-ad/g-1");
  const EventText of_source = encode(SourceCollected{"run-1", source(), 1});
  const EventText of_rule = encode(tallied());
  for (const EventText& text : {of_finding, of_source, of_rule}) {
    for (const char* secret : {"Dana", "dweiss", "001004", "CN=", "g-1", "userAccountControl", "00112233445566ff",
                               "not an address", "Helpdesk"}) {
      EXPECT_THAT(text.fields, Not(HasSubstr(secret))) << text.type;
    }
    EXPECT_FALSE(text.subject_key.empty());
    EXPECT_EQ(canonical_json_fault(text.personal), std::nullopt);
  }
  EXPECT_THAT(of_rule.personal, HasSubstr("Dana"));
  EXPECT_THAT(of_source.personal, HasSubstr("not an address"));
}

TEST(Event, IsReadableAfterItsPersonalDataWereErased) {
  FindingEvent changed{"run-1", {}};
  changed.record.finding = finding();
  changed.record.standing = model::Standing::changed;
  changed.record.opened_index = 17;
  const auto back = again<FindingEvent>(encode(changed), true);
  EXPECT_EQ(back.record.opened_index, 17u);
  EXPECT_EQ(back.record.finding.rule, "LVR-001");
  EXPECT_EQ(back.record.finding.severity, model::Severity::critical);
  EXPECT_EQ(back.record.finding.subject.label, "(erased)");
  EXPECT_EQ(back.record.finding.fingerprint, "");
  EXPECT_EQ(again<SourceCollected>(encode(SourceCollected{"run-1", source(), 1}), true).source.coverage.rejects_total,
            1u);
  EXPECT_EQ(again<RuleTallied>(encode(tallied()), true).cannot_tell.at(0).count, 2u);
}

TEST(Event, NamesTheMemberAtFault) {
  const auto fault = [](const std::string& leaf, const std::string& personal = {}) {
    const auto event = decode(leaf, personal);
    EXPECT_FALSE(event);
    EXPECT_EQ(event.error().kind, base::ErrorKind::malformed);
    return event.error().message;
  };
  const std::string head = R"("ts":"2026-03-31T22:00:00Z","type":)";
  EXPECT_THAT(fault("{" + head + R"("run_started","v":1})"), HasSubstr("run"));
  EXPECT_THAT(fault(R"({"opened":"x","rule":"A","run":"r","severity":"high",)" + head + R"("finding_changed","v":1})"),
              StartsWith("entry of type finding_changed"));
  EXPECT_THAT(fault(R"({"rule":"A","run":"r","severity":"huge",)" + head + R"("finding_opened","v":1})"),
              HasSubstr("huge"));
  EXPECT_THAT(fault(R"({"rule":"A","run":"r","severity":"high",)" + head + R"("finding_opened","v":1})", "[]"),
              HasSubstr("personal values"));
  EXPECT_THAT(fault("not json"), Not(HasSubstr("nlohmann")));
  EXPECT_THAT(fault(R"({"note":"","opened":[1,-1],"run":"r",)" + head + R"("findings_not_rechecked","v":1})"),
              HasSubstr("below zero"));
}

}  // namespace
}  // namespace tally::ledger
