#include "tests/support/process.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace tally::support {
namespace {

using namespace std::chrono_literals;

TEST(Process, GivesOutputErrorsAndExitCode) {
  const auto outcome = run_command({.argv = {"sh", "-c", "cat; echo trouble >&2; exit 3"}, .input = "hello"}, 5s);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->exit_code, 3);
  EXPECT_EQ(outcome->out, "hello");
  EXPECT_EQ(outcome->err, "trouble\n");
}

TEST(Process, AddsToTheEnvironmentAndChangesTheFolder) {
  const auto outcome = run_command(
      {.argv = {"sh", "-c", "echo $COLOUR; pwd"}, .environment = {{"COLOUR", "blue"}}, .directory = "/usr"}, 5s);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->out, "blue\n/usr\n");
}

TEST(Process, SaysWhenTheProgramDoesNotExist) {
  const auto outcome = run_command({.argv = {"/nonexistent/program"}}, 5s);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, base::ErrorKind::not_found);
  EXPECT_NE(outcome.error().message.find("/nonexistent/program"), std::string::npos);
}

TEST(Process, IsKilledAtTheDeadline) {
  const auto begin = std::chrono::steady_clock::now();
  const auto outcome = run_command({.argv = {"sh", "-c", "echo started; exec sleep 60"}}, 200ms);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, base::ErrorKind::timed_out);
  EXPECT_NE(outcome.error().message.find("started"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(Process, TellsTheSignalThatEndedIt) {
  auto process = Process::start({.argv = {"sleep", "60"}});
  ASSERT_TRUE(process);
  EXPECT_TRUE(process->running());
  process->signal(SIGKILL);
  const auto outcome = process->wait(5s);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->exit_code, 128 + SIGKILL);
}

TEST(Process, EndsWithItsObject) {
  pid_t pid = -1;
  {
    auto process = Process::start({.argv = {"sleep", "60"}});
    ASSERT_TRUE(process);
    pid = process->pid();
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_NE(kill(pid, 0), 0);
}

TEST(Process, QuotesTheLastLinesOfAFailure) {
  const auto text = run_successfully({.argv = {"sh", "-c", "echo the reason >&2; exit 1"}}, 5s);
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().message.find("exit code 1:\n    the reason\n"), std::string::npos) << text.error().message;
}

TEST(LastLines, KeepsTheEnd) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 2), "    b\n    c\n");
  EXPECT_EQ(last_lines("a\nb", 5), "    a\n    b\n");
  EXPECT_EQ(last_lines("", 5), "");
}

}  // namespace
}  // namespace tally::support
