// Daemon: the built tallystickd, started as systemd starts it: with a notify socket, a watchdog and a configuration of
// its own. What it tells the manager, the journal and the log of the audit can be waited for.
//
//   Daemon daemon(desk);
//   daemon.configure("interval = \"2s\"", hr_section() + directory);
//   daemon.start();
//   ASSERT_TRUE(daemon.tells("READY=1"));
//   ASSERT_TRUE(daemon.says("TS-1202"));
//   EXPECT_EQ(daemon.ask({"status"}).exit_code, 0);
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/audit/desk.h"
#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::integration {

class Daemon {
 public:
  /// Longer than anything here takes, on a slow machine that does other things too.
  static constexpr std::chrono::seconds kPatience{40};
  /// What the manager asks for: a sign of life twice in this time.
  static constexpr std::chrono::milliseconds kWatchdog{600};

  explicit Daemon(Desk& desk);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  /// [service] with these lines beside its socket, then the sections.
  void configure(const std::string& service, const std::string& sections);
  void start();
  /// Ends it by SIGTERM; its exit code.
  int stop();
  void signal(int number) { process_.signal(number); }
  /// Its exit code, once it has ended by itself.
  int ended();

  /// True as soon as the manager was told a message with that text (again, since the last call that found one).
  bool tells(std::string_view text);
  /// Messages to the manager with that text so far.
  int told(std::string_view text);
  /// True as soon as its standard error holds that text so many times.
  bool says(std::string_view text, int times = 1);
  [[nodiscard]] std::string journal() const { return process_.err(); }

  /// tallystick COMMAND --config …
  support::Outcome ask(std::vector<std::string> command, const std::vector<std::string>& by = {});
  support::Process ask_in_background(std::vector<std::string> command);
  [[nodiscard]] std::string socket() const { return sockets_.path() / "control.sock"; }

  /// The published leaves with that type, oldest first.
  [[nodiscard]] std::vector<std::string> leaves(std::string_view type) const;

 private:
  void listen();
  void hear();

  Desk& desk_;
  support::WorkFolder sockets_;
  int manager_ = -1;
  std::vector<std::string> heard_;
  std::size_t found_ = 0;  ///< messages up to here were found by tells()
  support::Process process_;
};

}  // namespace tally::integration
