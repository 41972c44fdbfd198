#include "daemon/service/status.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "daemon/control/exit_code.h"

namespace tally::service {
namespace {

constexpr std::size_t kDigestShown = 12;

std::string row(std::string_view name, std::string_view value) { return fmt::format("{:<15}{}\n", name, value); }

std::string last_in_words(const Status& status) {
  if (!status.last) return "none has finished yet";
  return fmt::format("{}, finished {}: {}; {}", status.last->run, base::format_instant(status.last->finished),
                     findings_in_words(*status.last),
                     status.last->complete ? "everything was seen" : "not everything could be seen");
}

std::string next_in_words(const Status& status) {
  return status.next ? base::format_instant(*status.next) : "when somebody asks for it";
}

std::string abandoned_in_words(std::uint64_t count) {
  if (count == 0) return {};
  if (count == 1) return "the newest audit was abandoned";
  return fmt::format("the newest {} audits were abandoned", count);
}

}  // namespace

base::Result<Status> status_at_start(store::Store& store, base::Instant now) {
  auto last = store.last_summary();
  if (!last) return tl::unexpected(last.error());
  const auto abandoned = store.abandoned_in_a_row();
  if (!abandoned) return tl::unexpected(abandoned.error());
  const auto owed = store.owes_an_audit();
  if (!owed) return tl::unexpected(owed.error());
  Status status;
  status.started = now;
  status.last = std::move(*last);
  status.trouble = abandoned_in_words(*abandoned);
  status.owed = *owed;
  return status;
}

std::string findings_in_words(const model::RunSummary& summary) {
  constexpr std::array kNames = {"low", "medium", "high", "critical"};
  std::string words;
  for (std::size_t i = kNames.size(); i-- > 0;) {
    if (summary.open[i] > 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", summary.open[i], kNames[i]);
  }
  return words.empty() ? "nothing found" : words + " open";
}

std::string in_words(const Status& status) {
  std::string out = row("Service", "running since " + base::format_instant(status.started));
  if (status.running) {
    out += row("Audit", fmt::format("running since {}, {} ({})", base::format_instant(status.running->since),
                                    status.running->stage, status.running->trigger));
  }
  out += row("Last audit", last_in_words(status));
  if (!status.trouble.empty()) out += row("After it", status.trouble);
  if (status.owed) out += row("Owed", "due times were missed, and no audit has finished since");
  out += row("Next audit", next_in_words(status));
  out += row("Schedule", status.schedule);
  for (const std::string& line : status.missed) out += row("Missed", line);
  out += row("Configuration", status.file);
  out +=
      row("", fmt::format("accepted {}, sha256 {}, rules {}", base::format_instant(status.accepted),
                          status.config_digest.substr(0, kDigestShown), status.rules_digest.substr(0, kDigestShown)));
  if (status.refused) {
    out += row("Refused", fmt::format("the file as it was at {}:", base::format_instant(status.refused->at)));
    for (const std::string& line : status.refused->diagnostics) out += row("", line);
  }
  if (!status.needs_restart.empty()) {
    out += row("Restart", fmt::format("needed for new settings of {}", fmt::join(status.needs_restart, ", ")));
  }
  return out;
}

std::string in_one_line(const Status& status) {
  std::string line = status.running ? fmt::format("audit running, {}", status.running->stage)
                                    : fmt::format("next audit {}", next_in_words(status));
  if (status.last) line += fmt::format("; {}: {}", status.last->run, findings_in_words(*status.last));
  if (!status.trouble.empty()) line += "; " + status.trouble;
  if (status.refused) line += "; the newest configuration is refused";
  return line;
}

int exit_code(const Status& status) {
  const bool trouble = status.refused || !status.trouble.empty() || status.owed || !status.needs_restart.empty() ||
                       (status.last && !status.last->complete);
  return trouble ? control::kNotEverythingSeen : control::kNothingFound;
}

}  // namespace tally::service
