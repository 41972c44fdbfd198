#include "tests/support/ds389.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "policy/base/digest.h"
#include "tests/support/loopback.h"
#include "tests/support/wait_for_server.h"

namespace tally::support {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using base::ErrorKind;
using base::Result;

constexpr auto kCreateDeadline = 300s;  ///< 15 s on an idle machine; another test may be creating before us
constexpr auto kAnswerDeadline = 60s;   ///< 1 s on an idle machine
constexpr auto kToolDeadline = 120s;    ///< 2 ms an entry
constexpr int kPortAttempts = 5;        ///< a free port may be taken between its choice and its use

/// The cache is named after the script that filled it: another script, another cache.
Result<fs::path> cache_file() {
  const std::string digest = base::sha256(read_file(support_file("ds389.sh"))).hex();
  return test_servers_folder().map(
      [&](const fs::path& folder) { return folder / ("ds389-" + digest.substr(0, 16) + ".tar"); });
}

std::string first_entries(const std::string& suffix, const std::vector<std::string>& access) {
  std::string out = fmt::format(
      "dn: uid=reader,{0}\nchangetype: add\nobjectClass: account\nobjectClass: simpleSecurityObject\nuid: reader\n"
      "userPassword: reader-password\n\ndn: {0}\nchangetype: modify\nreplace: aci\n",
      suffix);
  for (const std::string& aci : access) out += fmt::format("aci: {}\n", aci);
  return out + "\n";
}

}  // namespace

std::string ds389_reader_aci() {
  return R"((targetattr!="userPassword")(version 3.0; acl "reader"; allow (read, search, compare) )"
         R"(userdn="ldap:///uid=reader,dc=example,dc=test";))";
}

Result<Ds389> Ds389::start(const Ds389Options& options) {
  if (geteuid() != 0)
    return base::failure(ErrorKind::denied, "389 Directory Server needs root: it makes mount namespaces");
  Result<WorkFolder> folder = WorkFolder::create("ds389");
  if (!folder) return tl::unexpected(folder.error());
  const Result<fs::path> cache = cache_file();
  if (!cache) return tl::unexpected(cache.error());
  const Result<std::string> ready =
      run_successfully({.argv = {support_file("ds389.sh"), "prepare", folder->path(), *cache}}, kCreateDeadline);
  if (!ready) return tl::unexpected(ready.error().within("preparing 389 Directory Server"));
  if (!options.import.empty()) {
    const std::string all = "dn: dc=example,dc=test\nobjectClass: domain\ndc: example\n\n" + options.import;
    const Result<std::string> imported =
        run_successfully({.argv = {support_file("ds389.sh"), "import", folder->path()}, .input = all}, kToolDeadline);
    if (!imported) return tl::unexpected(imported.error().within("importing into 389 Directory Server"));
  }

  Ds389 server(std::move(*folder));
  Result<void> up = server.listen();
  for (int attempt = 1; !up && up.error().kind == ErrorKind::conflict && attempt < kPortAttempts; ++attempt) {
    up = server.listen();
  }
  if (!up) return tl::unexpected(up.error().within("starting 389 Directory Server"));
  const auto access = options.access.empty() ? std::vector<std::string>{ds389_reader_aci()} : options.access;
  Result<std::string> loaded = server.apply(first_entries(server.suffix(), access));
  for (const std::string& ldif : options.data) {
    if (loaded) loaded = server.apply(ldif);
  }
  if (!loaded) return tl::unexpected(loaded.error().within("loading 389 Directory Server"));
  return server;
}

Result<void> Ds389::listen() {
  const Result<int> port = free_port();
  if (!port) return tl::unexpected(port.error());
  port_ = *port;
  Result<Process> process =
      Process::start({.argv = {support_file("ds389.sh"), "serve", folder_.path(), std::to_string(port_)}});
  if (!process) return tl::unexpected(process.error());
  process_ = std::move(*process);
  return wait_until_it_answers();
}

Result<void> Ds389::wait_until_it_answers() {
  // It writes its number once it listens: connecting alone could reach another process that took the port.
  const auto up = [&] { return fs::exists(folder_.path() / "run/slapd-test.pid") && answers(port_); };
  return wait_for_server(process_, kAnswerDeadline, up, [&] { return log(); });
}

std::string Ds389::uri() const { return fmt::format("ldap://127.0.0.1:{}", port_); }

Result<std::string> Ds389::apply(const std::string& ldif) const {
  // -a: records without a changetype are additions.
  return run_successfully(
      {.argv = {"ldapmodify", "-a", "-x", "-H", uri(), "-D", "cn=Directory Manager", "-w", "root-password"},
       .environment = {{"LDAPNOINIT", "1"}},
       .input = ldif},
      kToolDeadline);
}

int Ds389::bind(const std::string& dn, const std::string& password) const {
  const auto done = run_command(
      {.argv = {"ldapwhoami", "-x", "-H", uri(), "-D", dn, "-w", password}, .environment = {{"LDAPNOINIT", "1"}}},
      kToolDeadline);
  return done ? done->exit_code : -1;
}

Result<std::string> Ds389::exported() const {
  return run_successfully({.argv = {support_file("ds389.sh"), "export", folder_.path()}}, kToolDeadline);
}

std::string Ds389::log() const {
  return read_file(folder_.path() / "log/slapd-test/errors") + process_.out() + process_.err();
}

}  // namespace tally::support
