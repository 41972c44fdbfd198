#include "daemon/service/wakeups.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>

namespace tally::service {
namespace {

using base::Result;
using recorder::Descriptor;

sigset_t handled_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, signal);
  return set;
}

timespec timespec_of(std::chrono::microseconds span) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
  return {static_cast<time_t>(seconds.count()), static_cast<long>(std::chrono::nanoseconds(span - seconds).count())};
}

void drain(int fd) {
  std::uint64_t count = 0;
  // ECANCELED (the clock was set) is an answer too: whoever looks at the clock next sees it.
  while (::read(fd, &count, sizeof count) > 0) {
  }
}

}  // namespace

Result<Wakeups> Wakeups::open() {
  const sigset_t set = handled_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  Wakeups wakeups;
  wakeups.signals_ = Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  wakeups.due_ = Descriptor(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  wakeups.beat_ = Descriptor(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  wakeups.called_ = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  for (const Descriptor* one : {&wakeups.signals_, &wakeups.due_, &wakeups.beat_, &wakeups.called_}) {
    if (one->get() < 0) return base::system_failure("preparing to wait for signals and timers", errno);
  }
  return wakeups;
}

void Wakeups::due_at(std::optional<base::Instant> moment) const {
  // Far away rather than disarmed, so that a clock that is set is noticed without a schedule too.
  constexpr std::chrono::hours kFarAway{24 * 365 * 100};
  itimerspec when{};
  when.it_value = timespec_of(moment ? moment->time_since_epoch() : std::chrono::microseconds(kFarAway));
  ::timerfd_settime(due_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, nullptr);
}

void Wakeups::beat_every(std::chrono::microseconds span) const {
  itimerspec when{};
  when.it_value = when.it_interval = timespec_of(span);
  ::timerfd_settime(beat_.get(), 0, &when, nullptr);
}

void Wakeups::call() const {
  const std::uint64_t one = 1;
  // A full counter means that a call is waiting to be seen already.
  [[maybe_unused]] const ssize_t written = ::write(called_.get(), &one, sizeof one);
}

int Wakeups::next_signal() const {
  signalfd_siginfo info{};
  return ::read(signals_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
}

void Wakeups::settle() const {
  for (const Descriptor* one : {&due_, &beat_, &called_}) drain(one->get());
}

}  // namespace tally::service
