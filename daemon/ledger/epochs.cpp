#include "daemon/ledger/epochs.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "daemon/ledger/base64.h"
#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/lines.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile.h"

namespace tally::ledger {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

constexpr std::string_view kCertificateHeader = "tallystick-log-certificate/v1";
constexpr std::string_view kEpochFolder = "epoch/";
constexpr std::string_view kTokenEnding = ".tsr";
constexpr std::string_view kBundleFolder = "tile/entries/";

std::int64_t posix(base::Instant time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

tl::unexpected<base::Error> malformed(std::string why) { return failure(ErrorKind::malformed, std::move(why)); }

std::optional<std::uint64_t> number_member(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

/// The plan of these figures, if it is one: whatever it computes stays within the representable times.
Result<EpochPlan> checked_plan(std::optional<std::uint64_t> count, std::optional<std::uint64_t> period,
                               std::optional<std::uint64_t> start, std::optional<base::Digest> root) {
  constexpr auto kShortest = static_cast<std::uint64_t>(kMinEpochPeriod.count());
  constexpr auto kLongest = static_cast<std::uint64_t>(kMaxEpochPeriod.count());
  constexpr std::uint64_t kLatestStart = 253'402'300'799;  // the year 9999
  if (!count || *count == 0 || *count > kMaxEpochs) {
    return malformed(fmt::format("the number of epochs is not from 1 to {}", kMaxEpochs));
  }
  if (!period || *period < kShortest || *period > kLongest) {
    return malformed(fmt::format("the period of the epochs is not from {} to {} seconds", kShortest, kLongest));
  }
  if (!start || *start > kLatestStart) return malformed("the start of the epochs is not a number of seconds");
  if (!root) return malformed("the root of the epoch keys is not the base64 of 32 bytes");
  return EpochPlan{*count, std::chrono::seconds(*period), base::Instant(std::chrono::seconds(*start)), *root};
}

std::optional<std::uint64_t> parse_epoch_path(std::string_view path) {
  if (!path.starts_with(kEpochFolder)) return std::nullopt;
  const auto id = TileId::parse(std::string(kBundleFolder) + std::string(path.substr(kEpochFolder.size())));
  if (!id || id->width != kTileWidth || id->index >= kMaxEpochs) return std::nullopt;
  return id->index;
}

}  // namespace

bool is_of_the_log(std::string_view type) {
  return type == entry_type::kGenesis || type == entry_type::kEpochClosed || type == entry_type::kClockStepped ||
         type == entry_type::kTornWriteCut;
}

std::uint64_t EpochPlan::at(base::Instant time) const {
  if (time < start) return 0;
  return std::min(static_cast<std::uint64_t>((time - start) / period), count - 1);
}

base::Instant EpochPlan::end_of(std::uint64_t epoch) const {
  return start + period * (static_cast<std::int64_t>(epoch) + 1);
}

Result<std::optional<EpochPlan>> EpochPlan::of(std::string_view genesis_leaf) {
  const auto json = parse_leaf(genesis_leaf);
  if (!json) return tl::unexpected(json.error());
  const auto epochs = json->find("epochs");
  if (epochs == json->end()) return std::optional<EpochPlan>();
  if (!epochs->is_object()) return malformed("the genesis entry's \"epochs\" is not an object");
  const auto root = epochs->find("root");
  const bool text = root != epochs->end() && root->is_string();
  const auto plan =
      checked_plan(number_member(*epochs, "count"), number_member(*epochs, "period"), number_member(*epochs, "start"),
                   text ? parse_hash(root->get_ref<const std::string&>()) : std::nullopt);
  if (!plan) return tl::unexpected(plan.error().within("the genesis entry"));
  return std::optional(*plan);
}

Result<std::optional<Checkpoint>> previous_of(std::string_view genesis_leaf) {
  const auto json = parse_leaf(genesis_leaf);
  if (!json) return tl::unexpected(json.error());
  const auto previous = json->find("previous");
  if (previous == json->end()) return std::optional<Checkpoint>();
  const auto bad = [] { return malformed("the genesis entry's \"previous\" is no \"origin\", \"size\" and \"root\""); };
  if (!previous->is_object()) return bad();
  const auto origin = previous->find("origin"), root = previous->find("root");
  if (origin == previous->end() || root == previous->end() || !origin->is_string() || !root->is_string()) return bad();
  const auto size = number_member(*previous, "size");
  const auto digest = parse_hash(root->get_ref<const std::string&>());
  if (!size || !digest) return bad();
  return std::optional(Checkpoint{origin->get<std::string>(), *size, *digest, {}});
}

std::string genesis_fields(std::string_view origin, const std::optional<EpochPlan>& plan,
                           const std::optional<Checkpoint>& previous) {
  Json fields{{"origin", origin}};
  if (plan) {
    fields["epochs"] = {{"count", plan->count},
                        {"period", plan->period.count()},
                        {"start", posix(plan->start)},
                        {"root", base64(plan->root.view())}};
  }
  if (previous) {
    fields["previous"] = {
        {"origin", previous->origin}, {"size", previous->size}, {"root", base64(previous->root.view())}};
  }
  return fields.dump();
}

base::Digest epoch_keys_root(std::string_view keys) {
  constexpr std::size_t kKeyBytes = sizeof(PublicKey);
  const std::size_t count = keys.size() / kKeyBytes;
  TreeHasher hasher;
  if (count <= 1) return hasher.leaf(keys);
  const std::size_t split = std::bit_floor(count - 1);
  return hasher.node(epoch_keys_root(keys.substr(0, split * kKeyBytes)),
                     epoch_keys_root(keys.substr(split * kKeyBytes)));
}

VerifierKey epoch_key(std::string_view origin, std::uint64_t epoch, const PublicKey& bytes) {
  return {fmt::format("{}/epoch/{}", origin, epoch), KeyType::ed25519, bytes};
}

std::string closing_path(std::uint64_t epoch) {
  const std::string bundle = TileId{TileKind::entries, 0, epoch}.path();
  return std::string(kEpochFolder) + bundle.substr(kBundleFolder.size());
}

std::string token_path(std::uint64_t epoch) { return closing_path(epoch) + std::string(kTokenEnding); }

std::optional<std::uint64_t> parse_closing_path(std::string_view path) { return parse_epoch_path(path); }

std::optional<std::uint64_t> parse_token_path(std::string_view path) {
  if (!path.ends_with(kTokenEnding)) return std::nullopt;
  return parse_epoch_path(path.substr(0, path.size() - kTokenEnding.size()));
}

std::string EpochClosed::fields() const {
  return Json{{"epoch", epoch}, {"size", size}, {"mono_ms", mono_ms}, {"boot_id", boot_id}}.dump();
}

Result<std::optional<EpochClosed>> EpochClosed::of(std::string_view leaf) {
  const auto json = parse_leaf(leaf);
  if (!json) return tl::unexpected(json.error());
  const auto type = json->find("type");
  if (type == json->end() || *type != entry_type::kEpochClosed) return std::optional<EpochClosed>();
  const auto epoch = number_member(*json, "epoch");
  const auto size = number_member(*json, "size");
  const auto mono = number_member(*json, "mono_ms");
  const auto boot = json->find("boot_id");
  if (!epoch || !size || !mono || boot == json->end() || !boot->is_string()) {
    return malformed("an epoch_closed entry without \"epoch\", \"size\", \"mono_ms\" or \"boot_id\"");
  }
  return std::optional(EpochClosed{*epoch, *size, *mono, boot->get<std::string>()});
}

std::string ClockStepped::fields() const { return Json{{"from", base::format_instant(from)}}.dump(); }

Result<Certificate> Certificate::parse(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return malformed("the certificate's last line has no end");
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (lines.empty() || lines[0] != kCertificateHeader) {
    return malformed(fmt::format("the certificate does not begin with \"{}\"", kCertificateHeader));
  }
  if (lines.size() != 7) return malformed(fmt::format("the certificate has {} lines, expected 7", lines.size()));
  auto key = VerifierKey::parse(lines[2]);
  if (!key) return tl::unexpected(key.error().within("the certificate's line 3"));
  if (key->name != lines[1]) return malformed("the certificate's line 2 is not the name of the log's key");
  auto plan =
      checked_plan(parse_decimal(lines[3]), parse_decimal(lines[4]), parse_decimal(lines[5]), parse_hash(lines[6]));
  if (!plan) return tl::unexpected(plan.error().within("the certificate"));
  return Certificate{std::move(*key), *plan};
}

std::string Certificate::format() const {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n", kCertificateHeader, log_key.name, log_key.format(), plan.count,
                     plan.period.count(), posix(plan.start), base64(plan.root.view()));
}

Result<Certificate> open_certificate(std::string_view bytes, const VerifierKey& root) {
  const auto note = Note::parse(bytes);
  if (!note) return tl::unexpected(note.error());
  if (const auto check = note->verify({&root, 1}); !check) return tl::unexpected(check.error());
  return Certificate::parse(note->text);
}

}  // namespace tally::ledger
