#include "daemon/recorder/notary.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/ledger/log_directory.h"
#include "daemon/recorder/staging.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::Result;

Result<std::optional<WitnessClient>> open_witnesses(const LogSettings& settings) {
  if (settings.witness_policy.empty()) return std::optional<WitnessClient>();
  const auto text = read_file(settings.witness_policy);
  if (!text) return tl::unexpected(text.error());
  auto policy = ledger::TrustPolicy::parse(*text, settings.witness_policy);
  if (!policy) {
    const base::Diagnostic& first = policy.error().front();
    return base::failure(ErrorKind::malformed, fmt::format("{}:{}: {}", first.file, first.line, first.message));
  }
  auto client = WitnessClient::create(std::move(*policy));
  if (!client) return tl::unexpected(client.error());
  return std::optional(std::move(*client));
}

Result<std::optional<Timestamps>> open_stamps(const Layout& layout, const LogSettings& settings) {
  if (settings.timestamp_url.empty()) return std::optional<Timestamps>();
  auto pem = read_file(settings.timestamp_ca);
  if (!pem) return tl::unexpected(pem.error().within("timestamp_ca"));
  auto stamps = Timestamps::open(layout.root(), {.url = settings.timestamp_url, .authority_pem = std::move(*pem)});
  if (!stamps) return tl::unexpected(stamps.error());
  return std::optional(std::move(*stamps));
}

/// The first answer that says that this is not the log which the witness knows.
std::optional<base::Error> alarm_of(const WitnessRound& round) {
  for (const WitnessAnswer& answer : round.answers) {
    if (answer.alarm()) return base::Error{ErrorKind::corrupt, answer.sentence + " Nothing more is signed here."};
  }
  return std::nullopt;
}

/// Empty when all have cosigned.
std::string trouble_of(const WitnessRound& round) {
  std::string sentence;
  for (const WitnessAnswer& answer : round.answers) {
    if (answer.says == WitnessSays::cosigned) continue;
    if (!sentence.empty()) sentence += ' ';
    sentence += answer.sentence;
  }
  return sentence;
}

}  // namespace

Result<std::unique_ptr<Notary>> Notary::open(const Layout& layout, const LogSettings& settings, Tell tell) {
  auto witnesses = open_witnesses(settings);
  if (!witnesses) return tl::unexpected(witnesses.error());
  auto stamps = open_stamps(layout, settings);
  if (!stamps) return tl::unexpected(stamps.error());
  if (!*witnesses && !*stamps) return std::unique_ptr<Notary>();
  return std::unique_ptr<Notary>(new Notary(layout, std::move(*witnesses), std::move(*stamps), std::move(tell)));
}

Notary::~Notary() {
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLastWord, [&] { return done_ == newest_ || alarm_; });
  }
  thread_.request_stop();
  changed_.notify_all();
}

Result<void> Notary::ask_first(const std::string& note) {
  if (!witnesses_ || note.empty()) return {};
  if (!witness(note, {}) && alarm()) return tl::unexpected(*alarm());
  return {};
}

void Notary::begin(Clock clock) {
  thread_ = std::jthread([this, clock = std::move(clock)](const std::stop_token& stop) { work(stop, clock); });
}

void Notary::notice(const std::string& note) {
  const std::lock_guard lock(mutex_);
  if (newest_ == note) return;
  newest_ = note;
  changed_.notify_all();
}

std::optional<base::Error> Notary::alarm() const {
  const std::lock_guard lock(mutex_);
  return alarm_;
}

void Notary::work(const std::stop_token& stop, const Clock& clock) {
  while (!stop.stop_requested()) {
    std::string note;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, kAskAgain, [&] { return newest_ != done_; });
      note = newest_;
      if (note == done_) note.clear();
    }
    if (stop.stop_requested()) return;
    const bool witnessed = note.empty() || !witnesses_ || witness(note, stop);
    stamp(clock);
    std::unique_lock lock(mutex_);
    if (witnessed && !note.empty()) done_ = note;
    changed_.notify_all();
    // Whoever did not answer is asked again later, or with the next checkpoint.
    if (!witnessed) changed_.wait_for(lock, stop, kAskAgain, [&] { return newest_ != note; });
  }
}

bool Notary::witness(const std::string& note, const std::stop_token& stop) {
  const auto log = ledger::LogDirectory::open(layout_.log());
  if (!log) return false;
  const auto round = witnesses_->submit(**log, note, kWitnessDeadline, stop);
  if (stop.stop_requested()) return false;
  if (!round) {
    tell_once(told_of_witnesses_, round.error().message);
    return false;
  }
  tell_once(told_of_witnesses_, trouble_of(*round));
  if (auto found = alarm_of(*round)) {
    const std::lock_guard lock(mutex_);
    alarm_ = std::move(found);
    return false;
  }
  if (!round->quorum) return false;
  // A folder of its own: the writer of the log empties that of its files when it starts.
  Staging staging(FileOperations::system(), layout_.state() + "/staging-witnessed");
  auto saved = staging.prepare();
  if (saved) saved = staging.save(layout_.log() + "/witnessed", round->note);
  if (!saved) tell_once(told_of_witnesses_, saved.error().message);
  return saved.has_value();
}

void Notary::stamp(const Clock& clock) {
  if (!stamps_) return;
  const TimestampRound round = stamps_->run(clock.wall(), kStampDeadline);
  if (round.trouble) {
    tell_once(told_of_stamps_,
              fmt::format("{} ({} ended epochs wait for a timestamp)", round.trouble->message, round.waiting));
  } else if (round.waiting == 0) {
    told_of_stamps_.clear();
  }
}

void Notary::tell_once(std::string& told, std::string sentence) const {
  if (told == sentence) return;
  if (tell_ && !sentence.empty()) tell_(sentence);
  told = std::move(sentence);
}

}  // namespace tally::recorder
