#include "daemon/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/unit/daemon/store/journal.h"

namespace tally::store {
namespace {

using base::ErrorKind;
using model::CoverageState;
using model::Severity;
using model::Standing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

model::RunReport report_of(Store& store) {
  auto report = store.report();
  EXPECT_TRUE(report) << report.error().message;
  return report && *report ? **report : model::RunReport{};
}

/// "subject standing first-seen..last-seen note" of each, dates as days of March 2026.
std::vector<std::string> lines(const std::vector<model::FindingRecord>& records) {
  std::vector<std::string> out;
  const auto number = [](base::Instant t) { return (t - day(0)) / std::chrono::hours(24); };
  for (const model::FindingRecord& r : records) {
    out.push_back(fmt::format("{} {} {}..{} {}", r.finding.subject.label, to_string(r.standing), number(r.first_seen),
                              number(r.last_seen), r.note));
  }
  return out;
}

TEST(Store, IsEmptyAtFirst) {
  Journal journal;
  Store store = journal.open();
  EXPECT_EQ(*store.next_index(), 0u);
  EXPECT_THAT(*store.unresolved_findings(), IsEmpty());
  EXPECT_THAT(*store.last_good(), IsEmpty());
  EXPECT_THAT(*store.last_sources(), IsEmpty());
  EXPECT_EQ(*store.last_run(), "");
  EXPECT_FALSE(store.report()->has_value());
}

TEST(Store, IsReadableByItsOwnerAlone) {
  Journal journal;
  journal.run(1, {{"anna"}});
  Store store = journal.open();
  ASSERT_TRUE(store.project(journal.entries()));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status {};
    ASSERT_EQ(::stat((journal.file("store.db") + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
  }
}

TEST(Store, TellsANewFindingWithEverythingTheLogSaysOfIt) {
  Journal journal;
  Store store = journal.open();
  journal.run(1, {{"anna", Standing::opened, Severity::critical}});
  ASSERT_TRUE(store.project(journal.entries()));
  const model::RunReport report = report_of(store);
  EXPECT_THAT(lines(report.open), ElementsAre("anna new 1..1 "));
  EXPECT_EQ(report.open[0].finding.what, "anna on day 1");
  EXPECT_EQ(report.open[0].opened_index, 3u) << "genesis, run, source, finding";
  EXPECT_EQ(report.open[0].log_index, 3u);
  EXPECT_EQ(report.organisation, "ACME");
  EXPECT_EQ(report.summary.run, "run-1");
  EXPECT_EQ(report.log_index, 5u);
  EXPECT_EQ(report.log_origin, "audit.example.com/test");
  ASSERT_EQ(report.sources.size(), 1u);
  EXPECT_EQ(report.sources[0].coverage.rejects.at(0).value, "secret@example.com");
  ASSERT_EQ(report.tallies.size(), 1u);
  EXPECT_EQ(report.cannot_tell.at(0).examples.at(0).label, "x");
  EXPECT_EQ(report.populations.at(0).total, 10u);
  EXPECT_THAT(report.history, IsEmpty());
}

TEST(Store, FollowsFindingsThroughSeveralRuns) {
  Journal journal;
  Store store = journal.open();
  const auto after = [&](int on, const std::vector<Said>& said) {
    journal.run(on, said);
    EXPECT_TRUE(store.project(journal.entries(*store.next_index())));
    return report_of(store);
  };
  auto report = after(1, {{"anna"}, {"bela"}, {"carl"}, {"dora"}});
  EXPECT_THAT(lines(report.open), ElementsAre("anna new 1..1 ", "bela new 1..1 ", "carl new 1..1 ", "dora new 1..1 "));

  report = after(2, {{"bela", Standing::changed, Severity::critical, "severity"},
                     {"carl", Standing::resolved, Severity::high, "the account is disabled"},
                     {"dora", Standing::not_rechecked, Severity::high, "the server was away"}});
  EXPECT_THAT(lines(report.open), ElementsAre("bela changed 1..2 severity", "anna still open 1..2 ",
                                              "dora open, not re-checked 1..1 the server was away"));
  EXPECT_THAT(lines(report.resolved), ElementsAre("carl fixed 1..1 the account is disabled"));
  EXPECT_EQ(report.open[0].finding.what, "bela on day 2");
  EXPECT_EQ(report.open[0].opened_index, 4u);
  ASSERT_EQ(report.history.size(), 1u);
  EXPECT_EQ(report.history[0].run, "run-1");

  report = after(3, {{"carl"}});
  EXPECT_THAT(lines(report.open),
              ElementsAre("bela still open 1..3 ", "anna still open 1..3 ", "carl new 3..3 ", "dora still open 1..3 "));
  EXPECT_THAT(report.resolved, IsEmpty()) << "what an earlier run resolved is not this run's";
  EXPECT_EQ(store.finding(model::fingerprint_of("LVR-001", "account/ad/carl"))->standing, Standing::opened)
      << "the newest of two openings answers";
}

TEST(Store, RemembersHowOftenAFindingCameBack) {
  Journal journal;
  Store store = journal.open();
  const auto after = [&](int on, const std::vector<Said>& said) {
    journal.run(on, said);
    EXPECT_TRUE(store.project(journal.entries(*store.next_index())));
    return report_of(store);
  };
  after(1, {{"anna"}});
  after(2, {{"anna", Standing::resolved}});
  EXPECT_THAT(*store.resolved_fingerprints(),
              ElementsAre(std::pair(model::fingerprint_of("LVR-001", "account/ad/anna"), 3u)));
  auto report = after(3, {{"anna", Standing::reopened, Severity::high, "it was fixed, and is back"}});
  ASSERT_EQ(report.open.size(), 1u);
  EXPECT_THAT(lines(report.open), ElementsAre("anna reopened 1..3 it was fixed, and is back"));
  EXPECT_EQ(report.open[0].times_reopened, 1u);
  EXPECT_EQ(report.open[0].open_since, day(3));
  EXPECT_EQ(report.open[0].opened_index, 3u) << "its history is that of the first opening";
  EXPECT_THAT(*store.resolved_fingerprints(), IsEmpty());
  after(4, {{"anna", Standing::resolved}});
  report = after(5, {{"anna", Standing::reopened}});
  EXPECT_EQ(report.open[0].times_reopened, 2u);
  EXPECT_EQ(report.open[0].open_since, day(5));
  EXPECT_EQ(report.open[0].first_seen, day(1));
  report = after(6, {});
  EXPECT_EQ(report.open[0].standing, Standing::still_open);
  EXPECT_EQ(report.open[0].open_since, day(5));
}

TEST(Store, KeepsExemptFindingsApart) {
  Journal journal;
  Store store = journal.open();
  const auto after = [&](int on, const std::vector<Said>& said) {
    journal.run(on, said);
    EXPECT_TRUE(store.project(journal.entries(*store.next_index())));
    return report_of(store);
  };
  after(1, {{"anna"}, {"bela"}});
  auto report = after(2, {{"anna", Standing::exempted, Severity::high, "exempt", 17}});
  EXPECT_THAT(lines(report.open), ElementsAre("bela still open 1..2 "));
  EXPECT_THAT(lines(report.exempt), ElementsAre("anna exempt 1..2 exempt"));
  EXPECT_EQ(report.exempt.at(0).exemption.value().number, 17u);
  EXPECT_EQ(store.unresolved_findings()->size(), 2u) << "the next run has to know of both";
  report = after(3, {});
  EXPECT_THAT(lines(report.exempt), ElementsAre("anna still exempt 1..3 "));
  report = after(4, {{"anna", Standing::exempt_not_rechecked, Severity::high, "away"}});
  EXPECT_THAT(lines(report.exempt), ElementsAre("anna exempt, not re-checked 1..3 away"));
  report = after(5, {{"anna", Standing::not_rechecked, Severity::high, "away, and the exemption is over"}});
  EXPECT_THAT(report.exempt, IsEmpty());
  EXPECT_EQ(report.open.size(), 2u);
  EXPECT_EQ(store.unresolved_findings()->at(0).exemption.value().number, 17u) << "it comes back when it is found";
  report = after(6, {{"anna", Standing::reopened, Severity::high, "the exemption is over"}});
  EXPECT_EQ(report.open.at(0).times_reopened, 1u);
  EXPECT_FALSE(report.open.at(0).exemption.has_value());
}

TEST(Store, TakesAFindingThatIsExemptFromTheFirst) {
  Journal journal;
  Store store = journal.open();
  journal.run(1, {{"anna", Standing::exempted, Severity::high, "", 17}});
  ASSERT_TRUE(store.project(journal.entries()));
  const auto report = report_of(store);
  EXPECT_THAT(lines(report.exempt), ElementsAre("anna exempt 1..1 "));
  EXPECT_EQ(report.exempt.at(0).opened_index, 3u);
}

TEST(Store, DoesNotReportARunThatDidNotFinish) {
  Journal journal;
  Store store = journal.open();
  journal.run(1, {{"anna"}}, 10);
  journal.start(2, 77);
  ASSERT_TRUE(store.project(journal.entries()));
  EXPECT_EQ(*store.last_run(), "run-1");
  EXPECT_EQ(report_of(store).summary.run, "run-1");
  ASSERT_THAT(*store.last_good(), SizeIs(1));
  EXPECT_EQ(store.last_good()->at("ad").population, 10u);
}

TEST(Store, RemembersPopulationsOfCompleteSourcesOnly) {
  Journal journal;
  Store store = journal.open();
  journal.run(1, {}, 100);
  journal.run(2, {}, 90);
  journal.run(3, {}, 50, CoverageState::doubtful);
  journal.run(4, {}, 40, CoverageState::partial);
  ASSERT_TRUE(store.project(journal.entries()));
  ASSERT_THAT(*store.last_good(), SizeIs(1));
  EXPECT_EQ(store.last_good()->at("ad").population, 90u);
  EXPECT_EQ(store.last_good()->at("ad").run, "run-2");
  ASSERT_THAT(*store.last_sources(), SizeIs(1));
  EXPECT_EQ(store.last_sources()->front().coverage.state, CoverageState::partial);
}

TEST(Store, TakesAReceiptTwiceAndNoGap) {
  Journal journal;
  journal.run(1, {{"anna"}});
  const model::Receipt all = journal.entries();
  Store store = journal.open();
  ASSERT_TRUE(store.project(all));
  ASSERT_TRUE(store.project(all)) << "harmless";
  ASSERT_TRUE(store.project(journal.entries(2))) << "an overlap";
  EXPECT_EQ(*store.next_index(), 6u);
  EXPECT_EQ(report_of(store).open.size(), 1u);

  Store behind = journal.open("behind.db");
  const auto refused = behind.project(journal.entries(2));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_THAT(refused.error().message, HasSubstr("tallystick rebuild"));
  EXPECT_EQ(*behind.next_index(), 0u);
}

TEST(Store, TakesAllOfAReceiptOrNothing) {
  Journal journal;
  journal.run(1, {{"anna"}});
  journal.add(encode(ledger::RunStarted{"run-9", "test", day(2), "", "", "", ""}), 2);
  journal.add(encode(ledger::FindingsNotRechecked{"run-9", "why", {2}}), 2);  // entry 2 is a source
  journal.flush();
  Store store = journal.open();
  const auto refused = store.project(journal.entries());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(refused.error().message, HasSubstr("opened by entry 2"));
  EXPECT_EQ(*store.next_index(), 0u);
  EXPECT_FALSE(store.report()->has_value());
}

/// Every member of a report as text.
std::string dump(const model::RunReport& r) {
  std::string out = fmt::format("{} {} {} {} {} {} {} {}\n", r.organisation, r.tool_version, r.rules_digest,
                                r.config_digest, r.verdict_digest, r.log_origin, r.log_index, r.log_key);
  const auto summary = [&](const model::RunSummary& s) {
    out += fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}\n", s.run, base::format_instant(s.started),
                       base::format_instant(s.finished), base::format_instant(s.as_of), s.complete, s.people,
                       s.accounts, s.opened, s.resolved, s.cannot_tell, s.reopened, s.exempt);
  };
  summary(r.summary);
  for (const auto& earlier : r.history) summary(earlier);
  for (const auto* list : {&r.open, &r.exempt, &r.resolved}) {
    for (const auto& record : *list) {
      const ledger::EventText text =
          encode(ledger::FindingEvent{"", {record.finding, Standing::opened, "", {}, {}, 0, 0}});
      out += fmt::format("{} {} {} {} {} {} {} {}\n", text.personal, to_string(record.standing), record.note,
                         record.opened_index, record.log_index, base::format_instant(record.open_since),
                         record.times_reopened, record.exemption ? record.exemption->number : 0);
    }
    for (const std::string& line : lines(*list)) out += line + "\n";
  }
  for (const auto& source : r.sources) {
    const ledger::EventText text = encode(ledger::SourceCollected{"", source, 0});
    out += text.fields + text.personal + "\n";
  }
  for (const auto& p : r.populations) out += fmt::format("{} {} {}\n", p.source, p.total, p.parts.size());
  for (const auto& tally : r.tallies) out += encode(ledger::RuleTallied{"", tally, r.cannot_tell}).personal + "\n";
  return out;
}

TEST(Store, RebuiltFromTheLogTellsTheSame) {
  Journal journal;
  Store live = journal.open();
  journal.run(1, {{"anna"}, {"bela"}, {"carl"}});
  ASSERT_TRUE(live.project(journal.entries()));
  journal.run(2, {{"bela", Standing::resolved, Severity::high, "disabled"},
                  {"carl", Standing::not_rechecked, Severity::high, "away"}});
  ASSERT_TRUE(live.project(journal.entries(*live.next_index())));
  journal.run(3, {{"anna", Standing::exempted, Severity::high, "", 17}, {"bela", Standing::reopened}});
  ASSERT_TRUE(live.project(journal.entries(*live.next_index())));
  Store rebuilt = journal.open("rebuilt.db");
  const std::uint64_t size = journal.recorder().size();
  auto reader = recorder::LogReader::open(journal.root());
  for (std::uint64_t i = 0; i < size; ++i) ASSERT_TRUE(rebuilt.project(*reader->read(i, i + 1))) << i;
  const std::string told = dump(report_of(live));
  EXPECT_THAT(told, HasSubstr("secret@example.com"));
  EXPECT_EQ(dump(report_of(rebuilt)), told);
  const auto entries = [&](std::uint64_t from) -> base::Result<std::optional<model::Receipt>> {
    if (from == size) return std::optional<model::Receipt>();
    auto some = reader->read(from, from + 3);
    return some ? std::optional(std::move(*some)) : std::optional<model::Receipt>();
  };
  ASSERT_TRUE(live.make_again(entries));
  EXPECT_EQ(*live.next_index(), size);
  EXPECT_EQ(dump(report_of(live)), told);
}

TEST(Store, FindsAFindingByTheBeginningOfItsFingerprint) {
  Journal journal;
  std::vector<Said> many;
  for (int i = 0; i < 400; ++i) many.push_back({fmt::format("a{}", i)});
  journal.run(1, many);
  Store store = journal.open();
  ASSERT_TRUE(store.project(journal.entries()));
  const std::string fingerprint = model::fingerprint_of("LVR-001", "account/ad/a17");
  EXPECT_EQ(store.finding(fingerprint)->finding.subject.label, "a17");
  EXPECT_EQ(store.finding(fingerprint.substr(0, 12))->finding.subject.label, "a17");
  for (const std::string word :
       {"", "*", "%", "abc", "****", "%%%%", "____", "0000' OR 1=1 --", "00000000000000000", "ABCD", "[0-9]"}) {
    const auto none = store.finding(word);
    ASSERT_FALSE(none) << word;
    EXPECT_EQ(none.error().kind, ErrorKind::not_found);
  }
}

TEST(Store, DoesNotGuessBetweenTwoFingerprintsThatBeginAlike) {
  // Among a few hundred fingerprints two begin with the same four digits (16 bits): search for such a pair.
  std::map<std::string, std::string> by_beginning;
  std::string first, second, beginning;
  for (int i = 0; second.empty(); ++i) {
    const std::string name = fmt::format("s{}", i);
    beginning = model::fingerprint_of("LVR-001", "account/ad/" + name).substr(0, 4);
    const auto [known, fresh] = by_beginning.emplace(beginning, name);
    if (!fresh) first = known->second, second = name;
  }
  Journal journal;
  journal.run(1, {{first}, {second}});
  Store store = journal.open();
  ASSERT_TRUE(store.project(journal.entries()));
  const auto several = store.finding(beginning);
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().kind, ErrorKind::conflict);
}

void execute(const std::string& path, const char* sql) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(raw);
}

TEST(Store, IsOpenedWhileSomebodyElseWrites) {
  Journal journal;
  Store store = journal.open();
  auto database = Database::open(journal.file("store.db"));
  ASSERT_TRUE(database);
  const auto writing = Transaction::begin(*database);
  ASSERT_TRUE(writing);
  const auto reader = Store::open(journal.file("store.db"));
  EXPECT_TRUE(reader) << reader.error().message;
}

TEST(Store, DoesNotTakeATimeThatItCannotReadForNone) {
  Journal journal;
  Store store = journal.open();
  EXPECT_EQ(*store.schedule_known_until(), std::nullopt);
  execute(journal.file("store.db"), "INSERT INTO configurations VALUES (1, 'yesterday', '')");
  const auto known = store.schedule_known_until();
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().kind, ErrorKind::corrupt);
}

TEST(Store, RefusesTheTablesOfAnotherVersionOrProgram) {
  Journal journal;
  static_cast<void>(journal.open("later.db"));
  execute(journal.file("later.db"), "PRAGMA user_version = 999");
  execute(journal.file("foreign.db"), "CREATE TABLE meta (something TEXT)");
  for (const char* name : {"later.db", "foreign.db"}) {
    const auto store = Store::open(journal.file(name));
    ASSERT_FALSE(store) << name;
    EXPECT_EQ(store.error().kind, ErrorKind::conflict);
    EXPECT_THAT(store.error().message, HasSubstr("tallystick rebuild"));
  }
  std::ofstream(journal.file("text.db")) << std::string(5000, 'x');
  const auto text = Store::open(journal.file("text.db"));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace tally::store
