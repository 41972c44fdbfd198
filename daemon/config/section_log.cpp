#include "daemon/config/form.h"
#include "daemon/config/sections.h"
#include "daemon/ledger/epochs.h"

namespace tally::config {

const Fields<recorder::LogSettings>& log_fields() {
  using L = recorder::LogSettings;
  static const Fields<L> fields = {
      {"epochs", form::whole_number(&L::epochs, 0, static_cast<std::int64_t>(ledger::kMaxEpochs)), "87600",
       "How many epochs a fresh log has; each has a signing key that is destroyed when the epoch ends. The keys of all "
       "are made at once (87600: two seconds, 2.8 MB). The last epoch stays open. 0: one key for ever. An existing log "
       "keeps its own."},
      {"epoch_length", form::span(&L::epoch_length), "1h",
       "How long an epoch of a fresh log lasts: whoever takes the host over can rewrite what was recorded since the "
       "open epoch began, and nothing before it."},
      {"signer", form::path(&L::signer), "",
       "Socket of `tallystick-signer`, which then holds the key and writes the log: `log_key` and the other settings "
       "of "
       "this section are its own business. Without it this process signs."},
      {"signer_log", form::path(&L::signer_log), "",
       "With `signer`: the public folder of the log that it writes, for reading."},
      {"witness_policy", form::path(&L::witness_policy), "",
       "C2SP tlog-policy file: the witnesses that are asked to cosign every checkpoint, with their URLs, and how many "
       "are "
       "enough. A witness that has seen more of the log than is here ends the signing."},
      {"timestamp_url", form::text(&L::timestamp_url), "",
       "Time stamping authority (RFC 3161) that is asked for a token of each ended epoch. It may be away for days."},
      {"timestamp_ca", form::path(&L::timestamp_ca), "", "File with its certificates, PEM."},
      {"previous", form::path(&L::previous), "",
       "Of a fresh log that follows one that cannot go on: a file with a checkpoint of that one, the newest that "
       "anybody "
       "has. The first entry commits to it."},
      {"certificate", form::path(&L::certificate), "",
       "File of the log certificate, which `tallystick certify` makes with the offline root key."}};
  return fields;
}

void check_log(const recorder::LogSettings& settings, const toml::node& at, const Context& context) {
  if (settings.signer.empty() != settings.signer_log.empty()) {
    context.trouble(at, "signer and signer_log go together", "a socket and the folder `log` of the signer's state");
  }
  if (settings.timestamp_url.empty() != settings.timestamp_ca.empty()) {
    context.trouble(at, "timestamp_url and timestamp_ca go together", "a URL and the authority's certificates");
  }
  if (settings.epoch_length < ledger::kMinEpochPeriod) context.trouble(at, "epoch_length is shorter than a minute");
  if (settings.epoch_length > ledger::kMaxEpochPeriod) context.trouble(at, "epoch_length is longer than a year");
}

}  // namespace tally::config
