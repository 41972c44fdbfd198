#include "tests/support/slapd.h"

#include <fmt/format.h>

#include <chrono>

#include "tests/support/loopback.h"
#include "tests/support/wait_for_server.h"

namespace tally::support {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using base::ErrorKind;
using base::Result;

constexpr auto kSetupDeadline = 60s;   ///< certificates, configuration and bulk load of some 10,000 entries
constexpr auto kAnswerDeadline = 20s;  ///< start-up takes 0.1 s on an idle machine
constexpr auto kToolDeadline = 60s;
constexpr int kPortAttempts = 5;  ///< a free port may be taken between its choice and its use

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// One attribute line a clause, with the stand-ins filled in.
std::string lines(const std::string& attribute, const std::vector<std::string>& clauses, const std::string& suffix) {
  std::string out;
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    const std::string clause = replace_all(clauses[i], "{reader}", "cn=reader," + suffix);
    out += fmt::format("{}: {{{}}}{}\n", attribute, i, replace_all(clause, "{suffix}", suffix));
  }
  return out;
}

const std::vector<std::string>& default_access() {
  static const std::vector<std::string> rules = {"to attrs=userPassword by self write by anonymous auth by * none",
                                                 "to * by users read by * none"};
  return rules;
}

const std::vector<std::string>& no_limits() {
  static const std::vector<std::string> clauses = {"users size=unlimited time=unlimited"};
  return clauses;
}

Result<fs::path> lay_out(const fs::path& folder, const SlapdOptions& options) {
  const auto limits = lines("olcLimits", options.limits.empty() ? no_limits() : options.limits, options.suffix);
  const auto access = lines("olcAccess", options.access.empty() ? default_access() : options.access, options.suffix);
  std::error_code error;
  fs::create_directories(folder / "data", error);
  Result<fs::path> written = write_file(folder / "limits.ldif", limits);
  if (written) written = write_file(folder / "access.ldif", access);
  int number = 100;  // three digits: the shell's order is the order of loading
  for (const std::string& text : options.data) {
    if (written) written = write_file(folder / fmt::format("data/{}.ldif", number++), text);
  }
  for (const fs::path& file : options.data_files) {
    if (!fs::exists(file)) return base::failure(ErrorKind::not_found, file.string() + ": no such LDIF file");
    if (written) written = write_file(folder / fmt::format("data/{}.ldif", number++), read_file(file));
  }
  if (!written) return written;
  return run_successfully({.argv = {support_file("slapd.sh"), folder, options.suffix}}, kSetupDeadline)
      .map([&](const std::string&) { return folder; });
}

}  // namespace

Slapd::Slapd(WorkFolder folder, WorkFolder sockets) : folder_(std::move(folder)), sockets_(std::move(sockets)) {}

Result<Slapd> Slapd::start(const SlapdOptions& options) {
  Result<WorkFolder> folder = WorkFolder::create("slapd");
  if (!folder) return tl::unexpected(folder.error());
  Result<WorkFolder> sockets = WorkFolder::create_short("slapd");
  if (!sockets) return tl::unexpected(sockets.error());
  const Result<fs::path> ready = lay_out(folder->path(), options);
  if (!ready) return tl::unexpected(ready.error().within("preparing slapd"));

  Slapd server(std::move(*folder), std::move(*sockets));
  server.suffix_ = options.suffix;
  Result<void> up = server.listen(options);
  for (int attempt = 1; !up && up.error().kind == ErrorKind::conflict && attempt < kPortAttempts; ++attempt) {
    up = server.listen(options);
  }
  if (!up) return tl::unexpected(up.error().within("starting slapd"));
  for (const std::string& change : options.config_changes) {
    const Result<std::string> applied = server.configure(change);
    if (!applied) return tl::unexpected(applied.error().within("configuring slapd"));
  }
  return server;
}

Result<void> Slapd::listen(const SlapdOptions& options) {
  const Result<int> port = free_port();
  const Result<int> tls_port = free_port();
  if (!port) return tl::unexpected(port.error());
  if (!tls_port) return tl::unexpected(tls_port.error());
  port_ = *port;
  tls_port_ = *tls_port;
  environment_ = options.environment;
  return serve();
}

Result<void> Slapd::serve() {
  // "-d stats" logs to standard error and keeps it in the foreground.
  Result<Process> process = Process::start({.argv = {"/usr/sbin/slapd", "-d", "stats", "-F", folder_.path() / "slapd.d",
                                                     "-h", uri() + " " + tls_uri() + " " + local_uri()},
                                            .environment = environment_});
  if (!process) return tl::unexpected(process.error());
  process_ = std::move(*process);
  return wait_until_it_answers();
}

Result<void> Slapd::wait_until_it_answers() {
  // slapd says so once every listener is up; connecting alone could reach another process that took the port.
  const auto up = [&] { return log().find("slapd starting") != std::string::npos && answers(port_); };
  return wait_for_server(process_, kAnswerDeadline, up, [&] { return log(); });
}

std::string Slapd::uri() const { return fmt::format("ldap://127.0.0.1:{}", port_); }
std::string Slapd::tls_uri() const { return fmt::format("ldaps://127.0.0.1:{}", tls_port_); }
std::string Slapd::local_uri() const { return "ldapi://" + replace_all(sockets_.path() / "ldapi", "/", "%2F"); }

Result<void> Slapd::load_offline(const std::string& ldif) {
  process_.stop();
  const auto loaded = run_successfully(
      {.argv = {"slapadd", "-n", "1", "-F", folder_.path() / "slapd.d"}, .input = ldif}, kToolDeadline);
  if (!loaded) return tl::unexpected(loaded.error());
  return serve();
}

Result<std::string> Slapd::apply(const std::string& ldif) { return modify(ldif, root_dn()); }
Result<std::string> Slapd::configure(const std::string& ldif) { return modify(ldif, "cn=config"); }

Result<std::string> Slapd::modify(const std::string& ldif, const std::string& dn) {
  // -a: records without a changetype are additions.
  return run_successfully({.argv = {"ldapmodify", "-a", "-x", "-H", local_uri(), "-D", dn, "-w", root_password()},
                           .environment = {{"LDAPNOINIT", "1"}},
                           .input = ldif},
                          kToolDeadline);
}

}  // namespace tally::support
