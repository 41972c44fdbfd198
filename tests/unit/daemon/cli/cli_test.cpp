#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/state_folder.h"
#include "tests/unit/daemon/cli/desk.h"
#include "tests/unit/daemon/store/journal.h"

namespace tally::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(CommandLine, ListsItsCommandsAndExitCodes) {
  Desk desk;
  for (const char* word : {"help", "--help", "-h"}) {
    EXPECT_EQ(desk.run({word}), 0);
    for (const Command& command : commands()) EXPECT_THAT(desk.out, HasSubstr(std::string(command.name)));
    EXPECT_THAT(desk.out, HasSubstr("4 the log does not verify, 5 denied"));
    EXPECT_THAT(desk.err, IsEmpty());
  }
  EXPECT_EQ(desk.run({"--version"}), 0);
  EXPECT_THAT(desk.out, StartsWith("tallystick 0."));
}

TEST(CommandLine, SuggestsTheCommandThatWasMeant) {
  Desk desk;
  EXPECT_EQ(desk.run({"adit"}), 2);
  EXPECT_EQ(desk.err, "tallystick: no command \"adit\"; did you mean \"audit\"?\n");
  EXPECT_EQ(desk.run({"xyzzy"}), 2);
  EXPECT_THAT(desk.err, HasSubstr("`tallystick help` lists them"));
  EXPECT_EQ(desk.run({}), 2);
}

TEST(CommandLine, ListsTheVerbsOfPolicyAndSuggestsTheOneThatWasMeant) {
  Desk desk;
  EXPECT_EQ(desk.run({"policy", "--help"}), 0);
  for (const Command& command : policy_commands()) {
    EXPECT_THAT(desk.out, HasSubstr(std::string(command.summary)));
  }
  EXPECT_EQ(desk.run({"policy"}), 2);
  EXPECT_THAT(desk.err, HasSubstr("usage: tallystick policy VERB"));
  EXPECT_EQ(desk.run({"policy", "evall"}), 2);
  EXPECT_EQ(desk.err, "tallystick: no command \"policy evall\"; did you mean \"eval\"?\n");
  for (const Command& command : policy_commands()) {
    EXPECT_EQ(desk.run({"policy", std::string(command.name.substr(7)), "--help"}), 0) << command.name;
    EXPECT_THAT(desk.out, StartsWith(fmt::format("usage: tallystick {}", command.name)));
    EXPECT_THAT(desk.out, HasSubstr(std::string(command.summary)));
  }
}

TEST(CommandLine, TellsTheOptionsOfEveryCommand) {
  Desk desk;
  for (const Command& command : commands()) {
    EXPECT_EQ(desk.run({std::string(command.name), "--help"}), 0) << command.name;
    EXPECT_THAT(desk.out, StartsWith(fmt::format("usage: tallystick {}", command.name)));
    EXPECT_THAT(desk.out, HasSubstr(std::string(command.summary)));
  }
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  Desk desk;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"audit", "--colour"},
                                             {"audit", "--conf", "x"},
                                             {"audit", "--config"},
                                             {"audit", "surplus"},
                                             {"audit", "--fail-on", "severe"},
                                             {"audit", "--as-of", "yesterday"},
                                             {"audit", "--config", "/nowhere/x.toml"},
                                             {"explain"},
                                             {"verify"},
                                             {"verify", "/tmp"},
                                             {"verify", "/tmp", "--key", "nonsense"},
                                             {"keygen"},
                                             {"keygen", "--origin", "a b", "--output", "/nowhere/k"}}) {
    EXPECT_EQ(desk.run(words), 2) << words[0] << " " << words.back();
    EXPECT_THAT(desk.err, Not(IsEmpty()));
    EXPECT_THAT(desk.out, IsEmpty());
  }
}

TEST(Options, GivesValuesDefaultsAndWords) {
  std::ostringstream out, err;
  Streams io{out, err};
  Options options("audit", "");
  options.word("finding", "which").text("format", "F", "how", "html").text("output", "O", "where").flag("quiet", "q");
  EXPECT_EQ(options.parse({"ab12", "--output=x", "--quiet"}, io), std::nullopt);
  EXPECT_EQ(options.get("finding"), "ab12");
  EXPECT_EQ(options.get("format"), "html");
  EXPECT_FALSE(options.has("format"));
  EXPECT_EQ(options.get("output"), "x");
  EXPECT_TRUE(options.has("quiet"));
}

TEST(WriteFile, KeepsItsFilesToTheirOwnerAndReplacesThemWhole) {
  Desk desk;
  ASSERT_TRUE(pipeline::write_file(desk.file("report.html"), "one"));
  ASSERT_TRUE(pipeline::write_file(desk.file("report.html"), "two"));
  EXPECT_EQ(slurp(desk.file("report.html")), "two");
  struct stat status {};
  ASSERT_EQ(::stat(desk.file("report.html").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_FALSE(pipeline::write_file(desk.file("no/such/folder"), "x"));
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(desk.file(""))) ++files;
  EXPECT_EQ(files, 1u) << "nothing is left beside it";
}

TEST(Fail, GivesEachKindOfTroubleItsExitCode) {
  const std::pair<base::ErrorKind, int> expected[] = {
      {base::ErrorKind::corrupt, control::kLogBroken}, {base::ErrorKind::denied, control::kDenied},
      {base::ErrorKind::malformed, control::kUsage},   {base::ErrorKind::not_found, control::kUsage},
      {base::ErrorKind::conflict, control::kUsage},    {base::ErrorKind::io, control::kNotEverythingSeen},
  };
  for (const auto& [kind, code] : expected) {
    std::ostringstream out, err;
    Streams io{out, err};
    EXPECT_EQ(fail("audit", {kind, "why\x1B[2J"}, io), code);
    EXPECT_EQ(err.str(), "tallystick audit: why\\x1B[2J\n") << "nothing steers the terminal";
  }
}

TEST(Keygen, NeverOverwritesAKey) {
  Desk desk;
  ASSERT_EQ(desk.keygen(), 0) << desk.err;
  EXPECT_THAT(desk.out, StartsWith("audit.example.com/test+"));
  const std::string key = slurp(desk.state() + "/log.key");
  EXPECT_EQ(desk.keygen(), 2);
  EXPECT_EQ(slurp(desk.state() + "/log.key"), key);
}

TEST(Audit, OfTheSampleCompanyFindsSomethingAndItsLogVerifies) {
  Desk desk;
  ASSERT_EQ(desk.keygen(), 0);
  EXPECT_EQ(desk.audit(), 1) << desk.err;
  EXPECT_THAT(desk.out, HasSubstr("LVR-001"));
  struct stat status {};
  ASSERT_EQ(::stat((desk.state() + "/store.db").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);

  EXPECT_EQ(desk.run({"verify", desk.state() + "/log", "--key", desk.state() + "/log.pub"}), 0) << desk.out;
  EXPECT_THAT(desk.out, HasSubstr("The log verifies: audit.example.com/test"));

  EXPECT_EQ(desk.with_sample({"findings"}), 1);
  EXPECT_THAT(desk.out, HasSubstr("LVR-001"));
  EXPECT_EQ(desk.with_sample({"report", "--format", "json", "--output", desk.file("r.json")}), 0) << desk.err;
  const std::string json = slurp(desk.file("r.json"));
  EXPECT_THAT(json, HasSubstr("LVR-001"));
  EXPECT_EQ(desk.with_sample({"report", "--format", "pdf"}), 2);

  EXPECT_EQ(desk.with_sample({"rebuild"}), 0) << desk.err;
  EXPECT_EQ(desk.with_sample({"report", "--format", "json", "--output", desk.file("again.json")}), 0);
  EXPECT_EQ(slurp(desk.file("again.json")), json) << "a store made again tells the same";
  EXPECT_EQ(desk.with_sample({"explain", "zzzz"}), 2);
}

TEST(Audit, SaysHowToMakeTheKeyThatIsMissing) {
  Desk desk;
  EXPECT_EQ(desk.audit(), 2);
  EXPECT_THAT(desk.err, HasSubstr("tallystick keygen --origin"));
}

TEST(Audit, IsDeniedAKeyThatOthersCanRead) {
  Desk desk;
  ASSERT_EQ(desk.keygen(), 0);
  ::chmod((desk.state() + "/log.key").c_str(), 0644);
  EXPECT_EQ(desk.audit(), 5);
  EXPECT_THAT(desk.err, HasSubstr("chmod"));
}

TEST(Findings, SaysThatNothingWasAuditedYet) {
  Desk desk;
  EXPECT_EQ(desk.with_sample({"findings"}), 2);
  EXPECT_THAT(desk.err, HasSubstr("run `tallystick audit` first"));
}

TEST(Findings, OfARunAfterWhichAnAuditWasMissedAreNotAllClear) {
  Desk desk;
  store::Journal journal;
  const auto findings = [&] {
    EXPECT_TRUE(store::Store::open(pipeline::store_path(journal.root()))->project(journal.entries()));
    return desk.run(
        {"findings", "--config", TALLY_SOURCE_DIR "/docs/sample/tallystick.toml", "--state", journal.root()});
  };
  std::ofstream(pipeline::public_key_path(journal.root())) << "audit.example.com/test+key\n";
  journal.start(1);
  ledger::RunFinished finished;
  finished.summary.run = "run-1";
  finished.summary.complete = true;
  journal.add(ledger::encode(finished), 1);
  journal.flush();
  EXPECT_EQ(findings(), 0) << desk.err;
  journal.add(
      ledger::encode(ledger::ScheduleMissed{1, store::day(2), store::day(2), {store::day(2)}, "it slept", false}), 2);
  journal.flush();
  EXPECT_EQ(findings(), 3) << desk.err;
  EXPECT_THAT(desk.out, HasSubstr("Audits that came to nothing after this one"));
}

TEST(Verify, FindsATamperedLog) {
  Desk desk;
  ASSERT_EQ(desk.keygen(), 0);
  ASSERT_EQ(desk.audit(), 1);
  std::filesystem::path bundle;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(desk.state() + "/log/tile/entries")) {
    if (entry.is_regular_file() && slurp(entry.path()).find("LVR-001") != std::string::npos) bundle = entry.path();
  }
  std::string bytes = slurp(bundle);
  const auto word = bytes.find("LVR-001");
  ASSERT_NE(word, std::string::npos);
  bytes[word + 6] = '2';
  std::filesystem::permissions(bundle, std::filesystem::perms::owner_all);
  std::ofstream(bundle, std::ios::binary) << bytes;
  EXPECT_EQ(desk.run({"verify", desk.state() + "/log", "--key", desk.state() + "/log.pub"}), 4);
  EXPECT_THAT(desk.out, HasSubstr("THE LOG DOES NOT VERIFY"));
  EXPECT_THAT(desk.out, HasSubstr("First bad entry:"));
}

TEST(CheckConfig, ReportsEveryMistakeWithItsPlace) {
  Desk desk;
  EXPECT_EQ(desk.run({"check-config", "--config", TALLY_SOURCE_DIR "/docs/sample/tallystick.toml"}), 0) << desk.err;
  EXPECT_THAT(desk.out, HasSubstr("in order"));
  std::ofstream(desk.file("bad.toml")) << "stat = \"x\"\nlog_key = 7\n";
  EXPECT_EQ(desk.run({"check-config", "--config", desk.file("bad.toml")}), 2);
  EXPECT_THAT(desk.err, HasSubstr("bad.toml:1:1: unknown setting \"stat\""));
  EXPECT_THAT(desk.err, HasSubstr("bad.toml:2:11: found a whole number, expected a path as text"));
}

}  // namespace
}  // namespace tally::cli
