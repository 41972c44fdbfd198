#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "daemon/report/render.h"
#include "daemon/report/sentence.h"
#include "tests/unit/daemon/report/sample_run.h"

namespace tally::report {
namespace {

using Row = std::map<std::string, std::string>;

/// An independent reader of RFC 4180; rows by column name.
std::vector<Row> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      lines.back().back() += '"';
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      lines.back().emplace_back();
    } else if (!quoted && c == '\r') {
      EXPECT_EQ(text.at(++i), '\n');
      lines.push_back({""});
    } else {
      lines.back().back() += c;
    }
  }
  EXPECT_EQ(lines.back(), std::vector<std::string>{""}) << "the last line ends with CRLF";
  std::vector<Row> rows;
  for (std::size_t n = 1; n + 1 < lines.size(); ++n) {
    EXPECT_EQ(lines[n].size(), lines[0].size());
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < lines[0].size(); ++i) row[lines[0][i]] = lines[n].at(i);
  }
  return rows;
}

TEST(CsvReport, HasOneRowForEachFindingGroupAndGap) {
  const auto rows = parse_csv(render_csv(sample::troubled()));
  std::map<std::string, int> kinds;
  for (const Row& row : rows) ++kinds[row.at("kind")];
  // 6 open, 1 fixed, 1 group without an answer; not seen: a reject in hr, corp-ad, the unanswered checks.
  EXPECT_EQ(kinds, (std::map<std::string, int>{{"finding", 6}, {"fixed", 1}, {"cannot-tell", 1}, {"not-seen", 3}}));
}

TEST(CsvReport, HoldsWhatAFindingRestsOn) {
  const Row row = parse_csv(render_csv(sample::troubled())).at(3);
  EXPECT_EQ(row.at("rule"), "PRV-001");
  EXPECT_EQ(row.at("standing"), "changed");
  EXPECT_EQ(row.at("path"), "cstone → Helpdesk → Server Operators → Domain Admins");
  EXPECT_EQ(row.at("fix"), "dn: uid=cstone,ou=people,dc=example,dc=com\nchangetype: modify");
  EXPECT_EQ(row.at("evidence"),
            "account.enabled = true [no pwdAccountLockedTime; corp-ldap; 2026-04-02T06:00:00Z] | person.left = "
            "2026-03-31T22:00:00Z [last_day=2026-03-31, Europe/Berlin; hr; 2026-04-02T05:59:00Z]");
  EXPECT_EQ(row.at("log_index"), "41");
}

TEST(CsvReport, DisarmsFormulas) {
  for (const char* bad : {"=1+1", "+1", "-1", "@SUM(A1)", "＝1"}) {
    model::RunReport report = sample::troubled();
    report.open[0].finding.subject.label = bad;
    EXPECT_EQ(parse_csv(render_csv(report)).at(0).at("subject"), std::string("'") + bad);
  }
  model::RunReport report = sample::troubled();
  report.open[0].finding.subject.label = "\t=1,\"x\"\r";
  EXPECT_EQ(parse_csv(render_csv(report)).at(0).at("subject"), "'\\x09=1,\"x\"\\x0D");
  report.open[0].finding.subject.label = "a=b";
  EXPECT_EQ(parse_csv(render_csv(report)).at(0).at("subject"), "a=b");
}

TEST(CsvReport, OfAFailedRunIsNotAnEmptyFile) {
  EXPECT_TRUE(parse_csv(render_csv(sample::all_clear())).empty());
  model::RunReport report = sample::all_clear();
  report.sources[0].coverage.lower(model::CoverageState::failed, model::Gap::Kind::unreachable, "no such file");
  const auto rows = parse_csv(render_csv(report));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("kind"), "not-seen");
  EXPECT_EQ(rows[0].at("what"), "no such file");
}

TEST(JsonReport, HoldsEverythingOfTheRun) {
  const model::RunReport report = sample::troubled();
  const auto json = nlohmann::json::parse(render_json(report));
  EXPECT_EQ(json.at("schema"), "tallystick-report/1");
  EXPECT_EQ(json.at("sentence"), plain_sentence(report));
  EXPECT_EQ(json.at("run").at("as_of"), "2026-04-02T06:00:00Z");
  EXPECT_EQ(json.at("run").at("open").at("critical"), 3);
  EXPECT_EQ(json.at("findings").size(), 6U);
  EXPECT_EQ(json.at("findings")[3].at("path")[3], "Domain Admins");
  EXPECT_EQ(json.at("findings")[5].at("standing"), "open, not re-checked");
  EXPECT_EQ(json.at("findings")[0].at("evidence")[1].at("basis"), "last_day=2026-03-31, Europe/Berlin");
  EXPECT_EQ(json.at("resolved")[0].at("note"), "the account is disabled");
  EXPECT_EQ(json.at("cannot_tell")[0].at("count"), 12);
  EXPECT_EQ(json.at("cannot_tell")[0].at("examples")[1].at("person"), "7007");
  EXPECT_EQ(json.at("sources")[2].at("coverage").at("state"), "failed");
  EXPECT_TRUE(json.at("sources")[2].at("coverage").at("records_counted").is_null());
  EXPECT_EQ(json.at("sources")[0].at("coverage").at("rejects")[0].at("line"), 17);
  EXPECT_EQ(json.at("populations")[1].at("parts")[0].at("count"), 950);
  EXPECT_EQ(json.at("history")[0].at("run"), "run-6");
  EXPECT_EQ(json.at("log").at("index"), 42);
  EXPECT_EQ(json.at("digests").at("rules"), "aa11");
  EXPECT_EQ(json.at("unseen").size(), 3U);
}

TEST(JsonReport, KeepsStringsExactAndShowsBytesThatAreNotText) {
  model::RunReport report = sample::troubled();
  report.open[0].finding.subject.label = "a\"\\\x01\xE2\x80\xAE\n";
  report.open[1].finding.subject.label = "b\xff";
  const auto json = nlohmann::json::parse(render_json(report));
  EXPECT_EQ(json.at("findings")[0].at("subject").at("label"), "a\"\\\x01\xE2\x80\xAE\n");
  EXPECT_EQ(json.at("findings")[1].at("subject").at("label"), "b\\xFF");
}

}  // namespace
}  // namespace tally::report
