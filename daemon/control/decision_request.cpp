#include "daemon/control/decision_request.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "policy/base/diagnostic.h"
#include "policy/base/time.h"
#include "policy/base/utf8.h"

namespace tally::control {
namespace {

using namespace decisions;
using base::ErrorKind;
using base::failure;
using base::Result;
using model::DecisionKind;
using Words = std::map<std::string, std::string>;
using Answer = AnswerExemption::Answer;

/// Longer than every DN and every key.
constexpr std::size_t kMaxWordBytes = 4000;

/// The words of one request; remembers the first fault.
class Reading {
 public:
  explicit Reading(const Words& words) : words_(words) {}

  /// Not blank.
  std::string needed(const char* name) {
    const std::string value = optional(name);
    if (value.empty()) fault(fmt::format("{} is missing", shown(name)));
    return value;
  }

  /// Empty when it is blank.
  std::string optional(const char* name) {
    const auto found = words_.find(name);
    if (found == words_.end()) return {};
    ++used_;
    const std::string& value = found->second;
    if (value.size() > kMaxWordBytes || !base::is_utf8(value) || value.find('\0') != std::string::npos) {
      fault(fmt::format("{} is not UTF-8 text of at most {} bytes", shown(name), kMaxWordBytes));
    }
    return value.find_first_not_of(" \t\r\n\v\f") == std::string::npos ? std::string() : value;
  }

  std::uint64_t number() {
    const std::string text = needed("number");
    std::uint64_t value = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (trouble != std::errc{} || end != text.data() + text.size()) {
      fault(fmt::format("\"{}\" is no number of a request or decision", text));
    }
    return value;
  }

  base::Instant until() {
    const std::string text = needed("until");
    if (const auto moment = base::parse_instant(text)) return *moment;
    if (const auto day = base::parse_date(text)) {
      const base::Instant end = base::end_of_day(*day, base::find_zone("UTC")).earliest;
      // The year 9999 ends in a year that cannot be written down.
      if (base::parse_instant(base::format_instant(end))) return end;
    }
    fault(fmt::format("--until {}: a day such as 2027-01-31, or a date-time such as 2027-01-31T18:00:00Z, is expected",
                      text));
    return {};
  }

  model::SignOffRole role() {
    const std::string text = needed("role");
    const auto role = model::sign_off_role_of(text);
    if (!role) fault(fmt::format("--role {}: preparer or reviewer is expected", text));
    return role.value_or(model::SignOffRole::preparer);
  }

  base::Digest manifest() {
    const auto digest = base::Digest::from_hex(needed("manifest"));
    if (!digest) fault("the manifest is not named by the 64 digits of its SHA-256");
    return digest.value_or(base::Digest());
  }

  bool json() {
    const std::string format = optional("format");
    if (!format.empty() && format != "text" && format != "json") {
      fault(fmt::format("--format {}: one of text, json is expected", format));
    }
    return format == "json";
  }

  bool flag(const char* name) {
    const std::string value = optional(name);
    if (!value.empty() && value != "yes") fault(fmt::format("{} is yes, or is not there", shown(name)));
    return !value.empty();
  }

  void fault(std::string why) {
    if (!fault_) fault_ = std::move(why);
  }

  /// After everything was read: nothing may be left over.
  [[nodiscard]] std::optional<std::string> trouble(std::size_t others) const {
    if (fault_) return fault_;
    if (used_ + others != words_.size()) return "it has words that its verb does not know";
    return std::nullopt;
  }

 private:
  static std::string shown(std::string_view name) {
    if (name == "finding" || name == "number" || name == "account" || name == "source") return std::string(name);
    return name == "employee_id" ? std::string("the employee number") : fmt::format("--{}", name);
  }

  const Words& words_;
  std::size_t used_ = 0;
  std::optional<std::string> fault_;
};

RequestExemption exemption_of(Reading& words) {
  RequestExemption out{.finding = words.optional("finding"),
                       .rule = words.optional("rule"),
                       .subject = words.optional("subject"),
                       .until = words.until(),
                       .reason = words.needed("reason")};
  const bool by_finding = !out.finding.empty();
  if (by_finding ? !out.rule.empty() || !out.subject.empty() : out.rule.empty() || out.subject.empty()) {
    words.fault("either a finding is expected, or --rule and --subject");
  }
  return out;
}

using Made = std::variant<Command, DecisionKind>;

struct Verb {
  std::string_view words;
  Made (*make)(Reading& words);
};

constexpr Verb kVerbs[] = {
    {"finding acknowledge",
     [](Reading& w) -> Made {
       return Command(Acknowledge{w.needed("finding"), w.needed("reason")});
     }},
    {"exempt request", [](Reading& w) -> Made { return Command(exemption_of(w)); }},
    {"exempt approve",
     [](Reading& w) -> Made {
       return Command(AnswerExemption{Answer::approve, w.number(), {}});
     }},
    {"exempt refuse",
     [](Reading& w) -> Made {
       return Command(AnswerExemption{Answer::refuse, w.number(), w.needed("reason")});
     }},
    {"exempt withdraw",
     [](Reading& w) -> Made {
       return Command(AnswerExemption{Answer::withdraw, w.number(), w.optional("reason")});
     }},
    {"exempt list", [](Reading&) -> Made { return DecisionKind::exemption; }},
    {"account same",
     [](Reading& w) -> Made {
       return Command(DecideLink{w.needed("account"), w.needed("employee_id"), true, w.needed("reason")});
     }},
    {"account never-same",
     [](Reading& w) -> Made {
       return Command(DecideLink{w.needed("account"), w.needed("employee_id"), false, w.needed("reason")});
     }},
    {"account undecide",
     [](Reading& w) -> Made {
       return Command(RevokeLink{w.number(), w.optional("reason")});
     }},
    {"account decisions", [](Reading&) -> Made { return DecisionKind::link; }},
    {"feed release",
     [](Reading& w) -> Made {
       return Command(RequestRelease{w.needed("source"), w.needed("reason")});
     }},
    {"feed approve", [](Reading& w) -> Made { return Command(ApproveRelease{w.number()}); }},
    {"feed list", [](Reading&) -> Made { return DecisionKind::release; }},
    {"sign-off",
     [](Reading& w) -> Made {
       return Command(SignOff{w.needed("run"), w.role(), w.manifest(), w.needed("signature")});
     }},
    {"hold set",
     [](Reading& w) -> Made {
       return Command(SetHold{w.needed("subject"), w.until(), w.needed("reason")});
     }},
    {"hold release",
     [](Reading& w) -> Made {
       return Command(ReleaseHold{w.number(), w.optional("reason")});
     }},
    {"hold list", [](Reading&) -> Made { return DecisionKind::hold; }},
    {"erase",
     [](Reading& w) -> Made {
       return Command(Erase{w.needed("subject"), w.needed("basis"), w.needed("ticket"), w.flag("dry_run")});
     }},
};

/// Writes a command's words.
struct Writing {
  Words operator()(const Acknowledge& c) const {
    return {{"verb", "finding acknowledge"}, {"finding", c.finding}, {"reason", c.reason}};
  }
  Words operator()(const RequestExemption& c) const {
    Words out = {{"verb", "exempt request"}, {"until", base::format_instant(c.until)}, {"reason", c.reason}};
    for (const auto& [name, value] : {std::pair("finding", c.finding), {"rule", c.rule}, {"subject", c.subject}}) {
      if (!value.empty()) out[name] = value;
    }
    return out;
  }
  Words operator()(const AnswerExemption& c) const {
    Words out = {{"verb", c.answer == Answer::approve  ? "exempt approve"
                          : c.answer == Answer::refuse ? "exempt refuse"
                                                       : "exempt withdraw"},
                 {"number", std::to_string(c.number)}};
    if (!c.reason.empty()) out["reason"] = c.reason;
    return out;
  }
  Words operator()(const DecideLink& c) const {
    return {{"verb", c.same ? "account same" : "account never-same"},
            {"account", c.account},
            {"employee_id", c.employee_id},
            {"reason", c.reason}};
  }
  Words operator()(const RevokeLink& c) const {
    Words out = {{"verb", "account undecide"}, {"number", std::to_string(c.number)}};
    if (!c.reason.empty()) out["reason"] = c.reason;
    return out;
  }
  Words operator()(const RequestRelease& c) const {
    return {{"verb", "feed release"}, {"source", c.source}, {"reason", c.reason}};
  }
  Words operator()(const SetHold& c) const {
    return {
        {"verb", "hold set"}, {"subject", c.subject}, {"until", base::format_instant(c.until)}, {"reason", c.reason}};
  }
  Words operator()(const ReleaseHold& c) const {
    Words out = {{"verb", "hold release"}, {"number", std::to_string(c.number)}};
    if (!c.reason.empty()) out["reason"] = c.reason;
    return out;
  }
  Words operator()(const Erase& c) const {
    Words out = {{"verb", "erase"}, {"subject", c.subject}, {"basis", c.basis}, {"ticket", c.ticket}};
    if (c.dry_run) out["dry_run"] = "yes";
    return out;
  }
  Words operator()(const ApproveRelease& c) const {
    return {{"verb", "feed approve"}, {"number", std::to_string(c.number)}};
  }
  Words operator()(const SignOff& c) const {
    return {{"verb", "sign-off"},
            {"run", c.run},
            {"role", std::string(model::to_string(c.role))},
            {"manifest", c.manifest.hex()},
            {"signature", c.signature}};
  }
};

}  // namespace

Action action_of(const DecisionRequest& request) {
  const auto* command = std::get_if<Command>(&request.what);
  if (command == nullptr) return Action::decisions;
  const auto* answer = std::get_if<AnswerExemption>(command);
  const bool approves =
      (answer != nullptr && answer->answer == Answer::approve) || std::holds_alternative<ApproveRelease>(*command);
  return approves ? Action::approve : Action::decide;
}

Result<DecisionRequest> parse_decision_request(const Words& words) {
  const auto verb = words.find("verb");
  if (verb == words.end()) return failure(ErrorKind::malformed, "the verb is missing");
  for (const Verb& one : kVerbs) {
    if (one.words != verb->second) continue;
    Reading reading(words);
    DecisionRequest request;
    request.json = reading.json();
    request.what = one.make(reading);
    if (const auto why = reading.trouble(1)) return failure(ErrorKind::malformed, *why);
    return request;
  }
  return failure(ErrorKind::malformed, fmt::format("\"{}\" is no verb", verb->second));
}

Words words_of(const DecisionRequest& request) {
  Words out;
  if (const auto* command = std::get_if<Command>(&request.what)) {
    out = std::visit(Writing{}, *command);
  } else {
    constexpr const char* kLists[] = {"exempt list", "account decisions", "feed list", "hold list"};
    out["verb"] = kLists[static_cast<std::size_t>(std::get<DecisionKind>(request.what))];
  }
  if (request.json) out["format"] = "json";
  return out;
}

}  // namespace tally::control
