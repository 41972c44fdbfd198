// The entry of a sign-off: an officer who signed the manifest of a run with an SSH key of her own, as its preparer or
// as its reviewer. Who she is, by the list of those who may sign, is personal; key and signature are public, and the
// statement that was signed follows from the entry alone, so that ssh-keygen verifies it for ever.
//
//   EventText text = encode(ManifestSigned{"run-7", SignOffRole::reviewer, manifest_sha256, signature, "anna@…",
//   author}); signature.verify(sign_off_statement(origin, "run-7", manifest_sha256, "reviewer"), kSignOffNamespace)
//
// Not whether she may: pipeline/carry_out.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/ledger/sshsig.h"
#include "policy/base/digest.h"
#include "policy/model/decisions.h"

namespace tally::ledger {

struct EventText;

namespace entry_type {
inline constexpr std::string_view kManifestSigned = "manifest_signed";
}

/// What the signatures are for (`ssh-keygen -Y sign -n`).
inline constexpr std::string_view kSignOffNamespace = "tallystick-manifest";

struct ManifestSigned {
  std::string run;
  model::SignOffRole role = model::SignOffRole::preparer;
  base::Digest manifest;  ///< SHA-256 of manifest.json
  SshSignature signature;
  std::string who;   ///< personal; empty: erased
  model::Author by;  ///< who gave the command
};

EventText encode(const ManifestSigned& event);

/// The text that is signed: five lines, with the log's origin. `role` in words.
std::string sign_off_statement(std::string_view origin, std::string_view run, const base::Digest& manifest,
                               std::string_view role);

}  // namespace tally::ledger
