// Sign-off: an officer's SSH signature under a run's manifest, checked before it is recorded: by whom, of what, and
// whether she may.
//
//   auto event = check_sign_off({command, author, kept, decisions, "/etc/tallystick/allowed_signers", now});
//
// Not the signature's format: ledger/sshsig.h. Not who may sign after whom: policy/decisions.
#pragma once

#include <string>

#include "daemon/ledger/event_sign_off.h"
#include "daemon/pipeline/keeping.h"
#include "policy/base/result.h"
#include "policy/base/time.h"
#include "policy/decisions/command.h"
#include "policy/model/decisions.h"

namespace tally::pipeline {

struct SignOffQuestion {
  const decisions::SignOff& command;
  const model::Author& author;
  Kept& kept;
  const model::Decisions& decisions;
  const std::string& allowed_signers;  ///< the file; empty: none is configured
  base::Instant now;
};

/// Kinds: `denied` when nobody may sign, or not she, or when the signature is of something else; `malformed`,
/// `unsupported`; `not_found` without that run; those of decisions::may_sign_off.
base::Result<ledger::ManifestSigned> check_sign_off(const SignOffQuestion& question);

}  // namespace tally::pipeline
