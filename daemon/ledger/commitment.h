// Commitments: what an entry says of personal values without saying them. A salt of 32 random bytes, made for one entry
// alone, is what keeps anybody from guessing them.
//
//   auto commitment = commit(CommitmentForm::by_field, salt, R"({"finding":{…},"note":""})");
//   leaf["pii"] = format_commitment(*commitment);          // "hf256:W0UEED8W…"
//   if (opens(*commitment, salt, personal)) ...            // the check of values that are shown whole
//
// How single fields are shown: disclosure.h. Not where salts and values are kept: recorder/personal_store.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::ledger {

using Salt = std::array<std::uint8_t, 32>;

enum class CommitmentForm : std::uint8_t {
  whole,     ///< "hs256:": all values or none can be shown. No longer written
  by_field,  ///< "hf256:": each field can be shown or hidden by itself
};

struct Commitment {
  CommitmentForm form = CommitmentForm::by_field;
  base::Digest digest;
  friend bool operator==(const Commitment&, const Commitment&) = default;
};

/// To `personal`, a canonical JSON object (canonical_json_fault in entry.h). Kind `malformed` says why it is none, or
/// has no fields that could be told apart (fields.h).
base::Result<Commitment> commit(CommitmentForm form, const Salt& salt, std::string_view personal);
/// As it stands in "pii": the form's prefix and the base64 of the digest.
std::string format_commitment(const Commitment& commitment);
std::optional<Commitment> parse_commitment(std::string_view text);
/// True when it is the commitment to exactly these values under this salt.
bool opens(const Commitment& commitment, const Salt& salt, std::string_view personal);

}  // namespace tally::ledger
