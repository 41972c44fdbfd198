// A write-ahead log after a crash or in hostile hands. An even first byte: the rest is the file itself. An odd one: a
// log that was really written is changed, and what is recovered must be a beginning of what was written.
#include <filesystem>
#include <string>
#include <vector>

#include "daemon/recorder/write_ahead_log.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/log_changes.h"
#include "tests/unit/daemon/recorder/place.h"

namespace tally::recorder {
namespace {

/// A disk that forgets nothing: power loss is another test's business (tests/faults).
class NoSync final : public FileOperations {
 public:
  int sync(int) override { return 0; }
};

const std::vector<std::vector<std::string>> kBatches{
    {"first"}, {"", std::string(300, 'x')}, {std::string(70, '\0'), "TALLYWAL", "fourth"}};

using Batches = std::vector<WriteAheadLog::Batch>;

bool same(const Batches& a, const Batches& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first_index == y.first_index && x.entries == y.entries;
  });
}

std::string written(FileOperations& files, const std::string& path) {
  fs::remove(path);
  auto opened = WriteAheadLog::open(files, path);
  std::uint64_t index = 7;
  for (const auto& batch : kBatches) {
    TALLY_ASSERT(opened->log.append(index, batch));
    index += batch.size();
  }
  return slurp(path);
}

/// Opens it twice, and once more after an entry was added: nothing is lost or made up on the way.
std::optional<Batches> recovered(FileOperations& files, const std::string& path) {
  const std::string before = slurp(path);
  auto opened = WriteAheadLog::open(files, path);
  if (!opened) {
    TALLY_ASSERT(!opened.error().message.empty() && slurp(path) == before);
    return std::nullopt;
  }
  TALLY_ASSERT(opened->bytes_cut <= before.size());
  TALLY_ASSERT(slurp(path) == before.substr(0, before.size() - opened->bytes_cut));
  auto again = WriteAheadLog::open(files, path);  // the file is a new one from here on
  TALLY_ASSERT(again && again->bytes_cut == 0 && same(again->recovered, opened->recovered));
  TALLY_ASSERT(again->log.append(99, std::vector<std::string>{"next"}));
  const auto longer = WriteAheadLog::open(files, path);
  TALLY_ASSERT(longer && longer->recovered.size() == opened->recovered.size() + 1);
  TALLY_ASSERT(longer->recovered.back().entries == std::vector<std::string>{"next"});
  return opened->recovered;
}

}  // namespace
}  // namespace tally::recorder

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::recorder;
  static const Place place;
  static NoSync files;
  static const std::string path = fs::path(place.key()).replace_filename("wal").string();
  static const std::string whole = written(files, path);
  tally::fuzz::Input input(data, size);
  if (input.byte() % 2 == 0) {
    spill(path, std::string(input.rest()));
    recovered(files, path);
    return 0;
  }
  tally::fuzz::Files changed{{"wal", whole}};
  tally::fuzz::change_all(changed, input);
  spill(path, changed.count("wal") == 0 ? "" : changed["wal"]);
  const auto batches = recovered(files, path);
  if (!batches) return 0;
  for (const auto& batch : *batches) {
    TALLY_ASSERT(std::find(kBatches.begin(), kBatches.end(), batch.entries) != kBatches.end());
  }
  return 0;
}
