// Process: runs a program (ours, or a server's) and tells what it wrote and how it ended, under a deadline.
//
//   Result<Outcome> run = run_command({.argv = {program("tallystick"), "verify", log}}, 20s);
//   EXPECT_EQ(run->exit_code, 4) << run->err;
//
//   Result<Process> writer = Process::start({.argv = {...}});   // in the background
//   writer->signal(SIGKILL);
//   writer->wait(5s);
//
// A Process that goes out of scope ends its program: SIGTERM, then SIGKILL after kGrace. The program also gets
// SIGTERM when the test itself dies. Not a shell: argv[0] is looked up in PATH, nothing is expanded.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "policy/base/result.h"

namespace tally::support {

struct Command {
  std::vector<std::string> argv;
  /// Added to the test's own environment, or replacing what is there.
  std::vector<std::pair<std::string, std::string>> environment = {};
  /// Where it runs; empty: where the test runs.
  std::filesystem::path directory = {};
  /// What it reads on standard input.
  std::string input = {};
};

struct Outcome {
  int exit_code = -1;  ///< as exited, or 128 + the signal that ended it
  std::string out = {};
  std::string err = {};
  std::chrono::milliseconds took{0};
};

class Process {
 public:
  /// How long a program may take to end by itself after SIGTERM.
  static constexpr std::chrono::seconds kGrace{10};

  /// Fails (not_found, io) when the program cannot be executed at all.
  static base::Result<Process> start(const Command& command);
  /// No program at all.
  Process() = default;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// False once it has ended.
  [[nodiscard]] bool running();
  /// What it wrote so far; also while it runs.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  /// Sends the signal if it still runs.
  void signal(int number);
  /// How it ended; timed_out (with the last lines that it wrote) when it has not ended by then, and it goes on running.
  base::Result<Outcome> wait(std::chrono::milliseconds deadline);
  /// SIGTERM, kGrace, SIGKILL. No effect when it has ended.
  void stop();

 private:
  bool ended_within(std::chrono::milliseconds deadline);
  void close_files();

  std::string name_;
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool ended_ = true;
  int exit_code_ = -1;
  std::chrono::steady_clock::time_point started_;
};

/// Starts, waits, collects. After the deadline the program is killed and the error is timed_out.
base::Result<Outcome> run_command(const Command& command, std::chrono::milliseconds deadline);

/// run_command that also takes an exit code other than 0 for a failure; the message quotes what was written.
base::Result<std::string> run_successfully(const Command& command, std::chrono::milliseconds deadline);

/// Path of one of this build's programs: program("tallystick").
std::string program(const std::string& name);

/// The last `count` lines of `text`, indented, for failure messages.
std::string last_lines(const std::string& text, std::size_t count = 20);

}  // namespace tally::support
