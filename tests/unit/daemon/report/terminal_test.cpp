#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "daemon/report/render.h"
#include "daemon/report/sentence.h"
#include "daemon/report/terminal_text.h"
#include "tests/unit/daemon/report/sample_run.h"

namespace tally::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string without_colour(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      out += text[i];
      continue;
    }
    i = text.find('m', i);
  }
  return out;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, terminal_width(line));
  return widest;
}

model::RunReport hostile() {
  model::RunReport report = sample::troubled();
  report.open[0].finding.subject.label = std::string(300, 'x');
  report.open[1].finding.subject.label = "日本語の長い名前日本語の長い名前日本語の長い名前";
  report.open[2].finding.what = "\x1b]0;owned\x07\x1b[2J\xE2\x80\xAE" + std::string(90, 'y') + "  two  spaces";
  report.open[3].finding.rule = "A-RULE-WITH-A-LONG-NAME-001";
  report.sources[2].coverage.gaps[0].sentence = std::string(250, 'z');
  return report;
}

TEST(TerminalWidth, CountsCombiningMarksAsNothingAndWideCharactersAsTwo) {
  EXPECT_EQ(terminal_width("abc"), 3U);
  EXPECT_EQ(terminal_width("n\xC3\xA9"), 2U);
  EXPECT_EQ(terminal_width("e\xCC\x81"), 1U);
  EXPECT_EQ(terminal_width("日本"), 4U);
}

TEST(Wrap, BreaksAtSpacesAndOnlyLongWordsInside) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("abcdefgh i", 3), ElementsAre("abc", "def", "gh", "i"));
  EXPECT_THAT(wrap("日本語", 5), ElementsAre("日本", "語"));
  EXPECT_THAT(wrap("", 5), ElementsAre(""));
}

TEST(TerminalTable, NeverExceedsTheWidth) {
  const model::RunReport report = hostile();
  for (std::size_t width = 40; width <= 200; ++width) {
    const std::string table = render_table(report, {.width = width, .colour = true});
    EXPECT_LE(widest_line(without_colour(table)), width) << width;
    EXPECT_LE(widest_line(render_finding(report, report.open[0], {.width = width})), width) << width;
  }
}

TEST(TerminalTable, LosesNothingOfALongName) {
  std::string table = render_table(hostile(), {.width = 80});
  EXPECT_GE(std::count(table.begin(), table.end(), 'x'), 300);
}

TEST(TerminalTable, LetsNoDataSteerTheTerminal) {
  const std::string table = render_table(hostile(), {.width = 80, .colour = false});
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
  EXPECT_THAT(table, Not(HasSubstr("\x07")));
  EXPECT_THAT(table, Not(HasSubstr("\xE2\x80\xAE")));
}

TEST(TerminalTable, SaysTheSameInWordsWithAndWithoutColour) {
  const model::RunReport report = sample::troubled();
  const std::string plain = render_table(report, {.width = 80, .colour = false});
  EXPECT_EQ(without_colour(render_table(report, {.width = 80, .colour = true})), plain);
  EXPECT_THAT(plain, HasSubstr("critical LVR-001  adoe (corp-ldap)"));
}

TEST(TerminalTable, EndsWithWhatCouldNotBeSeenAndTheSentence) {
  const model::RunReport report = sample::troubled();
  const std::string table = render_table(report, {.width = 400});
  EXPECT_LT(table.find("adoe"), table.find("corp-ad: no connection to ldaps://dc1.example.com within 10 s."));
  const std::string end = plain_sentence(report) + "\n";
  EXPECT_EQ(table.substr(table.size() - end.size()), end);
}

TEST(TerminalTable, OfAnAllClearIsTheSentence) {
  EXPECT_EQ(render_table(sample::all_clear(), {}), "Nothing was found, and everything was seen.\n");
}

TEST(Explain, ShowsFactsPathFixAndLogEntry) {
  const model::RunReport report = sample::troubled();
  const std::string text = render_finding(report, report.open[3], {.width = 80});
  for (const char* part : {"PRV-001", "account.enabled = true", "no pwdAccountLockedTime, corp-ldap",
                           "→  Domain Admins", "NIST AC-2(3), PCI DSS 8.2.5", "  changetype: modify",
                           "audit.example.com/hostA", "Log entry     41", "changed, open since 2026-03-01"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

}  // namespace
}  // namespace tally::report
