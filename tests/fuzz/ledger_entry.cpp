// A hostile entry: its leaf is the first line of the input, its personal values are the rest. What is accepted is
// canonical, and an event that was read says the same when it is written and read again.
#include <nlohmann/json.hpp>
#include <string>

#include "daemon/ledger/canonical_json.h"
#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"
#include "daemon/ledger/pruning.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"

namespace tally::ledger {
namespace {

void check_canonical(std::string_view text) {
  if (canonical_json_fault(text)) return;
  TALLY_ASSERT(base::is_utf8(text) && text.starts_with('{') && text.find('\n') == std::string_view::npos);
  TALLY_ASSERT(nlohmann::json::parse(text).dump() == text);
}

void check_entry(std::string_view leaf) {
  const auto entry = Entry::parse(leaf);
  const auto json = parse_leaf(leaf);
  const auto exact = json ? entry_from(*json) : tl::unexpected(json.error());
  TALLY_ASSERT(entry.has_value() == exact.has_value());
  if (entry) {
    TALLY_ASSERT(entry->type == exact->type && entry->time == exact->time && entry->origin == exact->origin);
    TALLY_ASSERT(entry->subject == exact->subject && entry->commitment == exact->commitment);
  }
  if (!entry) {
    TALLY_ASSERT(!entry.error().message.empty());
    return;
  }
  TALLY_ASSERT(!canonical_json_fault(leaf));
  auto fields = nlohmann::json::parse(leaf);
  for (const char* member : {"v", "type", "ts", "subj", "pii"}) fields.erase(member);
  const auto again = make_leaf({entry->type, entry->time, entry->subject, entry->commitment}, fields.dump());
  TALLY_ASSERT(again && *again == leaf);
}

EventText encoded(const Event& event) {
  return std::visit(
      [](const auto& one) -> EventText {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, OtherEvent>) {
          return {};
        } else {
          return encode(one);
        }
      },
      event);
}

/// More gaps than an entry holds are a sentence afterwards: that does not say the same twice.
bool sums_gaps_up(const Event& event) {
  const auto* source = std::get_if<SourceCollected>(&event);
  return source != nullptr && !source->source.coverage.gaps.empty() &&
         source->source.coverage.gaps.back().sentence.ends_with(" further gaps");
}

/// Nothing for an event of no run.
std::optional<EventText> decoded_again(const EventText& text, base::Instant time) {
  if (text.type.empty()) return std::nullopt;
  TALLY_ASSERT(text.personal.empty() || !canonical_json_fault(text.personal));
  const auto leaf = make_leaf({text.type, time, "", std::nullopt}, text.fields);
  TALLY_ASSERT(leaf);
  const auto event = decode(*leaf, text.personal);
  TALLY_ASSERT(event);
  return encoded(*event);
}

void check_event(std::string_view leaf, std::string_view personal) {
  const auto event = decode(leaf, personal);
  if (!event) {
    TALLY_ASSERT(!event.error().message.empty());
    return;
  }
  const base::Instant time = Entry::parse(leaf)->time;
  const EventText once = encoded(*event);
  const auto again = decoded_again(once, time);
  if (!again || sums_gaps_up(*event)) return;
  TALLY_ASSERT(again->type == once.type && again->fields == once.fields && again->personal == once.personal);
  TALLY_ASSERT(again->subject_key == once.subject_key);
}

void check_pruned(std::string_view leaf) {
  const auto pruned = Pruned::of(leaf);
  if (!pruned || !*pruned) return;
  const auto again =
      Pruned::of(*make_leaf({entry_type::kLogPruned, Entry::parse(leaf)->time, "", std::nullopt}, (*pruned)->fields()));
  TALLY_ASSERT(again && *again && (*again)->minimum == (*pruned)->minimum && (*again)->before == (*pruned)->before);
  TALLY_ASSERT((*again)->policy == (*pruned)->policy && (*again)->held_by == (*pruned)->held_by);
  TALLY_ASSERT(!(*pruned)->covers(0) && !(*pruned)->covers((*pruned)->minimum) && (*pruned)->covers(kFirstPrunable));
}

}  // namespace
}  // namespace tally::ledger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::ledger;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), size);
  const std::string_view leaf = text.substr(0, end), personal = text.substr(std::min(end + 1, size));
  check_canonical(leaf);
  check_canonical(personal);
  check_entry(leaf);
  check_pruned(leaf);
  check_event(leaf, personal);
  return 0;
}
