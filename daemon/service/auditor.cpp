#include "daemon/service/auditor.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "daemon/control/exit_code.h"
#include "daemon/pipeline/collect.h"
#include "daemon/report/sentence.h"

namespace tally::service {
namespace {

using namespace std::chrono_literals;
using base::Result;

/// Beyond the sources' own deadlines: leaving connections, and Kerberos, whose waits are not ours.
constexpr auto kCollectingSlack = 5min;
/// Half a million people are correlated, judged and recorded in minutes each, on a slow machine.
constexpr auto kStageDeadline = 1h;

std::string gaps_in_words(const model::RunReport& report) {
  std::string words;
  for (const report::Unseen& one : report::unseen(report)) {
    // What is missing may be about people; where it is missing is not.
    if (one.kind != report::Unseen::Kind::unanswered) words += (words.empty() ? "" : ", ") + one.where;
  }
  return (words.empty() ? std::string("checks without an answer") : words) + ".";
}

}  // namespace

void Auditor::start(AuditOrder order) {
  around_.log.tell(log::message::kAuditStarted, {order.trigger});
  enter("collecting", order.plan->collecting + kCollectingSlack);
  around_.status.lock()->running = Status::Running{order.trigger, "collecting", around_.clock()};
  thread_ = std::jthread([this, order = std::move(order)](const std::stop_token& stop) { work(order, stop); });
}

std::optional<Auditor::Outcome> Auditor::finished() {
  auto outcome = std::exchange(*outcome_.lock(), std::nullopt);
  if (outcome) thread_.join();
  return outcome;
}

std::optional<Auditor::Overdue> Auditor::overdue() {
  if (!running()) return std::nullopt;
  const auto stage = stage_.lock();
  if (std::chrono::steady_clock::now() < stage->until) return std::nullopt;
  return Overdue{stage->name, std::chrono::duration_cast<std::chrono::seconds>(stage->span)};
}

void Auditor::enter(std::string_view stage, std::chrono::milliseconds deadline) {
  *stage_.lock() = Stage{std::string(stage), deadline, std::chrono::steady_clock::now() + deadline};
}

pipeline::Progress Auditor::progress_of(const AuditOrder& order) {
  const std::shared_ptr<Mailbox>& mailbox = order.mailbox;
  pipeline::Progress progress;
  progress.stage = [this, mailbox](std::string_view name) {
    enter(name, kStageDeadline);
    if (const auto status = around_.status.lock(); status->running) status->running->stage = name;
    if (mailbox) mailbox->progress(std::string(name));
  };
  progress.retained = [this, mailbox](const std::string& sentence) {
    around_.log.tell(log::message::kRetained, {sentence});
    if (mailbox) mailbox->note(sentence);
  };
  if (!mailbox) return progress;
  progress.reading = [mailbox](const std::string& source, std::uint64_t records) {
    mailbox->progress(fmt::format("reading {}: {} records", source, records));
  };
  progress.read = [mailbox](const model::SourceRecord& source) { mailbox->note(pipeline::in_words(source)); };
  return progress;
}

Result<model::RunReport> Auditor::audit(const AuditOrder& order, const std::stop_token& stop) {
  pipeline::Audit audit{.sources = order.plan->sources,
                        .rules = order.plan->rules,
                        .correlation = order.plan->config.correlation,
                        .keeping = around_.keeping,
                        .clock = around_.clock,
                        .as_of = order.request.as_of,
                        .trigger = order.trigger,
                        .asked_by = order.asked_by,
                        .organisation = order.plan->config.organisation,
                        .config_digest = order.plan->config.digest,
                        .config_file = order.plan->config.file,
                        .config_text = order.plan->config.text,
                        .packs = order.plan->packs,
                        .keep_snapshots = order.plan->config.keep_snapshots,
                        .stop = stop,
                        .progress = progress_of(order),
                        .retention = order.plan->config.retention};
  try {
    return pipeline::audit_run(audit);
  } catch (const std::exception& trouble) {
    // Memory ran out. What was recorded stands; the run gets its end.
    const auto kept = around_.keeping.lock();
    const auto abandoned = pipeline::abandon_unfinished(*kept, "it failed (limit)", around_.clock());
    if (!abandoned) return tl::unexpected(abandoned.error());
    return base::failure(base::ErrorKind::limit, trouble.what());
  }
}

void Auditor::work(const AuditOrder& order, const std::stop_token& stop) {
  const Result<model::RunReport> report = audit(order, stop);
  const bool stopped = !report && stop.stop_requested();
  {
    const auto status = around_.status.lock();
    status->running.reset();
    status->trouble = report    ? ""
                      : stopped ? "the audit was stopped and is recorded as abandoned"
                                : fmt::format("the audit failed ({})", base::to_string(report.error().kind));
    if (report) status->last = report->summary;
    if (report) status->owed = false;
  }
  tell(order, report, stopped);
  *outcome_.lock() = Outcome{report ? std::nullopt : std::optional(report.error()), stopped};
  around_.wake();
}

void Auditor::tell(const AuditOrder& order, const Result<model::RunReport>& report, bool stopped) {
  if (stopped) {
    around_.log.tell(log::message::kAuditAbandoned);
  } else if (!report) {
    around_.log.tell(log::message::kAuditFailed, {report.error().message});
  } else if (report->summary.complete) {
    around_.log.tell(log::message::kAuditFinished, {report->summary.run, findings_in_words(report->summary)});
  } else {
    around_.log.tell(log::message::kAuditIncomplete,
                     {report->summary.run, findings_in_words(report->summary), gaps_in_words(*report)});
  }
  if (!order.mailbox) return;
  if (!report) {
    order.mailbox->err("tallystick audit: " + report.error().message);
    return order.mailbox->end(control::exit_code(report.error().kind));
  }
  order.mailbox->out(report::render_table(*report, order.style));
  order.mailbox->end(control::exit_code(*report, order.request.fail_on));
}

}  // namespace tally::service
