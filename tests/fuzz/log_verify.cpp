// A log that somebody changed: the verifier must not accept it as the one that was signed, and what it says is proven
// must be what was written. The first bytes choose the log and the options, the rest is a list of changes.
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/proof.h"
#include "daemon/ledger/tile_tree.h"
#include "daemon/recorder/entry_reader.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/log_changes.h"
#include "tests/unit/daemon/ledger/memory_log.h"

namespace tally::ledger {
namespace {

struct Original {
  std::vector<std::string> entries;
  MemoryLog log;
  Checkpoint checkpoint;
};

Original make_original(std::size_t size, std::size_t earlier) {
  Original out{entry_texts(size), {}, {}};
  out.log = make_log(out.entries);
  add_tiles(out.log, entry_texts(earlier));  // as a writer leaves them
  out.checkpoint = checkpoint_of(out.entries);
  return out;
}

/// The entries of bundle `n` as the verifier has to read them: the file of the signed size, else the full one.
std::vector<std::string_view> bundle(const MemoryLog& log, std::uint64_t n, std::uint64_t size) {
  for (const int width : {tile_width(0, n, size), kTileWidth}) {
    const auto file = log.files.find(TileId{TileKind::entries, 0, n, width}.path());
    if (file != log.files.end()) return split_bundle(file->second).entries;
  }
  return {};
}

/// Entries [0, count) are there as they were written.
void expect_original(const MemoryLog& log, const Original& original, std::uint64_t count) {
  TALLY_ASSERT(count <= original.entries.size());
  for (std::uint64_t n = 0; n * kTileWidth < count; ++n) {
    const auto entries = bundle(log, n, original.entries.size());
    for (std::uint64_t i = n * kTileWidth; i < std::min<std::uint64_t>(count, (n + 1) * kTileWidth); ++i) {
      TALLY_ASSERT(i % kTileWidth < entries.size() && entries[i % kTileWidth] == original.entries[i]);
    }
  }
}

void check_report(const VerifyReport& report, const MemoryLog& log, const Original& original) {
  TALLY_ASSERT(report.problems.size() <= kMaxProblems);
  for (const Problem& problem : report.problems) {
    TALLY_ASSERT(!problem.message.empty() && base::displayable(problem.message) == problem.message);
    TALLY_ASSERT(base::displayable(problem.path) == problem.path);
    if (problem.index) TALLY_ASSERT(report.first_bad_index && *report.first_bad_index <= *problem.index);
  }
  expect_original(log, original, report.last_good_size);
  if (!report.ok()) return;
  TALLY_ASSERT(report.size == original.entries.size() && report.root == original.checkpoint.root);
  TALLY_ASSERT(report.origin == original.checkpoint.origin && report.entries_checked == report.size);
  TALLY_ASSERT(report.last_good_size == report.size && !report.first_bad_index);
}

/// Whoever reads the entries or proves one from the same files gets the original or an error.
void check_readers(MemoryLog& log, const Original& original, std::uint64_t index) {
  const auto proof = prove(log, index);
  const VerifierKey keys[] = {log_signer().key};
  const std::string other = entry_text(index + 1);
  if (proof && proof->verify(original.entries[index], keys)) TALLY_ASSERT(!proof->verify(other, keys));
  if (proof) TALLY_ASSERT(Proof::parse(proof->format())->format() == proof->format());
  const auto entries = recorder::read_entries(log, original.entries.size(), index, original.entries.size());
  if (entries) TALLY_ASSERT(entries->size() == original.entries.size() - index);
  const auto tree = TileTree::resume(original.entries.size(), log);
  if (tree) TALLY_ASSERT(tree->size() == original.entries.size());
}

}  // namespace
}  // namespace tally::ledger

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::ledger;
  static const Original small = make_original(5, 3), large = make_original(259, 200);
  tally::fuzz::Input input(data, size);
  const std::uint8_t choice = input.byte();
  const Original& original = choice % 16U == 1 ? large : small;  // a large one costs fifty small ones
  const std::uint64_t index = input.word() % original.entries.size();
  MemoryLog log = original.log;
  tally::fuzz::change_all(log.files, input);
  VerifyOptions options{{log_signer().key}, {}};
  if ((choice & 2U) != 0) options.seen = original.checkpoint;
  check_report(verify(log, options), log, original);
  check_readers(log, original, index);
  return 0;
}
