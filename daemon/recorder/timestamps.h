// Timestamps: gets an RFC 3161 token for every closed epoch (ledger/timestamp.h) and keeps it beside the checkpoint
// that closed it, as log/epoch/<N>.tsr.
//
//   auto stamps = Timestamps::open(root, {.url = "http://tsa.example.com/", .authority_pem = pem});
//   TimestampRound round = stamps->run(now, 30s);         // every now and then; nothing before it is due again
//   if (round.trouble) log(round.trouble->message, round.waiting);
//
// What waits is read from the files: an end of an epoch without a token. So nothing is lost when the authority is away
// for days, and nothing else waits for it. A token is checked before it is kept. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/timestamp.h"
#include "daemon/recorder/layout.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::recorder {

struct TimestampSettings {
  std::string url;            ///< where the authority takes queries (RFC 3161 section 3.4)
  std::string authority_pem;  ///< its certificates: trust begins there
  std::string ca_file = {};   ///< for an https URL, instead of the system's certificates
};

struct TimestampRound {
  std::uint64_t stored = 0;            ///< tokens that were got, checked and kept
  std::uint64_t waiting = 0;           ///< ends of epochs that still have none
  std::optional<base::Error> trouble;  ///< why the round ended early
};

class Timestamps {
 public:
  /// `root` as in RecorderOptions. Kind `malformed` when the certificates cannot be read.
  static base::Result<Timestamps> open(const std::string& root, TimestampSettings settings);

  /// Asks for what waits, oldest first, until one fails or the time is over. Does nothing before next_try(): after a
  /// failure that is kFirstPause away, then twice as long each time, up to kLongestPause.
  TimestampRound run(base::Instant now, std::chrono::milliseconds within);
  [[nodiscard]] base::Instant next_try() const { return next_try_; }

 private:
  Timestamps(Layout layout, TimestampSettings settings, ledger::TimestampAuthorities authorities)
      : layout_(std::move(layout)), settings_(std::move(settings)), authorities_(std::move(authorities)) {}
  [[nodiscard]] base::Result<std::vector<std::uint64_t>> waiting() const;
  base::Result<void> stamp(std::uint64_t epoch, std::chrono::milliseconds within);

  Layout layout_;
  TimestampSettings settings_;
  ledger::TimestampAuthorities authorities_;
  base::Instant next_try_ = base::kBeginningOfTime;
  std::chrono::seconds pause_{0};
};

inline constexpr std::chrono::seconds kFirstPause{60}, kLongestPause{3600};

}  // namespace tally::recorder
