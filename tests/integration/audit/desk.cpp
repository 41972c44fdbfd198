#include "tests/integration/audit/desk.h"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

namespace tally::integration {
namespace {

using namespace std::chrono_literals;

/// An audit of these small companies takes about a second; a stalled server up to its deadlines.
constexpr auto kPatience = 60s;

support::WorkFolder new_folder() {
  auto folder = support::WorkFolder::create_short("desk");
  if (!folder) throw std::runtime_error(folder.error().message);
  return std::move(*folder);
}

/// "CN=Cleo,OU=Staff,…" → "Cleo"
std::string first_value(const std::string& dn) {
  const std::size_t from = dn.find('=') + 1;
  return dn.substr(from, dn.find(',') - from);
}

std::string name_of(const Json& subject) {
  if (subject.at("kind") != "account") return subject.at("key");
  return subject.at("source").get<std::string>() + "/" + first_value(subject.at("dn"));
}

Verdict verdict_of(const Json& finding) { return {finding.at("rule"), name_of(finding.at("subject"))}; }

}  // namespace

Desk::Desk()
    : folder_(new_folder()),
      how_([](const support::Command& command) { return support::run_command(command, kPatience); }) {
  std::filesystem::create_directory(state());
  const auto key = support::run_successfully({.argv = {support::program("tallystick"), "keygen", "--origin",
                                                       "audit.example.test/desk", "--output", state() + "/log.key"}},
                                             kPatience);
  if (!key) throw std::runtime_error(key.error().message);
}

std::string Desk::write(const std::string& name, const std::string& text) {
  const auto path = folder_.path() / name;
  if (const auto written = support::write_file(path, text); !written) throw std::runtime_error(written.error().message);
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return path;
}

void Desk::configure(const std::string& sections) {
  // A few epochs: the keys of ten years take a second or two, which is no part of what these tests measure.
  write("tallystick.toml", fmt::format("organisation = \"Example\"\nstate = \"{0}\"\nlog_key = \"{0}/log.key\"\n"
                                       "log.epochs = 24\n\n{1}",
                                       state(), sections));
}

support::Outcome Desk::run(std::vector<std::string> command,
                           const std::vector<std::pair<std::string, std::string>>& environment) {
  command.insert(command.begin(), support::program("tallystick"));
  for (const std::string& word :
       {std::string("--config"), folder() + "/tallystick.toml", std::string("--state"), state()}) {
    command.push_back(word);
  }
  auto outcome = how_({.argv = std::move(command), .environment = environment, .directory = folder_.path()});
  if (!outcome) throw std::runtime_error(outcome.error().message);
  return std::move(*outcome);
}

support::Outcome Desk::audit(std::vector<std::string> more,
                             const std::vector<std::pair<std::string, std::string>>& environment) {
  more.insert(more.begin(), "audit");
  return run(std::move(more), environment);
}

support::Outcome Desk::verify() {
  auto outcome = support::run_command(
      {.argv = {support::program("tallystick"), "verify", state() + "/log", "--key", state() + "/log.pub"}}, kPatience);
  if (!outcome) throw std::runtime_error(outcome.error().message);
  return std::move(*outcome);
}

std::string Desk::report_text() {
  support::Outcome outcome = run({"report", "--format", "json"});
  if (outcome.exit_code != 0) throw std::runtime_error("tallystick report: " + outcome.err);
  return std::move(outcome.out);
}

Verdicts findings(const Json& report) {
  Verdicts out;
  for (const Json& finding : report.at("findings")) {
    if (finding.at("standing") != "open, not re-checked") out.insert(verdict_of(finding));
  }
  return out;
}

Standings standings(const Json& report) {
  Standings out;
  for (const Json& finding : report.at("findings")) out[verdict_of(finding)] = finding.at("standing");
  return out;
}

Verdicts resolved(const Json& report) {
  Verdicts out;
  for (const Json& finding : report.at("resolved")) out.insert(verdict_of(finding));
  return out;
}

Verdicts cannot_tell(const Json& report) {
  Verdicts out;
  for (const Json& group : report.at("cannot_tell")) {
    for (const Json& subject : group.at("examples")) out.emplace(group.at("rule"), name_of(subject));
  }
  return out;
}

std::map<std::string, std::string> tallies(const Json& report) {
  std::map<std::string, std::string> out;
  for (const Json& one : report.at("rules")) {
    out[one.at("rule")] =
        fmt::format("{} asked, {} clear, {} violations, {} cannot tell", one.at("asked").get<int>(),
                    one.at("clear").get<int>(), one.at("violations").get<int>(), one.at("cannot_tell").get<int>());
  }
  return out;
}

Json tally(const Json& report, const std::string& rule) {
  for (const Json& one : report.at("rules")) {
    if (one.at("rule") == rule) return one;
  }
  return nullptr;
}

Json source(const Json& report, const std::string& name) {
  for (const Json& one : report.at("sources")) {
    if (one.at("name") == name) return one;
  }
  return nullptr;
}

Json finding(const Json& report, const Verdict& verdict) {
  for (const Json& one : report.at("findings")) {
    if (verdict_of(one) == verdict) return one;
  }
  return nullptr;
}

std::string coverage(const Json& report, const std::string& name) {
  const Json one = source(report, name);
  if (one.is_null()) return "no such source";
  std::string out = one.at("coverage").at("state");
  for (const Json& gap : one.at("coverage").at("gaps")) {
    out += fmt::format("; {}: {}", gap.at("kind").get<std::string>(), gap.at("sentence").get<std::string>());
  }
  return out;
}

}  // namespace tally::integration
