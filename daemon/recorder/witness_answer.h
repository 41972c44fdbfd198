// What one witness says to a submitted checkpoint, as a value (C2SP tlog-witness): the pure half of WitnessClient.
//
//   WitnessAnswer answer = read_reply({409, "text/x.tlog.size", "421\n"}, checkpoint, 100, witness);
//   // answer.says == WitnessSays::has_size, *answer.size == 421
//
// Not I/O. Nothing that a witness says is believed without its signature but a size, and that only to ask again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/note.h"
#include "daemon/ledger/trust_policy.h"

namespace tally::recorder {

enum class WitnessSays {
  cosigned,     ///< 200 with its own, verified cosignature
  has_size,     ///< 409: it has another size than we thought, not beyond ours: ask again from there
  is_ahead,     ///< 409: it cosigned a larger tree than ours. THE ALARM: this log was set back
  contradicts,  ///< 409 without a size, or 422: what it cosigned is no part of our tree. THE ALARM: the log was forked
  not_ours,     ///< 404 or 403: it does not know this log, or not by this key
  refused,      ///< 400 and every other status: the two sides do not understand each other
  unbelieved,   ///< 200, but without a right signature of its key
  unreachable,  ///< no answer in time, or not asked at all
};

struct WitnessAnswer {
  WitnessSays says = WitnessSays::unreachable;
  std::string sentence = {};                  ///< for the operator: who, what, and what to do; displayable
  std::optional<ledger::Signer> signer = {};  ///< of `cosigned`
  std::string line = {};                      ///< of `cosigned`: its signature line, to be added to the note
  std::optional<std::uint64_t> size = {};     ///< of `has_size` and `is_ahead`

  [[nodiscard]] bool alarm() const { return says == WitnessSays::is_ahead || says == WitnessSays::contradicts; }
};

/// A response as it came.
struct WitnessReply {
  int status = 0;
  std::string type;  ///< Content-Type
  std::string body;
};

/// `checkpoint` is what was submitted, `tree` its content, `old_size` what was said to be the witness's size.
WitnessAnswer read_reply(const WitnessReply& reply, const ledger::Note& checkpoint, const ledger::Checkpoint& tree,
                         std::uint64_t old_size, const ledger::TrustPolicy::Witness& witness);

}  // namespace tally::recorder
