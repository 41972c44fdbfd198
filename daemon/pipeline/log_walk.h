// Walking through a published log, entry by entry, with the personal values as JSON. Inner to this library.
//
//   auto walked = each_opened(state, [&](const Opened& one) { if (one.entry.subject == handle) … });
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "daemon/ledger/entry.h"
#include "daemon/recorder/recorder.h"
#include "policy/base/result.h"

namespace tally::pipeline {

/// Entries in memory at once.
inline constexpr std::uint64_t kEntriesAtOnce = 10'000;

/// An entry whose values open.
struct Opened {
  std::uint64_t index;
  ledger::Entry entry;
  nlohmann::json values;
};

/// The member, "" when it is absent or no text.
inline std::string text(const nlohmann::json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Every entry that was not pruned. visit(recorded, entry): the same entry as it was recorded, with its values or "",
/// and as it was read. Kinds as recorder::LogReader.
template <class Visit>
base::Result<void> each_entry(const std::string& state, const Visit& visit) {
  auto reader = recorder::LogReader::open(state);
  if (!reader) return tl::unexpected(reader.error());
  for (std::uint64_t at = 0; at < reader->size();) {
    const auto entries = reader->read(at, at + kEntriesAtOnce);
    if (!entries) return tl::unexpected(entries.error());
    at = entries->end();
    for (const model::RecordedEntry& one : entries->entries()) {
      const auto entry = ledger::Entry::parse(one.leaf);
      if (!entry) return tl::unexpected(entry.error());
      visit(one, *entry);
    }
  }
  return {};
}

template <class Visit>
base::Result<void> each_opened(const std::string& state, const Visit& visit) {
  return each_entry(state, [&](const model::RecordedEntry& one, const ledger::Entry& entry) {
    // What opens was written by us and is what the log commits to: canonical JSON.
    if (!one.personal.empty()) visit(Opened{one.index, entry, nlohmann::json::parse(one.personal)});
  });
}

/// Every object in the values that is a model::Subject.
template <class Visit>
void each_subject(const nlohmann::json& values, const Visit& visit) {
  if (values.is_object() && values.contains("key") && values.contains("kind")) visit(values);
  if (!values.is_structured()) return;
  for (const nlohmann::json& inner : values) each_subject(inner, visit);
}

}  // namespace tally::pipeline
