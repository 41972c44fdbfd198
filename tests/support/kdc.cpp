#include "tests/support/kdc.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "tests/support/loopback.h"

namespace tally::support {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using base::ErrorKind;
using base::Result;

constexpr auto kSetupDeadline = 60s;
constexpr auto kAnswerDeadline = 20s;

}  // namespace

Result<Kdc> Kdc::start() {
  Result<WorkFolder> folder = WorkFolder::create("kdc");
  if (!folder) return tl::unexpected(folder.error());
  const Result<int> port = free_port();
  if (!port) return tl::unexpected(port.error());
  const auto ready =
      run_successfully({.argv = {support_file("kdc.sh"), folder->path(), std::to_string(*port)}}, kSetupDeadline);
  if (!ready) return tl::unexpected(ready.error().within("preparing the KDC"));
  Result<Process> process = Process::start({.argv = {"/usr/sbin/krb5kdc", "-n", "-P", folder->path() / "pid"},
                                            .environment = {{"KRB5_CONFIG", folder->path() / "krb5.conf"},
                                                            {"KRB5_KDC_PROFILE", folder->path() / "kdc.conf"}}});
  if (!process) return tl::unexpected(process.error());
  Kdc kdc(std::move(*folder), std::move(*process));
  const auto until = std::chrono::steady_clock::now() + kAnswerDeadline;
  while (!answers(*port)) {
    if (!kdc.process_.running() || std::chrono::steady_clock::now() >= until) {
      return base::failure(ErrorKind::unavailable,
                           fmt::format("the KDC does not answer; its log ends:\n{}", last_lines(kdc.log())));
    }
    std::this_thread::sleep_for(10ms);
  }
  return kdc;
}

std::vector<std::pair<std::string, std::string>> Kdc::server_environment() const {
  return {{"KRB5_CONFIG", config_file()}, {"KRB5_KTNAME", "FILE:" + (folder_.path() / "ldap.keytab").string()}};
}

std::vector<std::pair<std::string, std::string>> Kdc::client_environment() const {
  return {{"KRB5_CONFIG", config_file()},
          {"KRB5_CLIENT_KTNAME", "FILE:" + reader_keytab().string()},
          {"KRB5CCNAME", "FILE:" + (folder_.path() / "ccache").string()}};
}

}  // namespace tally::support
