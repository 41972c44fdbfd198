// A recorded log whose files were changed, personal values included: whoever reads it gets what was recorded, values
// that are gone, or an error; never other values.
#include <filesystem>
#include <string>
#include <vector>

#include "policy/base/assert.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/log_changes.h"
#include "tests/unit/daemon/recorder/place.h"

namespace tally::recorder {
namespace {

using Entries = std::vector<model::RecordedEntry>;

Entries read_all(const std::string& root) {
  auto reader = LogReader::open(root);
  TALLY_ASSERT(reader);
  const auto receipt = reader->read(0, reader->size());
  TALLY_ASSERT(receipt);
  return {receipt->entries().begin(), receipt->entries().end()};
}

constexpr const char* kFiles[] = {"log/checkpoint", "log/tile/0/000.p/6", "log/tile/entries/000.p/6",
                                  "state/personal.db", "state/personal.key"};

/// A log of a few entries, its files, and what they say.
struct Recorded {
  Recorded() {
    record();
    for (const char* file : kFiles) files[file] = slurp(place.root() + "/" + file);
    entries = read_all(place.root());
    TALLY_ASSERT(entries.size() == 6);
  }
  void record() const {
    auto recorder = place.open();
    TALLY_ASSERT(recorder && recorder->append(plains(2)));
    TALLY_ASSERT(recorder->append(std::vector<Draft>{about("E1"), about("E2"), about("E1")}));
    TALLY_ASSERT(recorder->publish());
  }
  void restore(const fuzz::Files& changed) const {
    for (const char* file : kFiles) {
      const std::string path = place.root() + "/" + file;
      const auto found = changed.find(file);
      fs::remove(path);
      if (found == changed.end()) continue;
      spill(path, found->second);
      fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    }
  }

  Place place;
  Entries entries;
  fuzz::Files files;
};

/// An entry of the changed log is the one that was recorded, unless its hash tile was changed with it: only the
/// verifier asks the signature. Personal values have to fit the entry's own commitment in any case.
void check(const model::RecordedEntry& entry, const Recorded& recorded, bool log_is_whole) {
  if (log_is_whole) TALLY_ASSERT(entry.leaf == recorded.entries[entry.index].leaf);
  if (entry.personal.empty()) return;
  bool known = false;
  for (const auto& original : recorded.entries) known = known || original.personal == entry.personal;
  TALLY_ASSERT(known);
  if (log_is_whole) TALLY_ASSERT(entry.personal == recorded.entries[entry.index].personal);
}

}  // namespace
}  // namespace tally::recorder

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::recorder;
  static const Recorded recorded;
  tally::fuzz::Input input(data, size);
  tally::fuzz::Files changed = recorded.files;
  tally::fuzz::change_all(changed, input);
  recorded.restore(changed);
  bool log_is_whole = true;
  for (const char* file : {"log/tile/0/000.p/6", "log/tile/entries/000.p/6"}) {
    log_is_whole = log_is_whole && changed.count(file) != 0 && changed[file] == recorded.files.at(file);
  }
  auto reader = LogReader::open(recorded.place.root());
  if (!reader) {
    TALLY_ASSERT(!reader.error().message.empty());
    return 0;
  }
  constexpr std::uint64_t kMany = 600;  // of a log that says it has more than any memory
  for (std::uint64_t from = 0; from < std::min(reader->size(), kMany);) {
    const auto receipt = reader->read(from, from + 2);
    if (!receipt) break;
    TALLY_ASSERT(receipt->count() > 0);
    for (const auto& entry : receipt->entries()) check(entry, recorded, log_is_whole && entry.index < 6);
    from += receipt->count();
  }
  return 0;
}
