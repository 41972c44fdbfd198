#include "daemon/service/loop.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "daemon/control/exit_code.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/clock.h"

namespace tally::service {
namespace {

using namespace std::chrono_literals;
using base::format_instant;
using pipeline::wall_clock;

/// How often the world is looked at when systemd does not ask for more.
constexpr auto kBeat = 15s;
/// Sources let go within a second or two of being asked; recording what is under way takes the rest.
constexpr std::chrono::seconds kStopDeadline{20};
/// For the last entry when the audit's thread hangs, perhaps with the lock.
constexpr auto kLastWord = 2s;

ledger::ScheduleMissed event_of(const Planner::Verdict& verdict) {
  const pipeline::DueTimes& due = verdict.missed;
  return {due.count, due.first, due.last, due.newest, verdict.why, verdict.run};
}

}  // namespace

Loop::Loop(Opened opened)
    : options_(opened.options),
      log_(opened.log),
      notifier_(opened.notifier),
      wakeups_(opened.wakeups),
      keeping_(opened.keeping),
      listener_(std::move(opened.listener)),
      status_(std::move(opened.status)),
      plan_(opened.plan),
      around_{keeping_, status_, log_, wall_clock, [this] { wakeups_.call(); }},
      planner_(opened.plan->schedule, opened.plan->config.service.catch_up, opened.known_until),
      auditor_(around_),
      clients_(around_, {[this](Errand errand) {
                           errands_.lock()->push_back(std::move(errand));
                           wakeups_.call();
                         },
                         [this] { return *plan_.lock(); }}) {}

int Loop::run() {
  begin();
  for (;;) {
    if (const auto code = turn()) return *code;
    wait();
  }
}

void Loop::begin() {
  const std::shared_ptr<const Plan> plan = *plan_.lock();
  look(Planner::Situation::starting);
  take_up(*plan);
  run_again_what_was_abandoned();
  wakeups_.beat_every(notifier_.watchdog() ? *notifier_.watchdog() / 2 : std::chrono::microseconds(kBeat));
  notifier_.ready();
  const auto next = planner_.next(wall_clock());
  log_.tell(log::message::kReady,
            {pipeline::in_words(plan->schedule), next ? format_instant(*next) : "when somebody asks for it"});
  if (plan->schedule.empty()) log_.tell(log::message::kNoSchedule);
  beat();
}

std::optional<int> Loop::turn() {
  for (int signal = wakeups_.next_signal(); signal != 0; signal = wakeups_.next_signal()) {
    if (signal != SIGHUP) return stop();
    reload(nullptr);
  }
  take_clients();
  finish_audit();
  do_errands();
  if (!auditor_.running()) look(Planner::Situation::idle);
  if (broken_) {
    auditor_.stop();
    stop();
  }
  return broken_;
}

void Loop::wait() {
  const auto now = wall_clock();
  const auto next = planner_.next(now);
  status_.lock()->next = next;
  if (std::string line = in_one_line(*status_.lock()); line != said_) notifier_.status(said_ = std::move(line));
  // What falls due while an audit runs is looked at when it ends.
  wakeups_.due_at(auditor_.running() ? std::nullopt : next);
  std::array<pollfd, 5> waiting{{{wakeups_.signals(), POLLIN, 0},
                                 {wakeups_.due(), POLLIN, 0},
                                 {wakeups_.beat(), POLLIN, 0},
                                 {wakeups_.called(), POLLIN, 0},
                                 {deaf_ ? -1 : listener_->fd(), POLLIN, 0}}};
  ::poll(waiting.data(), waiting.size(), -1);
  const bool beaten = waiting[2].revents != 0;
  wakeups_.settle();
  if (!beaten) return;
  deaf_ = false;
  beat();
}

/// Without a free descriptor the socket stays readable: it is looked at again at the next beat, not at once for ever.
void Loop::take_clients() {
  while (!deaf_) {
    auto connection = listener_->accept();
    if (connection && !*connection) return;
    if (connection) {
      clients_.take(std::move(**connection));
      continue;
    }
    deaf_ = true;
    log_.tell(log::message::kSocketFailed, {connection.error().message});
  }
}

void Loop::look(Planner::Situation situation) {
  const Planner::Verdict verdict = planner_.look(wall_clock(), situation);
  if (verdict.clock_set_back) log_.tell(log::message::kClockSetBack, {format_instant(wall_clock())});
  if (const pipeline::DueTimes& missed = verdict.missed; missed.count > 0) {
    record(ledger::encode(event_of(verdict)));
    const std::string then = verdict.run ? "One audit is started in their place." : "None is made up for.";
    log_.tell(log::message::kDueMissed, {std::to_string(missed.count), format_instant(missed.first),
                                         format_instant(missed.last), verdict.why, then});
    const auto status = status_.lock();
    status->owed = true;
    status->missed.push_back(fmt::format("{} due between {} and {}, because {}", missed.count,
                                         format_instant(missed.first), format_instant(missed.last), verdict.why));
    if (status->missed.size() > Status::kMaxMissed) status->missed.erase(status->missed.begin());
  }
  if (!verdict.run || broken_) return;
  start_audit({*plan_.lock(),
               fmt::format("schedule, due {}{}", format_instant(*verdict.due), verdict.late ? ", made up" : "")});
}

void Loop::start_audit(AuditOrder order) { auditor_.start(std::move(order)); }

/// Once: an audit that ends the process would otherwise be started for ever.
void Loop::run_again_what_was_abandoned() {
  const std::shared_ptr<const Plan> plan = *plan_.lock();
  if (auditor_.running() || plan->schedule.empty() || !plan->config.service.catch_up || broken_) return;
  const auto abandoned = keeping_.lock()->store.abandoned_in_a_row();
  if (!abandoned || *abandoned != 1) return;
  log_.tell(log::message::kRunAgain);
  start_audit({plan, "schedule, again after one that was abandoned"});
}

void Loop::finish_audit() {
  const auto outcome = auditor_.finished();
  if (!outcome) return;
  if (outcome->error) check_log();
  look(Planner::Situation::busy);
}

void Loop::do_errands() {
  std::vector<Errand> errands;
  std::swap(errands, *errands_.lock());
  for (const Errand& errand : errands) {
    if (errand.action == control::Action::audit) {
      ask_for_audit(errand);
    } else {
      reload(errand.mailbox);
    }
  }
}

void Loop::ask_for_audit(const Errand& errand) {
  if (auditor_.running()) {
    const auto running = status_.lock()->running;
    log_.tell(log::message::kAuditRefused, {fmt::format("uid {}", errand.uid)});
    errand.mailbox->err(running ? fmt::format("tallystick audit: one is running since {} ({}); `tallystick status` "
                                              "tells how far it is",
                                              format_instant(running->since), running->trigger)
                                : std::string("tallystick audit: one is just ending; ask again"));
    return errand.mailbox->end(control::kUsage);
  }
  start_audit({*plan_.lock(), fmt::format("asked by uid {}", errand.uid), errand.login, errand.audit, errand.mailbox,
               errand.style});
}

void Loop::beat() {
  end_epochs();
  const auto overdue = auditor_.overdue();
  if (!overdue) {
    overdue_told_ = false;
    return notifier_.alive();
  }
  if (overdue_told_) return;
  overdue_told_ = true;
  log_.tell(log::message::kDeadlinePassed,
            {fmt::format("The stage \"{}\" of the audit", overdue->stage), std::to_string(overdue->deadline.count())});
}

int Loop::stop() {
  log_.tell(log::message::kStopping,
            {auditor_.running() ? fmt::format("An audit is running; it is given {} s to end.", kStopDeadline.count())
                                : std::string("No audit is running.")});
  notifier_.stopping();
  notifier_.needs(kStopDeadline + kLastWord + 10s);
  listener_.reset();
  auditor_.stop();
  clients_.close();
  const auto deadline = connectors::Deadline::after(kStopDeadline);
  while (!deadline.passed()) {
    if (auditor_.running()) static_cast<void>(auditor_.finished());
    if (!auditor_.running() && clients_.empty()) break;
    pollfd called{wakeups_.called(), POLLIN, 0};
    ::poll(&called, 1, 50);
    wakeups_.settle();
  }
  if (auditor_.running() || !clients_.empty()) return stop_late();
  log_.tell(log::message::kStopped);
  return control::kNothingFound;
}

/// A thread hangs where nothing can end it. It holds nothing that has to be written, and the run gets its end.
int Loop::stop_late() {
  bool recorded = false;
  if (const auto kept = keeping_.lock_within(kLastWord)) {
    recorded = pipeline::abandon_unfinished(**kept, "the program was told to stop", wall_clock()).has_value();
  }
  log_.tell(log::message::kStopLate,
            {std::to_string(kStopDeadline.count()),
             recorded ? "recorded as abandoned" : "it will be recorded as abandoned at the next start"});
  // Not exit(): destructors would wait for the thread that hangs.
  ::_exit(broken_.value_or(control::kNothingFound));
}

void Loop::record(ledger::EventText text) {
  const recorder::Draft draft{std::move(text.type), wall_clock(), std::move(text.fields), std::move(text.personal),
                              std::move(text.subject_key)};
  const auto kept = keeping_.lock();
  // A store that lags behind (its disk was full) is brought up to date by whoever records next.
  auto recorded = pipeline::catch_up(kept->store, kept->recorder, kept->state);
  if (recorded) {
    if (auto receipt = kept->record({&draft, 1}); !receipt) recorded = tl::unexpected(receipt.error());
  }
  if (recorded) {
    if (auto published = kept->recorder.publish(); !published) recorded = tl::unexpected(published.error());
  }
  if (recorded) return;
  log_.tell(log::message::kLogBroken, {recorded.error().message});
  broken_ = control::exit_code(recorded.error().kind);
}

/// Epochs of the log that are over end although nobody records. An audit that is recording does it by itself.
void Loop::end_epochs() {
  const auto kept = keeping_.lock_within(std::chrono::milliseconds(0));
  if (!kept || broken_) return;
  if (const auto published = (*kept)->recorder.publish(); !published) {
    log_.tell(log::message::kLogBroken, {published.error().message});
    broken_ = control::exit_code(published.error().kind);
  }
}

/// After a failed audit: a recorder that refuses everything says so again, and the service ends rather than go on
/// without a log. A store that failed is brought up to date by the next audit.
void Loop::check_log() {
  const auto published = keeping_.lock()->recorder.publish();
  if (published) return;
  log_.tell(log::message::kLogBroken, {published.error().message});
  broken_ = control::exit_code(published.error().kind);
}

}  // namespace tally::service
