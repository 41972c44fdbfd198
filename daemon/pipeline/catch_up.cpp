#include "daemon/pipeline/catch_up.h"

#include <fmt/format.h>

namespace tally::pipeline {
namespace {

/// Entries in memory at once while the store is rebuilt.
constexpr std::uint64_t kEntriesAtOnce = 10'000;

}  // namespace

base::Result<void> catch_up(store::Store& store, recorder::Recorder& recorder, const std::string& state) {
  const auto next = store.next_index();
  if (!next) return tl::unexpected(next.error());
  if (*next == recorder.size()) return {};
  if (*next > recorder.size()) {
    return base::failure(
        base::ErrorKind::corrupt,
        fmt::format("the store knows {} entries, the log has {}: verify the log, then run `tallystick rebuild`", *next,
                    recorder.size()));
  }
  if (auto published = recorder.publish(); !published) return tl::unexpected(published.error());
  return project_from_log(store, state);
}

base::Result<void> project_from_log(store::Store& store, const std::string& state) {
  auto reader = recorder::LogReader::open(state);
  if (!reader) return tl::unexpected(reader.error());
  auto next = store.next_index();
  if (!next) return tl::unexpected(next.error());
  for (std::uint64_t at = *next; at < reader->size();) {
    const auto entries = reader->read(at, at + kEntriesAtOnce);
    if (!entries) return tl::unexpected(entries.error());
    at = entries->end();
    if (auto projected = store.project(*entries); !projected) return projected;
  }
  return {};
}

}  // namespace tally::pipeline
