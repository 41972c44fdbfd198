// tallystick finding | exempt | account | feed | hold VERB, and erase: what people decide, by the service when one
// answers, else in this process. Both carry it out alike (daemon/pipeline/carry_out.h).
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <unistd.h>

#include <array>
#include <map>
#include <ostream>
#include <utility>
#include <variant>

#include "daemon/cli/asking.h"
#include "daemon/cli/command.h"
#include "daemon/cli/deciding.h"
#include "daemon/cli/in_this_process.h"
#include "daemon/cli/options.h"
#include "daemon/cli/setting_up.h"
#include "daemon/cli/terminal.h"
#include "daemon/cli/verbs.h"
#include "daemon/control/authority.h"
#include "daemon/control/decision_request.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/carry_out.h"
#include "daemon/pipeline/clock.h"
#include "daemon/report/decisions.h"
#include "policy/base/utf8.h"

namespace tally::cli {
namespace {

/// A word of the command line; its name is that of the request's word.
struct Part {
  enum Kind { none, word, maybe, option, flag } kind = none;
  std::string_view name, value, meaning;
};

struct Verb {
  std::string_view name, arguments, summary;
  std::array<Part, 5> parts = {};
};

constexpr Part kReason{Part::option, "reason", "TEXT", "why; needed, and kept with the decision"};
constexpr Part kWhy{Part::option, "reason", "TEXT", "why"};
constexpr Part kNumber{Part::word, "number", "", "the number of the request or decision, as the list shows it"};
constexpr Part kFinding{Part::word, "finding", "", "the fingerprint, or its first digits (at least 4)"};
constexpr Part kAccount{Part::word, "account", "", "SOURCE/LOGIN, or the account's key: account/SOURCE/ID"};
constexpr Part kSubject{Part::word, "subject", "",
                        "employee number, person/SOURCE/NUMBER, account/SOURCE/ID, or a handle of the log: s:…"};
constexpr Part kPerson{Part::word, "employee_id", "", "the employee number as HR has it, leading zeros included"};

constexpr Verb kVerbs[] = {
    {"finding acknowledge",
     "FINDING --reason TEXT",
     "say that somebody works on it; it stays open",
     {kFinding, kReason}},
    {"exempt request",
     "[FINDING] --until DATE --reason TEXT",
     "ask for one rule and one account or group to be accepted until a day; somebody else has to approve it",
     {{{Part::maybe, "finding", "", "the finding's fingerprint, or its first digits; or:"},
       {Part::option, "rule", "RULE", "the rule, where no finding is open yet"},
       {Part::option, "subject", "KEY", "and whom: account/SOURCE/ID, SOURCE/LOGIN or group/SOURCE/ID"},
       {Part::option, "until", "DATE", "the last day (UTC), or a date-time; at most a year away"},
       kReason}}},
    {"exempt approve", "NUMBER", "approve what somebody else asked for, from the next audit on", {kNumber}},
    {"exempt refuse", "NUMBER --reason TEXT", "refuse what somebody else asked for", {kNumber, kReason}},
    {"exempt withdraw", "NUMBER", "end an exemption that you asked for or approved", {kNumber, kWhy}},
    {"exempt list", "", "all exemptions: in force, waiting, over, refused, withdrawn", {}},
    {"account same",
     "ACCOUNT PERSON --reason TEXT",
     "decide that the account is this person's, whatever matching says",
     {kAccount, kPerson, kReason}},
    {"account never-same",
     "ACCOUNT PERSON --reason TEXT",
     "decide that the account is not this person's, whatever matching says",
     {kAccount, kPerson, kReason}},
    {"account undecide", "NUMBER", "undo such a decision: matching speaks again", {kNumber, kWhy}},
    {"account decisions", "", "all decisions about whose an account is", {}},
    {"feed release",
     "SOURCE --reason TEXT",
     "ask for a feed that the brake held back to be believed; somebody else has to approve it",
     {{{Part::word, "source", "", "the source, as the newest audit read it"}, kReason}}},
    {"feed approve", "NUMBER", "approve the release that somebody else asked for", {kNumber}},
    {"feed list", "", "all releases of feeds", {}},
    {"hold set",
     "SUBJECT --until DATE --reason TEXT",
     "let nobody erase this person until a day",
     {kSubject,
      {Part::option, "until", "DATE", "the last day (UTC), or a date-time; at most ten years away"},
      kReason}},
    {"hold release", "NUMBER", "end a hold before its day", {kNumber, kWhy}},
    {"hold list", "", "all holds: in force, over, released", {}},
};

constexpr Verb kErase{
    "erase",
    "SUBJECT --basis TEXT --ticket ID",
    "erase a person from everything that is kept; every proof stays valid",
    {{kSubject,
      {Part::option, "basis", "TEXT", "why it may be, such as \"Art. 17(1)(a) GDPR\"; public for ever, so no names"},
      {Part::option, "ticket", "ID", "where it was asked for; public for ever, too"},
      {Part::flag, "dry-run", "", "only say what would go, and whether a hold or the settings refuse it"}}}};

/// The request, or the exit code after telling what is wrong.
tl::expected<control::DecisionRequest, int> request_of(const Verb& verb, const Options& options, Streams& io) {
  std::map<std::string, std::string> words = {{"verb", std::string(verb.name)}, {"format", options.get("format")}};
  for (const Part& part : verb.parts) {
    if (!options.has(part.name)) continue;
    if (part.kind == Part::flag) {
      words.emplace("dry_run", "yes");  // the one flag that there is
    } else {
      words.emplace(part.name, options.get(part.name));
    }
  }
  auto request = control::parse_decision_request(words);
  if (request) return std::move(*request);
  fmt::print(io.err, "tallystick {}: {}\n", verb.name, base::displayable(request.error().message));
  return tl::unexpected<int>(control::kUsage);
}

base::Result<std::string> answer_here(const InThisProcess& here, pipeline::Keeping& keeping,
                                      const control::DecisionRequest& request) {
  const auto* command = std::get_if<decisions::Command>(&request.what);
  if (command == nullptr) {
    const auto kind = std::get<model::DecisionKind>(request.what);
    const auto all = pipeline::decisions_so_far(keeping);
    if (!all) return tl::unexpected(all.error());
    const base::Instant now = pipeline::wall_clock();
    return request.json ? report::render_decisions_json(*all, kind, now)
                        : report::render_decisions(*all, kind, now, output_style());
  }
  const model::Author author{::getuid(), control::login_of(::getuid())};
  const auto recorded = pipeline::carry_out({*command,
                                             author,
                                             here.prepared->sources,
                                             here.prepared,
                                             here.prepared->rules,
                                             here.prepared->config.correlation,
                                             keeping,
                                             pipeline::wall_clock,
                                             {},
                                             here.prepared->config.service.allowed_signers,
                                             here.prepared->config.retention.erase_not_before});
  if (!recorded) return tl::unexpected(recorded.error());
  return request.json ? report::render_recorded_json(*recorded) : report::render_recorded(*recorded, output_style());
}

int decide_here(std::string_view command, const Options& options, const control::DecisionRequest& request,
                Streams& io) {
  auto here =
      open_here(command, options, io, [&](const std::string& sentence) { fmt::print(io.err, "{}\n", sentence); });
  if (!here) return here.error();
  pipeline::Keeping keeping(std::move(here->kept));
  const auto text = answer_here(*here, keeping, request);
  if (!text) return fail(command, text.error(), io);
  fmt::print(io.out, "{}", *text);
  return control::kNothingFound;
}

int run_verb_of(const Verb& verb, const std::vector<std::string>& arguments, Streams& io) {
  Options options(verb.name, verb.arguments);
  for (const Part& part : verb.parts) {
    if (part.kind == Part::word) options.word(part.name, part.meaning);
    if (part.kind == Part::maybe) options.maybe(part.name, part.meaning);
    if (part.kind == Part::option) options.text(part.name, part.value, part.meaning);
    if (part.kind == Part::flag) options.flag(part.name, part.meaning);
  }
  add_decision_options(options);
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto request = request_of(verb, options, io);
  if (!request) return request.error();
  return decide(verb.name, options, *request, io);
}

template <std::size_t kIndex>
int run_one(const std::vector<std::string>& arguments, Streams& io) {
  return run_verb_of(kVerbs[kIndex], arguments, io);
}

template <std::size_t... kIndexes>
constexpr auto commands_of(std::index_sequence<kIndexes...>) {
  return std::array{
      Command{kVerbs[kIndexes].name, kVerbs[kIndexes].arguments, kVerbs[kIndexes].summary, run_one<kIndexes>}...,
      Command{"account suggestions", "", "who looks like the owner of accounts that have no certain one",
              account_suggestions}};
}

constexpr auto kCommands = commands_of(std::make_index_sequence<std::size(kVerbs)>{});

}  // namespace

void add_decision_options(Options& options) {
  options.text("config", "FILE", "the configuration", kDefaultConfig)
      .text("state", "FOLDER", "use this folder for log, key and store instead of the configured one; not the service")
      .text("format", "FORMAT", "text or json", "text")
      .flag("foreground", "decide in this process and do not ask the service");
}

int decide(std::string_view command, const Options& options, const control::DecisionRequest& request, Streams& io) {
  if (options.has("foreground") || options.has("state")) return decide_here(command, options, request, io);
  const Asking asking{std::string(control::to_string(control::action_of(request))), control::words_of(request),
                      options.get("config"), true, pipeline::kAccountDeadline + kAnswerPatience};
  if (const auto code = ask_service(asking, io)) return *code;
  return decide_here(command, options, request, io);
}

std::span<const Command> decision_commands() { return kCommands; }

int finding(const std::vector<std::string>& arguments, Streams& io) {
  return run_verb("finding", "say what becomes of a finding: acknowledge it", decision_commands(), arguments, io);
}

int exempt(const std::vector<std::string>& arguments, Streams& io) {
  return run_verb("exempt", "accept what a rule says of one account or group, for a time, by two people",
                  decision_commands(), arguments, io);
}

int account(const std::vector<std::string>& arguments, Streams& io) {
  return run_verb("account", "decide whose an account is, for this and every later audit", decision_commands(),
                  arguments, io);
}

int feed(const std::vector<std::string>& arguments, Streams& io) {
  return run_verb("feed", "believe a feed that the brake held back, by two people", decision_commands(), arguments, io);
}

int hold(const std::vector<std::string>& arguments, Streams& io) {
  return run_verb("hold", "keep a person from being erased, under a legal duty to keep", decision_commands(), arguments,
                  io);
}

int erase(const std::vector<std::string>& arguments, Streams& io) { return run_verb_of(kErase, arguments, io); }

}  // namespace tally::cli
