// Messages: everything that the service says to its operator, as one table: id, severity, text, what to do.
//
//   log.tell(message::kReloadRefused, {"tallystick.toml:4:1: unknown setting …"});
//   // TS-1010 The new configuration is refused, the old one stays: tallystick.toml:4:1: unknown setting …
//
// docs/messages.md is made from this table, and a test keeps it fresh. An id is never used again for something else.
// No personal data: people are uids here, their names and findings are in the log of the audit, which can forget them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tally::log {

/// As in syslog: what the journal filters by (journalctl -p).
enum class Severity : std::uint8_t { info, notice, warning, error, critical };

/// "warning"
std::string_view to_string(Severity severity);

struct Message {
  std::string_view id;  ///< "TS-1001"
  Severity severity;
  std::string_view text;  ///< with {names} where values go, in the order in which they are given
  std::string_view what_to_do;
};

/// The text with its values, control characters made visible. Values beyond the names are left out.
std::string in_words(const Message& message, std::span<const std::string> values);

/// All of them, by id.
std::span<const Message* const> messages();

/// docs/messages.md
std::string messages_page();

namespace message {

extern const Message kStarting, kReady, kStateMended, kStopping, kStopped, kStopLate, kConfigurationInForce,
    kReloadAccepted, kReloadRefused, kReloadNeedsRestart, kAuditStarted, kAuditFinished, kAuditIncomplete, kAuditFailed,
    kAuditAbandoned, kRetained, kAuditRefused, kDueMissed, kClockSetBack, kNoSchedule, kDeadlinePassed, kDenied,
    kTooManyClients, kCheckAnswered, kCommandAnswered, kNotStarted, kLogBroken, kSocketFailed, kRunAgain, kOutsideNews,
    kSignerReady, kSignerDenied, kSignerBroken, kWitnessReady, kWitnessCosigned, kWitnessProof, kWitnessFork,
    kWitnessBroken;

}  // namespace message
}  // namespace tally::log
