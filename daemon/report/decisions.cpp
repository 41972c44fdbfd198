#include "daemon/report/decisions.h"

#include "daemon/report/terminal_text.h"
#include "daemon/report/words.h"
#include "policy/base/assert.h"

namespace tally::report {
namespace {

using model::Author;
using model::RequestState;

constexpr std::size_t kNumber = 8;  ///< columns; an entry's index has seldom more digits

std::string who(const model::Subject& subject) {
  const std::string& label = subject.label.empty() ? subject.key : subject.label;
  return subject.source.empty() ? label : label + " in " + subject.source;
}

std::string done(std::string_view what, const Author& by, base::Instant at, const std::string& reason = {}) {
  std::string out = std::string(what) + " by " + model::name_of(by) + ", " + plain_minute(at);
  return reason.empty() ? out : out + ": " + reason;
}

void head(std::string& out, std::uint64_t number, const std::string& rest, TerminalStyle style) {
  paragraph(out, rest, style.width, kNumber, padded(std::to_string(number), kNumber - 1));
}

void below(std::string& out, const std::string& line, TerminalStyle style) {
  paragraph(out, line, style.width, kNumber);
}

}  // namespace

std::string_view state_in_words(const model::ExemptionCase& one, base::Instant now) {
  const bool over = one.exemption.until <= now;
  if (one.state == RequestState::pending) return over ? "never approved" : "waiting for approval";
  if (one.state == RequestState::approved) return over ? "over" : "in force";
  return to_string(one.state);
}

namespace {

std::string exemptions(const model::Decisions& decisions, base::Instant now, TerminalStyle style) {
  if (decisions.exemptions.empty()) return "Nothing is exempt, and nothing was asked for.\n";
  std::string out;
  for (auto one = decisions.exemptions.rbegin(); one != decisions.exemptions.rend(); ++one) {
    const model::Exemption& exemption = one->exemption;
    head(out, exemption.number,
         std::string(state_in_words(*one, now)) + ": " + exemption.rule + " of " + who(one->subject) + " until " +
             plain_minute(exemption.until),
         style);
    below(out, done("asked for", one->asked_by, exemption.asked, exemption.reason), style);
    if (exemption.log_index != 0) below(out, done("approved", one->approved_by, exemption.approved), style);
    if (one->ended != base::Instant{}) {
      below(out, done(to_string(one->state), one->ended_by, one->ended, one->ended_reason), style);
    }
  }
  return out;
}

std::string links(const model::Decisions& decisions, TerminalStyle style) {
  if (decisions.links.empty()) return "Nobody has decided whose an account is.\n";
  std::string out;
  for (auto one = decisions.links.rbegin(); one != decisions.links.rend(); ++one) {
    const model::LinkDecision& decision = one->decision;
    head(out, decision.log_index,
         std::string(one->revoked ? "undone: " : "in force: ") + who(one->account) + " is " +
             (decision.same ? "the account of" : "never of") + " employee " +
             (decision.employee_id.empty() ? "(erased)" : decision.employee_id),
         style);
    below(out, done("decided", one->by, decision.decided, decision.reason), style);
    if (one->revoked) below(out, done("undone", one->revoked_by, one->revoked_at, one->revoked_reason), style);
  }
  return out;
}

std::string releases(const model::Decisions& decisions, TerminalStyle style) {
  if (decisions.releases.empty()) return "No feed was ever released.\n";
  std::string out;
  for (auto one = decisions.releases.rbegin(); one != decisions.releases.rend(); ++one) {
    const bool approved = one->state == RequestState::approved;
    head(out, one->number,
         std::string(approved ? "released: " : "waiting for approval: ") + one->source + " as " + one->run + " read it",
         style);
    below(out, done("asked for", one->asked_by, one->asked, one->reason), style);
    if (approved) below(out, done("approved", one->approved_by, one->approved), style);
  }
  return out;
}

std::string holds(const model::Decisions& decisions, base::Instant now, TerminalStyle style) {
  if (decisions.holds.empty()) return "Nobody was ever held from being erased.\n";
  std::string out;
  for (auto one = decisions.holds.rbegin(); one != decisions.holds.rend(); ++one) {
    head(out, one->number,
         std::string(state_in_words(*one, now)) + ": " + (one->subject_key.empty() ? "(erased)" : one->subject_key) +
             " until " + plain_minute(one->until),
         style);
    below(out, done("set", one->by, one->set, one->reason), style);
    if (one->released) below(out, done("released", one->released_by, one->released_at, one->released_reason), style);
  }
  return out;
}

}  // namespace

std::string_view state_in_words(const model::Hold& one, base::Instant now) {
  if (one.released) return "released";
  return one.holds(now) ? "in force" : "over";
}

std::string render_decisions(const model::Decisions& decisions, model::DecisionKind kind, base::Instant now,
                             TerminalStyle style) {
  switch (kind) {
    case model::DecisionKind::exemption: return exemptions(decisions, now, style);
    case model::DecisionKind::link: return links(decisions, style);
    case model::DecisionKind::release: return releases(decisions, style);
    case model::DecisionKind::hold: return holds(decisions, now, style);
  }
  TALLY_ASSERT(false && "unknown DecisionKind");
  return {};
}

std::string render_recorded(const model::RecordedCommand& recorded, TerminalStyle style) {
  std::string out;
  paragraph(out, recorded.sentence, style.width, 0);
  if (recorded.log_origin.empty()) return out;
  paragraph(out,
            "Recorded as entry " + std::to_string(recorded.log_index) + " of the log " + recorded.log_origin + " (" +
                std::to_string(recorded.log_size) + " entries).",
            style.width, 0);
  return out;
}

}  // namespace tally::report
