#include "daemon/report/offboarding.h"

#include <algorithm>

#include "daemon/report/terminal_text.h"
#include "daemon/report/words.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

using model::OffboardingAccount;
using model::OffboardingAnswer;
using model::OffboardingLink;
using model::Truth;

std::string_view colour_of(OffboardingAnswer answer) {
  switch (answer) {
    case OffboardingAnswer::clear: return "1;32";
    case OffboardingAnswer::action_needed: return "1;31";
    case OffboardingAnswer::waiting:
    case OffboardingAnswer::cannot_tell: return "1;33";
  }
  TALLY_ASSERT(false && "unknown OffboardingAnswer");
  return {};
}

std::string whom(const model::OffboardingCheck& check) {
  return check.name.empty() ? "employee " + check.employee_id : check.name + " (" + check.employee_id + ")";
}

/// " left 2026-09-30 22:00 UTC"; without the moment when only a bound of it is known.
std::string left_in_words(const model::OffboardingCheck& check) {
  const bool exact = check.left_at_state == model::TimeState::known && check.left_at.exact();
  return exact ? " left " + plain_minute(check.left_at.earliest) : std::string(" left");
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    out += (i == 0 ? "" : last ? " and " : ", ") + names[i];
  }
  return out;
}

std::string clear_sentence(const model::OffboardingCheck& check) {
  std::vector<std::string> directories;
  for (const model::SourceRecord& source : check.sources) {
    if (source.kind == model::SourceKind::directory) directories.push_back(source.name);
  }
  const auto theirs = std::count_if(check.accounts.begin(), check.accounts.end(),
                                    [](const auto& account) { return account.link == OffboardingLink::theirs; });
  if (theirs == 0) return " and has no account in " + listed(directories);
  return " and is out everywhere: " + counted(static_cast<std::uint64_t>(theirs),
                                              "account was found, and it does not work",
                                              "accounts were found, and none works");
}

std::string action_sentence(const model::OffboardingCheck& check) {
  std::vector<std::string> working;
  for (const OffboardingAccount& account : check.accounts) {
    if (account.link == OffboardingLink::theirs && account.works == Truth::yes)
      working.push_back(who_in_short(account.subject));
  }
  if (!working.empty()) {
    return ", and " + counted(working.size(), "account still works", "accounts still work") + ": " + listed(working);
  }
  return "; no account works, but " + counted(check.findings.size(), "thing is left to do", "things are left to do");
}

/// "disabled" and "expired" are for people: the directory's own words follow where they say more.
std::string account_in_words(const OffboardingAccount& account) {
  std::string out = account.subject.label.empty() ? account.subject.key : account.subject.label;
  switch (account.works) {
    case Truth::yes: out += " works"; break;
    case Truth::no: out += " does not work"; break;
    case Truth::unknown: out += " may work"; break;
  }
  switch (account.link) {
    case OffboardingLink::theirs: break;
    case OffboardingLink::possible: out += ", could be theirs"; break;
    case OffboardingLink::formerly: out += ", was theirs once"; break;
    case OffboardingLink::looked_after: out += ", no person's account"; break;
  }
  return out;
}

std::string source_in_words(const model::OffboardingCheck& check, const model::SourceRecord& source) {
  std::string out;
  if (source.coverage.state != model::CoverageState::complete) out = source.coverage.in_words();
  if (source.kind == model::SourceKind::hr) {
    if (out.empty()) out = check.name.empty() ? "read in full" : "read in full; knows " + whom(check);
    return out;
  }
  std::string accounts;
  for (const OffboardingAccount& account : check.accounts) {
    if (account.subject.source == source.name) accounts += (accounts.empty() ? "" : "; ") + account_in_words(account);
  }
  if (accounts.empty() && out.empty()) return "no account";
  return accounts.empty() || out.empty() ? out + accounts : accounts + ". Not completely seen: " + out;
}

void sources(std::string& out, const model::OffboardingCheck& check, TerminalStyle style) {
  std::size_t names = 0;
  for (const model::SourceRecord& source : check.sources)
    names = std::max(names, terminal_width(base::displayable(source.name)));
  names = std::min(names + 4, style.width / 3);
  out += "\n" + painted("Looked at " + plain_time(check.as_of), "1", style.colour) + "\n";
  for (const model::SourceRecord& source : check.sources) {
    paragraph(out, source_in_words(check, source), style.width, names, "  " + base::displayable(source.name));
  }
}

void to_do(std::string& out, const model::OffboardingCheck& check, TerminalStyle style) {
  if (check.findings.empty()) return;
  out += "\n" + painted("What to do (Tallystick changes nothing)", "1", style.colour) + "\n";
  for (const model::Finding& finding : check.findings) {
    paragraph(out, finding.what + " [" + finding.rule + "]", style.width, 4, "  -");
    const std::size_t advice = std::min(finding.fix.find('\n'), finding.fix.size());
    paragraph(out, std::string_view(finding.fix).substr(0, advice), style.width, 6);
    // What comes after the advice is a command, to be copied as it is: never wrapped.
    std::string_view command = std::string_view(finding.fix).substr(std::min(advice + 1, finding.fix.size()));
    while (!command.empty()) {
      const std::size_t end = std::min(command.find('\n'), command.size());
      out += "      " + base::displayable(command.substr(0, end)) + "\n";
      command.remove_prefix(std::min(end + 1, command.size()));
    }
  }
}

void list(std::string& out, std::string_view heading, const std::vector<std::string>& sentences, TerminalStyle style) {
  if (sentences.empty()) return;
  out += "\n" + painted(heading, "1", style.colour) + "\n";
  for (const std::string& sentence : sentences) paragraph(out, sentence, style.width, 4, "  -");
}

}  // namespace

std::string_view headline(OffboardingAnswer answer) {
  switch (answer) {
    case OffboardingAnswer::clear: return "CLEAR";
    case OffboardingAnswer::action_needed: return "ACTION NEEDED";
    case OffboardingAnswer::waiting: return "WAITING";
    case OffboardingAnswer::cannot_tell: return "CANNOT TELL";
  }
  TALLY_ASSERT(false && "unknown OffboardingAnswer");
  return {};
}

std::string offboarding_sentence(const model::OffboardingCheck& check) {
  const std::string head(headline(check.answer));
  const std::string first = check.reasons.empty() ? "no reason is known" : check.reasons.front();
  switch (check.answer) {
    case OffboardingAnswer::clear:
      return head + ": " + whom(check) + left_in_words(check) + clear_sentence(check) + ".";
    case OffboardingAnswer::action_needed:
      return head + ": " + whom(check) + left_in_words(check) + action_sentence(check) + ".";
    case OffboardingAnswer::waiting: return head + ": " + whom(check) + " need not be out yet: " + first + ".";
    case OffboardingAnswer::cannot_tell: return head + " whether " + whom(check) + " is out: " + first + ".";
  }
  TALLY_ASSERT(false && "unknown OffboardingAnswer");
  return {};
}

std::string render_offboarding(const model::OffboardingCheck& check, TerminalStyle style) {
  style.width = std::max<std::size_t>(style.width, 40);
  std::string out;
  for (const std::string& line : wrap(base::displayable(offboarding_sentence(check)), style.width)) {
    out += painted(line, colour_of(check.answer), style.colour) + "\n";
  }
  sources(out, check, style);
  to_do(out, check, style);
  // The first reason is in the sentence above, unless findings are.
  const bool told = !check.reasons.empty() && check.answer != OffboardingAnswer::action_needed;
  list(out, "Besides", {check.reasons.begin() + (told ? 1 : 0), check.reasons.end()}, style);
  list(out, "Worth knowing", check.notes, style);
  out += "\n";
  paragraph(out,
            "On record: entry " + std::to_string(check.log_index) + " of the log " + check.log_origin + ", which has " +
                counted(check.log_size, "entry", "entries") + "; asked by " + check.asked_by + ".",
            style.width, 0);
  return out;
}

}  // namespace tally::report
