// Notary: takes what was signed to those outside who can vouch for it: each checkpoint to the witnesses of a trust
// policy, each ended epoch to a time stamping authority. On a thread of its own: nothing that records waits for it.
//
//   auto notary = Notary::open(layout, settings, tell);
//   if (auto mine = notary->ask_first(note); !mine) ...       // a witness has seen more of this log than is here
//   notary->begin(clock);
//   notary->notice(note);                                     // log/witnessed and log/epoch/<N>.tsr follow
//
// It holds no key, and writes these two kinds of files alone. Whoever is away for days is asked again and again.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "daemon/recorder/clock.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/log_settings.h"
#include "daemon/recorder/timestamps.h"
#include "daemon/recorder/witness_client.h"
#include "policy/base/result.h"

namespace tally::recorder {

/// What is worth an operator's eye, told once until it changes; from the notary's thread.
using Tell = std::function<void(const std::string& sentence)>;

class Notary {
 public:
  /// Nothing when the settings name neither witnesses nor an authority. Kinds `malformed`, `not_found`.
  static base::Result<std::unique_ptr<Notary>> open(const Layout& layout, const LogSettings& settings, Tell tell);
  Notary(const Notary&) = delete;
  Notary& operator=(const Notary&) = delete;
  /// Waits up to kLastWord for what was noticed last.
  ~Notary();

  /// Before anything new is signed: kind `corrupt` when a witness has cosigned more of this log than `note`, or another
  /// log of its name. Witnesses that cannot be reached are told, and no reason to stop.
  base::Result<void> ask_first(const std::string& note);
  void begin(Clock clock);
  /// The newest checkpoint; an older one that is still waiting is left out.
  void notice(const std::string& note);
  /// What a witness said that must end the signing.
  [[nodiscard]] std::optional<base::Error> alarm() const;

 private:
  Notary(Layout layout, std::optional<WitnessClient> witnesses, std::optional<Timestamps> stamps, Tell tell)
      : layout_(std::move(layout)),
        witnesses_(std::move(witnesses)),
        stamps_(std::move(stamps)),
        tell_(std::move(tell)) {}
  void work(const std::stop_token& stop, const Clock& clock);
  /// False when it has to be tried again.
  bool witness(const std::string& note, const std::stop_token& stop);
  void stamp(const Clock& clock);
  void tell_once(std::string& told, std::string sentence) const;

  Layout layout_;
  std::optional<WitnessClient> witnesses_;
  std::optional<Timestamps> stamps_;
  Tell tell_;
  std::string told_of_witnesses_, told_of_stamps_;
  mutable std::mutex mutex_;  ///< of what stands below
  std::condition_variable_any changed_;
  std::string newest_, done_;
  std::optional<base::Error> alarm_;
  std::jthread thread_;
};

inline constexpr std::chrono::seconds kWitnessDeadline{20}, kStampDeadline{10}, kAskAgain{60}, kLastWord{5};

}  // namespace tally::recorder
