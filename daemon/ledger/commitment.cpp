#include "daemon/ledger/commitment.h"

#include <array>
#include <cstring>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/fields.h"

namespace tally::ledger {
namespace {

using base::Digest;
using base::Result;

constexpr std::array<std::string_view, 2> kPrefixes = {"hs256:", "hf256:"};

std::string_view prefix_of(CommitmentForm form) { return kPrefixes[static_cast<std::size_t>(form)]; }

}  // namespace

Result<Commitment> commit(CommitmentForm form, const Salt& salt, std::string_view personal) {
  const auto json = parse_canonical(personal);
  if (!json) return tl::unexpected(json.error());
  Hmac hmac;
  const std::string_view key(reinterpret_cast<const char*>(salt.data()), salt.size());
  if (form == CommitmentForm::whole) return Commitment{form, commit_text(hmac, key, personal)};
  const auto fields = fields_of(*json);
  if (!fields) return tl::unexpected(fields.error());
  std::map<std::string, Digest> commitments;
  for (const auto& [pointer, value] : *fields) {
    commitments.emplace(pointer, commit_text(hmac, field_salt(hmac, salt, pointer).view(), value->dump()));
  }
  return Commitment{form, commit_list(hmac, list_salt(hmac, salt).view(), commitments)};
}

std::string format_commitment(const Commitment& commitment) {
  return std::string(prefix_of(commitment.form)) + base64(commitment.digest.view());
}

std::optional<Commitment> parse_commitment(std::string_view text) {
  for (const auto form : {CommitmentForm::whole, CommitmentForm::by_field}) {
    if (!text.starts_with(prefix_of(form))) continue;
    const auto bytes = parse_base64(text.substr(prefix_of(form).size()));
    if (!bytes || bytes->size() != 32) return std::nullopt;
    Commitment commitment{form, {}};
    std::memcpy(commitment.digest.bytes.data(), bytes->data(), 32);
    return commitment;
  }
  return std::nullopt;
}

bool opens(const Commitment& commitment, const Salt& salt, std::string_view personal) {
  const auto made = commit(commitment.form, salt, personal);
  return made && *made == commitment;
}

}  // namespace tally::ledger
