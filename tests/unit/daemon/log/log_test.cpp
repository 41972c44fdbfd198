#include "daemon/log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace tally::log {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(Messages, HaveEachAnIdOfTheirOwnInTheirOrder) {
  std::set<std::string_view> ids;
  for (const Message* one : messages()) {
    EXPECT_TRUE(ids.insert(one->id).second) << one->id << " stands for two messages";
    EXPECT_THAT(std::string(one->id), MatchesRegex("TS-[0-9]{4}"));
    EXPECT_FALSE(one->what_to_do.empty()) << one->id;
  }
  EXPECT_TRUE(std::is_sorted(messages().begin(), messages().end(),
                             [](const Message* a, const Message* b) { return a->id < b->id; }));
}

TEST(Messages, PutValuesInThePlacesOfTheirNames) {
  const Message two{"TS-0001", Severity::info, "{who} asked for {what}.", ""};
  EXPECT_EQ(in_words(two, std::vector<std::string>{"uid 7", "an audit"}), "uid 7 asked for an audit.");
  EXPECT_EQ(in_words(two, std::vector<std::string>{"uid 7"}), "uid 7 asked for {what}.");
  EXPECT_EQ(in_words(two, std::vector<std::string>{"{what}", "x", "y"}), "{what} asked for x.");
}

TEST(Messages, ShowControlCharactersInsteadOfSendingThem) {
  const Message one{"TS-0001", Severity::info, "{what}", ""};
  const std::string text = in_words(one, std::vector<std::string>{"a\n<0>forged\x1b[2J"});
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(MessagesPage, IsFresh) {
  std::ifstream file(TALLY_SOURCE_DIR "/docs/messages.md", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), messages_page()) << "mend it: tallystickd --messages-page > docs/messages.md";
}

TEST(Log, GivesTheJournalThePriorityOfEachMessage) {
  std::vector<std::string> lines;
  const Log log = Log::to(Form::journal, [&](const std::string& line) { lines.push_back(line); });
  log.tell(message::kStopped);
  log.tell(message::kDenied, {"1000", "audit"});
  EXPECT_THAT(lines, ElementsAre("<5>TS-1005 Stopped.", "<4>TS-1401 Denied: uid 1000 asked for `audit`."));
}

TEST(Log, TellsTimeAndSeverityWhereNoJournalDoes) {
  std::string line;
  const Log log = Log::to(Form::plain, [&](const std::string& one) { line = one; });
  log.tell(message::kStopped);
  EXPECT_THAT(line, MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z notice TS-1005 Stopped[.]"));
}

}  // namespace
}  // namespace tally::log
