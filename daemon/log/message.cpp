#include "daemon/log/message.h"

#include <fmt/format.h>

#include <array>

#include "policy/base/utf8.h"

namespace tally::log {
namespace message {

using enum Severity;

// 10xx: the service, 11xx: its configuration, 12xx: audits, 13xx: the schedule, 14xx: those who ask, 15xx: trouble,
// 20xx: the signer, 21xx: the witness.
const Message kStarting{"TS-1001", info, "Tallystick {version} opens the log in {folder}.", "Nothing."};
const Message kReady{"TS-1002", notice, "Ready. Schedule: {schedule}. Next audit: {next}.", "Nothing."};
const Message kStateMended{"TS-1003", notice, "At its start: {what}",
                           "Nothing: what was acknowledged is there. If it comes again without a crash or a kill in "
                           "between, look at the disk."};
const Message kStopping{"TS-1004", notice, "Told to stop. {what}", "Nothing."};
const Message kStopped{"TS-1005", notice, "Stopped.", "Nothing."};
const Message kStopLate{"TS-1006", warning,
                        "The audit did not end within {seconds} s of being told to; it is left behind ({recorded}).",
                        "A directory or file system that hangs. Nothing recorded is lost."};
const Message kConfigurationInForce{"TS-1101", notice, "Configuration {digest}, rules {rules}, from {file}.",
                                    "Nothing."};
const Message kReloadAccepted{"TS-1102", notice, "The new configuration {digest} is in force from the next audit on.",
                              "Nothing."};
const Message kReloadRefused{"TS-1103", error, "The new configuration is refused, the old one stays: {what}",
                             "Mend the file (`tallystick check-config` says the same), then reload again."};
const Message kReloadNeedsRestart{"TS-1104", warning, "The new configuration changes {what}, which a reload cannot do.",
                                  "Restart the service, or undo the change. Everything else of the file is in force."};
const Message kAuditStarted{"TS-1201", info, "An audit begins: {trigger}.", "Nothing."};
const Message kAuditFinished{"TS-1202", notice, "{run} finished: {findings}. Everything was seen.",
                             "`tallystick findings` or `tallystick report`."};
const Message kAuditIncomplete{"TS-1203", warning, "{run} finished: {findings}. Not everything could be seen: {what}",
                               "The report says what was missing and why (docs/operating.md, \"could not be seen\")."};
const Message kAuditFailed{"TS-1204", error, "The audit failed and says nothing: {why}",
                           "The reason says what failed."};
const Message kAuditAbandoned{"TS-1205", warning, "The audit was stopped before its end; it is recorded as abandoned.",
                              "Nothing, if the service was meant to stop. The next due audit comes as planned."};
const Message kAuditRefused{"TS-1206", notice, "An audit was asked for, but one is running: {asked}.",
                            "`tallystick status` says when it began."};
const Message kRetained{"TS-1207", notice, "Retention: {what}",
                        "An entry that is still needed keeps all behind it: `tallystick prove` shows which it is "
                        "(docs/operating.md, \"Pruning\")."};
const Message kDueMissed{"TS-1301", warning, "Missed: {count} due between {first} and {last}, because {why}. {then}",
                         "If the machine sleeps or is off at these times, choose others."};
const Message kClockSetBack{"TS-1302", warning, "The clock was set back; due times are counted from {now} on.",
                            "Nothing, if that was meant."};
const Message kNoSchedule{"TS-1303", warning, "The configuration has no schedule: nobody audits unless asked to.",
                          "Set `times` or `interval` in [service]."};
const Message kRunAgain{"TS-1304", notice, "The last audit was abandoned; it is run again, once.", "Nothing."};
const Message kDenied{"TS-1401", warning, "Denied: uid {uid} asked for `{command}`.",
                      "If that user should be allowed to, add it to the group of `operators` or `hr` in [service]."};
const Message kTooManyClients{"TS-1402", warning, "More than {count} clients at once; the newest was turned away.",
                              "Find out who asks so often."};
const Message kCheckAnswered{"TS-1403", info, "An offboarding check for uid {uid} ended with exit code {code}.",
                             "Nothing."};
const Message kCommandAnswered{"TS-1404", info,
                               "A command of uid {uid} to decide something ended with exit code {code}.",
                               "Nothing. What was decided is in the log."};
const Message kNotStarted{"TS-1501", critical, "Not started: {why}",
                          "The reason says what is wrong. Then start it again."};
const Message kLogBroken{
    "TS-1502", critical, "The log or the store can no longer be written: {why}. The service ends.",
    "Free disk? A healthy disk? The next start checks the log; see docs/operating.md, \"Verifying\"."};
const Message kDeadlinePassed{"TS-1503", critical,
                              "{what} has passed its deadline of {seconds} s; the watchdog is left to bite.",
                              "A report to the authors, with the journal of that time, is welcome."};
const Message kSocketFailed{"TS-1504", error, "The control socket failed: {why}", "Free descriptors? Then restart."};
const Message kOutsideNews{"TS-1505", warning, "Outside the log: {what}",
                           "A witness or a time stamping authority that is away is asked again. One that contradicts "
                           "ends the signing: docs/operating.md, \"A witness\"."};
const Message kSignerReady{"TS-2001", notice, "The signer writes the log in {folder}: {size} entries.", "Nothing."};
const Message kSignerDenied{"TS-2002", warning, "Denied: uid {uid} connected to the signer.",
                            "Only the user of --client may: find out what that process is."};
const Message kSignerBroken{"TS-2003", critical, "The signer ends: {why}",
                            "The reason says what is wrong. Its next start checks the log; see docs/operating.md, "
                            "\"Verifying\". Entries that were not acknowledged are not in the log."};
const Message kWitnessReady{"TS-2101", notice, "Witness {key} of {count} log keys listens at {address}.", "Nothing."};
const Message kWitnessCosigned{"TS-2102", info, "Cosigned {origin} at {size} entries.", "Nothing."};
const Message kWitnessProof{"TS-2103", warning,
                            "Refused {origin} at {size} entries: the proof does not lead there from what was cosigned.",
                            "Once: somebody sent a wrong proof. Again and again: the log is not the one that was "
                            "cosigned. Ask its operators, and keep this witness's state."};
const Message kWitnessFork{
    "TS-2104", critical,
    "The log {origin} signed two trees of {size} entries. It was rewritten, or its key is used "
    "twice.",
    "Tell its auditors. Keep this witness's state and the other checkpoint: they are the proof."};
const Message kWitnessBroken{"TS-2105", critical,
                             "The witness's state can no longer be written: {why}. The service ends.",
                             "Free disk? A healthy disk? The next start reads what was written."};

}  // namespace message

namespace {

using namespace message;

constexpr std::array kAll = {&kStarting,
                             &kReady,
                             &kStateMended,
                             &kStopping,
                             &kStopped,
                             &kStopLate,
                             &kConfigurationInForce,
                             &kReloadAccepted,
                             &kReloadRefused,
                             &kReloadNeedsRestart,
                             &kAuditStarted,
                             &kAuditFinished,
                             &kAuditIncomplete,
                             &kAuditFailed,
                             &kAuditAbandoned,
                             &kAuditRefused,
                             &kRetained,
                             &kDueMissed,
                             &kClockSetBack,
                             &kNoSchedule,
                             &kRunAgain,
                             &kDenied,
                             &kTooManyClients,
                             &kCheckAnswered,
                             &kCommandAnswered,
                             &kNotStarted,
                             &kLogBroken,
                             &kDeadlinePassed,
                             &kSocketFailed,
                             &kOutsideNews,
                             &kSignerReady,
                             &kSignerDenied,
                             &kSignerBroken,
                             &kWitnessReady,
                             &kWitnessCosigned,
                             &kWitnessProof,
                             &kWitnessFork,
                             &kWitnessBroken};

}  // namespace

std::string_view to_string(Severity severity) {
  constexpr std::array kWords = {"info", "notice", "warning", "error", "critical"};
  return kWords[static_cast<std::size_t>(severity)];
}

std::string in_words(const Message& message, std::span<const std::string> values) {
  std::string out;
  std::string_view rest = message.text;
  for (const std::string& value : values) {
    const std::size_t from = rest.find('{');
    const std::size_t to = rest.find('}', from);
    if (to == std::string_view::npos) break;
    out += rest.substr(0, from);
    out += base::displayable(value);
    rest.remove_prefix(to + 1);
  }
  return out += rest;
}

std::span<const Message* const> messages() { return kAll; }

std::string messages_page() {
  std::string out =
      "# Messages of the services\n\n"
      "What `tallystickd` says in the journal: `journalctl -u tallystickd`, or `-p warning` for what needs somebody. "
      "And\n"
      "`tallystick-signer` (20xx) and `tallystick-witness` (21xx).\n"
      "Each message begins with its id. Names in braces stand for values. No message holds personal data.\n"
      "This page is made from `daemon/log/message.cpp`, and a test keeps it fresh.\n\n"
      "| id | severity | message | what to do |\n|---|---|---|---|\n";
  for (const Message* one : messages()) {
    out += fmt::format("| {} | {} | {} | {} |\n", one->id, to_string(one->severity), one->text, one->what_to_do);
  }
  return out;
}

}  // namespace tally::log
