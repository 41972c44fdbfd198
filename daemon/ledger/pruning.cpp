#include "daemon/ledger/pruning.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/lines.h"
#include "daemon/ledger/tile.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::Result;

std::optional<std::uint64_t> number_member(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

/// A minimum leaves the first bundle alone and cuts no other.
bool is_minimum(std::uint64_t minimum) { return minimum > kFirstPrunable && minimum % kTileWidth == 0; }

}  // namespace

std::string Pruned::fields() const {
  Json fields{{"before", before}, {"minimum", minimum}, {"policy", policy.hex()}};
  if (held_by) fields["held_by"] = *held_by;
  return fields.dump();
}

Result<std::optional<Pruned>> Pruned::of(std::string_view leaf) {
  const auto bad = [](std::string_view why) {
    return base::failure(ErrorKind::malformed, fmt::format("log_pruned: {}", why));
  };
  const auto json = parse_leaf(leaf);
  const auto entry = json ? entry_from(*json) : tl::unexpected(json.error());
  if (!entry) return tl::unexpected(entry.error());
  if (entry->type != entry_type::kLogPruned) return std::optional<Pruned>();
  const auto minimum = number_member(*json, "minimum"), before = number_member(*json, "before");
  if (!minimum || !is_minimum(*minimum)) return bad("\"minimum\" is no multiple of 256 above 256");
  if (!before || (*before != 0 && !is_minimum(*before))) return bad("\"before\" is neither 0 nor such a minimum");
  if (*before >= *minimum) return bad(fmt::format("the minimum goes from {} to {}, not up", *before, *minimum));
  const auto policy = json->find("policy");
  const auto digest = policy != json->end() && policy->is_string()
                          ? base::Digest::from_hex(policy->get_ref<const std::string&>())
                          : std::nullopt;
  if (!digest) return bad("\"policy\" is no SHA-256 in hexadecimal");
  const auto held_by = number_member(*json, "held_by");
  if (json->contains("held_by") && !held_by) return bad("\"held_by\" is no index");
  return std::optional(Pruned{*minimum, *before, *digest, held_by});
}

std::string PrunedBy::sentence(std::uint64_t index) const {
  return fmt::format(
      "entry {} was pruned under the policy sha256:{} by entry {}: its hash is still there, its content is gone", index,
      what.policy.hex(), entry);
}

std::optional<std::vector<std::uint64_t>> parse_pruned_list(std::string_view bytes) {
  std::vector<std::uint64_t> entries;
  while (const auto line = take_line(bytes)) {
    const auto index = parse_decimal(*line);
    if (!index || (!entries.empty() && *index <= entries.back())) return std::nullopt;
    entries.push_back(*index);
  }
  if (!bytes.empty() || entries.empty()) return std::nullopt;
  return entries;
}

std::string format_pruned_list(const std::vector<std::uint64_t>& entries) {
  return entries.empty() ? std::string() : fmt::format("{}\n", fmt::join(entries, "\n"));
}

std::optional<std::uint64_t> last_below(const std::vector<std::uint64_t>& entries, std::uint64_t size) {
  const auto behind = std::lower_bound(entries.begin(), entries.end(), size);
  if (behind == entries.begin()) return std::nullopt;
  return *std::prev(behind);
}

}  // namespace tally::ledger
