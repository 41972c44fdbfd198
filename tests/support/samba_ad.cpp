#include "tests/support/samba_ad.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "policy/base/assert.h"
#include "policy/base/digest.h"
#include "tests/support/loopback.h"
#include "tests/support/wait_for_server.h"

namespace tally::support {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using base::ErrorKind;
using base::Result;

constexpr auto kProvisionDeadline = 180s;  ///< 8 s on an idle machine; another test may be provisioning before us
constexpr auto kAnswerDeadline = 60s;      ///< 0.5 to 1 s on an idle machine
constexpr auto kLoadDeadline = 180s;       ///< 2 ms an entry
constexpr int kLdapPort = 389;
constexpr int kLdapsPort = 636;
constexpr int kKerberosPort = 88;

std::string network_of(const std::string& process) { return "/proc/" + process + "/ns/net"; }

/// True once that process has left the network namespace of this one.
bool has_own_network(pid_t pid) {
  struct stat ours {};
  struct stat theirs {};
  return stat(network_of("self").c_str(), &ours) == 0 && stat(network_of(std::to_string(pid)).c_str(), &theirs) == 0 &&
         ours.st_ino != theirs.st_ino;
}

/// The cache is named after the domain and the script that filled it: another script, another cache.
Result<fs::path> cache_file(const std::string& domain) {
  const std::string digest = base::sha256(read_file(support_file("samba_ad.sh"))).hex();
  return test_servers_folder().map(
      [&](const fs::path& folder) { return folder / ("samba-ad-" + domain + "-" + digest.substr(0, 16) + ".tar"); });
}

Result<std::string> load(const fs::path& folder, const std::string& ldif) {
  // ...4.3.20: pwdLastSet may be any time; without it only 0 and -1 (Samba's
  // DSDB_CONTROL_PASSWORD_USER_ACCOUNT_CONTROL).
  return run_successfully({.argv = {"ldbmodify", "-H", folder / "private/sam.ldb", "-o", "batch_mode:1",
                                    "--controls=local_oid:1.3.6.1.4.1.7165.4.3.20:0"},
                           .input = ldif},
                          kLoadDeadline);
}

Result<std::string> load_all(const fs::path& folder, const SambaAdOptions& options) {
  Result<std::string> loaded = std::string();
  for (const std::string& ldif : options.ldif) {
    if (loaded) loaded = load(folder, ldif);
  }
  for (const fs::path& file : options.ldif_files) {
    if (!fs::exists(file)) return base::failure(ErrorKind::not_found, file.string() + ": no such LDIF file");
    if (loaded) loaded = load(folder, read_file(file));
  }
  return loaded;
}

std::vector<std::string> serve(const std::string& verb, const std::string& network, const fs::path& folder) {
  std::vector<std::string> argv = {support_file("samba_ad.sh"), verb, folder};
  if (!network.empty()) argv.insert(argv.end() - 1, network);
  return argv;
}

}  // namespace

InsideNamespace::InsideNamespace(pid_t server) : outside_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
  const int inside = open(network_of(std::to_string(server)).c_str(), O_RDONLY | O_CLOEXEC);
  TALLY_ASSERT(outside_ >= 0 && inside >= 0 && setns(inside, CLONE_NEWNET) == 0);
  close(inside);
}

InsideNamespace::~InsideNamespace() {
  TALLY_ASSERT(setns(outside_, CLONE_NEWNET) == 0);
  close(outside_);
}

SambaAd::Place SambaAd::place_of(const SambaAdOptions& options) {
  if (options.beside != nullptr) return {"dc1", "PARTNER", "partner.test", "DC=partner,DC=test", "127.0.0.3"};
  Place lab{"dc1", "LAB", "ad.lab.test", "DC=ad,DC=lab,DC=test", "127.0.0.1"};
  if (options.joins != nullptr) lab.host = "dc2", lab.address = "127.0.0.2";
  return lab;
}

Result<std::string> SambaAd::lay_out(const fs::path& folder, const Place& place, const SambaAdOptions& options) {
  const Result<fs::path> cache = cache_file(place.domain);
  if (!cache) return tl::unexpected(cache.error());
  std::string more;
  if (options.joins != nullptr) more += std::string("\t") + kReplicates + "\n";
  for (const std::string& line : options.smb_conf) more += "\t" + line + "\n";
  const Result<fs::path> written = write_file(folder / "more.conf", more);
  if (!written) return tl::unexpected(written.error());
  std::vector<std::string> argv = {support_file("samba_ad.sh"), "prepare", folder, *cache};
  if (const SambaAd* first = options.joins; first != nullptr)
    argv = {support_file("samba_ad.sh"), "join", std::to_string(first->pid()), first->folder_.path(), folder};
  return run_successfully({.argv = std::move(argv), .environment = place.environment()}, kProvisionDeadline)
      .and_then([&](const std::string&) { return load_all(folder, options); });
}

Result<SambaAd> SambaAd::start(const SambaAdOptions& options) {
  if (geteuid() != 0) {
    return base::failure(ErrorKind::denied, "a Samba domain controller needs root: it makes network namespaces");
  }
  Result<WorkFolder> folder = WorkFolder::create("samba-ad");
  if (!folder) return tl::unexpected(folder.error());
  Place place = place_of(options);
  const Result<std::string> ready = lay_out(folder->path(), place, options);
  if (!ready) return tl::unexpected(ready.error().within("preparing Samba"));
  const SambaAd* host = options.joins != nullptr ? options.joins : options.beside;
  const std::string network = host != nullptr ? std::to_string(host->pid()) : "";
  const std::string verb = options.joins != nullptr ? "second" : options.beside != nullptr ? "beside" : "serve";
  Result<Process> process =
      Process::start({.argv = serve(verb, network, folder->path()), .environment = place.environment()});
  if (!process) return tl::unexpected(process.error());
  SambaAd server(std::move(*folder), std::move(*process), std::move(place), host != nullptr);
  const Result<void> up = server.wait_until_it_answers();
  if (!up) return tl::unexpected(up.error().within("starting Samba"));
  return server;
}

Result<void> SambaAd::restart() {
  process_.stop();
  Result<Process> process =
      Process::start({.argv = serve("serve", "", folder_.path()), .environment = place_.environment()});
  if (!process) return tl::unexpected(process.error());
  process_ = std::move(*process);
  return wait_until_it_answers();
}

Result<void> SambaAd::wait_until_it_answers() {
  const auto listening = [&] {
    if (!has_own_network(process_.pid())) return false;
    const InsideNamespace inside = enter();
    return guest_ || (answers(kLdapPort) && answers(kLdapsPort) && answers(kKerberosPort));
  };
  const Command question = {
      .argv = {"ldapsearch", "-x", "-LLL", "-H", uri(), "-s", "base", "-b", "", "defaultNamingContext"}};
  const auto up = [&] {
    if (!listening()) return false;
    const Result<Outcome> answer = run(question, 10s);
    return answer && answer->out.find("defaultNamingContext: DC=") != std::string::npos;
  };
  return wait_for_server(process_, kAnswerDeadline, up, [&] { return log(); });
}

Result<Outcome> SambaAd::run(Command command, std::chrono::milliseconds deadline) const {
  const fs::path directory = command.directory.empty() ? fs::current_path() : command.directory;
  std::vector<std::string> argv = {"nsenter", fmt::format("--target={}", process_.pid()),   "--net",
                                   "--mount", fmt::format("--wdns={}", directory.string()), "--"};
  argv.insert(argv.end(), command.argv.begin(), command.argv.end());
  command.argv = std::move(argv);
  command.directory.clear();
  auto environment = client_environment();  // what the command asks for itself comes last and wins
  environment.insert(environment.end(), command.environment.begin(), command.environment.end());
  command.environment = std::move(environment);
  return run_command(command, deadline);
}

std::vector<std::pair<std::string, std::string>> SambaAd::client_environment() const {
  return {{"KRB5_CONFIG", folder_.path() / "krb5.conf"},
          {"KRB5_CLIENT_KTNAME", "FILE:" + reader_keytab().string()},
          {"KRB5CCNAME", "FILE:" + (folder_.path() / "ccache").string()}};
}

Result<std::string> SambaAd::apply(const std::string& ldif) { return load(folder_.path(), ldif); }

std::string SambaAd::log() const {
  return read_file(folder_.path() / "log/samba.log") + process_.out() + process_.err();
}

}  // namespace tally::support
