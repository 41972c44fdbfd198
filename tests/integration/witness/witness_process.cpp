#include "tests/integration/witness/witness_process.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

#include "daemon/recorder/key.h"
#include "policy/base/assert.h"
#include "tests/support/loopback.h"
#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::integration {

using namespace std::chrono_literals;

WitnessProcess::WitnessProcess(const std::string& name)
    : name_(name), folder_(*support::WorkFolder::create("witness")) {
  const auto vkey =
      recorder::keygen("witness.example.com/" + name, folder_.path() / "witness.key", ledger::KeyType::cosignature_v1);
  TALLY_ASSERT(vkey);
  key_ = *ledger::VerifierKey::parse(*vkey);
  std::filesystem::create_directory(folder_.path() / "state");
  TALLY_ASSERT(support::write_file(folder_.path() / "logs",
                                   "# the log of these tests\n" + ledger::log_signer().key.format() + "\n"));
}

void WitnessProcess::start() {
  for (int attempt = 0; attempt < 20; ++attempt) {
    const int port = port_ != 0 ? port_ : *support::free_port();
    std::vector<std::string> argv = command();
    argv.insert(argv.end(), {"--listen", fmt::format("127.0.0.1:{}", port)});
    auto process = support::Process::start({.argv = argv});
    ASSERT_TRUE(process) << process.error().message;
    process_ = std::move(*process);
    if (!says("TS-2101")) continue;
    port_ = port;
    return;
  }
  FAIL() << "the witness does not start: " << journal();
}

void WitnessProcess::start_by_socket() {
  port_ = *support::free_port();
  std::vector<std::string> argv = command();
  argv.insert(argv.begin(), {"/usr/bin/systemd-socket-activate", "-l", fmt::format("127.0.0.1:{}", port_)});
  auto process = support::Process::start({.argv = argv});
  ASSERT_TRUE(process) << process.error().message;
  process_ = std::move(*process);
  ASSERT_TRUE(says("Listening on")) << journal();
}

std::vector<std::string> WitnessProcess::command() const {
  const std::string folder = folder_.path();
  return {support::program("tallystick-witness"),
          "--key",
          folder + "/witness.key",
          "--logs",
          folder + "/logs",
          "--state",
          folder + "/state"};
}

bool WitnessProcess::says(std::string_view text) {
  const auto until = std::chrono::steady_clock::now() + 40s;
  while (process_.running() && std::chrono::steady_clock::now() < until) {
    if (process_.err().find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

void WitnessProcess::kill() {
  process_.signal(SIGKILL);
  ASSERT_TRUE(process_.wait(20s));
}

int WitnessProcess::stop() {
  process_.signal(SIGTERM);
  const auto ended = process_.wait(20s);
  EXPECT_TRUE(ended) << journal();
  return ended ? ended->exit_code : -1;
}

std::string WitnessProcess::policy_line() const {
  return fmt::format("witness {} {} {}\n", name_, key_.format(), url());
}

ledger::TrustPolicy WitnessProcess::policy() const { return policy_of(policy_line() + "quorum " + name_ + "\n"); }

ledger::TrustPolicy policy_of(const std::string& text) {
  auto policy = ledger::TrustPolicy::parse(text, "policy");
  if (!policy) ADD_FAILURE() << base::to_string(policy.error().front());
  TALLY_ASSERT(policy);
  return std::move(*policy);
}

}  // namespace tally::integration
