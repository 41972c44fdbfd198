// Makes every single change of a published log that can be made without its key, and verifies each: none may pass.
//
//   faults_changes LOG-FOLDER VKEY STRIDE FIRST [ROOT WITNESS]
//
// Every STRIDE-th change, counted from FIRST; 1 0 is all of them. ROOT and WITNESS are the vkeys of who has certified
// the epochs and who must have cosigned. Changes: each bit of each file flipped; each file cut at each of its bytes, or
// gone; each record (an entry, a hash, a key, a line of a note) removed, doubled, or swapped with the next; the end of
// an epoch in the place of the next one's. tests/integration/ledger/changes.go does the same with a verifier that is
// not ours.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ledger/epochs.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/tile.h"
#include "daemon/ledger/trust_policy.h"
#include "daemon/ledger/verify.h"

using namespace tally;

namespace {

/// A log in memory: what is on disk is read once.
class Files final : public ledger::TileReader {
 public:
  std::map<std::string, std::string> bytes;

  base::Result<std::vector<std::string>> list() override {
    std::vector<std::string> names;
    for (const auto& [name, ignored] : bytes) names.push_back(name);
    return names;
  }
  base::Result<std::string> read(const std::string& path, std::size_t max_bytes) override {
    const auto file = bytes.find(path);
    if (file == bytes.end()) return base::failure(base::ErrorKind::not_found, path);
    if (file->second.size() > max_bytes) return base::failure(base::ErrorKind::limit, path);
    return file->second;
  }
};

/// A partial tile of a smaller tree, which may go at any time.
bool superseded(const Files& log, const std::string& name) {
  const auto id = ledger::TileId::parse(name);
  if (!id) return false;
  for (int width = id->width + 1; width <= ledger::kTileWidth; ++width) {
    if (log.bytes.contains(ledger::TileId{id->kind, id->level, id->index, width}.path())) return true;
  }
  return false;
}

/// Where the records of a file begin and end: entries of a bundle, hashes of a tile, public keys, lines of a note.
std::vector<std::size_t> record_ends(const std::string& name, std::string_view bytes) {
  std::vector<std::size_t> ends{0};
  if (name.starts_with("tile/entries/")) {
    for (const auto& entry : ledger::split_bundle(bytes).entries) ends.push_back(ends.back() + 2 + entry.size());
  } else if (name.starts_with("tile/") || name == ledger::kEpochKeysPath) {
    for (std::size_t end = 32; end <= bytes.size(); end += 32) ends.push_back(end);
  } else {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == '\n') ends.push_back(i + 1);
    }
  }
  return ends;
}

class Trial {
 public:
  Trial(Files log, ledger::VerifyOptions options, std::uint64_t stride, std::uint64_t first)
      : log_(std::move(log)), options_(std::move(options)), stride_(stride), first_(first % stride) {}
  int run();

 private:
  void flip(const std::string& name, const std::string& bytes);
  void cut(const std::string& name, const std::string& bytes);
  void move_records(const std::string& name, const std::string& bytes);
  /// The end of an epoch stands where the next one's does, or the two stand in each other's place.
  void move_ends();
  /// Verifies with the file as `make` gives it, if it is this change's turn.
  void attempt(const std::string& name, const char* what, std::size_t at, const std::function<std::string()>& make);

  Files log_;
  ledger::VerifyOptions options_;
  std::uint64_t stride_, first_, count_ = 0, tried_ = 0, accepted_ = 0;
};

void Trial::attempt(const std::string& name, const char* what, std::size_t at,
                    const std::function<std::string()>& make) {
  if (count_++ % stride_ != first_) return;
  ++tried_;
  log_.bytes[name] = make();
  if (!ledger::verify(log_, options_).ok()) return;
  ++accepted_;
  std::fprintf(stderr, "accepted with %s: %s %zu\n", name.c_str(), what, at);
}

void Trial::flip(const std::string& name, const std::string& bytes) {
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    attempt(name, "bit", bit, [&] {
      std::string flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      return flipped;
    });
  }
}

void Trial::cut(const std::string& name, const std::string& bytes) {
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    attempt(name, "cut to", length, [&] { return bytes.substr(0, length); });
  }
}

void Trial::move_records(const std::string& name, const std::string& bytes) {
  const std::vector<std::size_t> ends = record_ends(name, bytes);
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    const std::string before = bytes.substr(0, ends[i]);
    const std::string record = bytes.substr(ends[i], ends[i + 1] - ends[i]);
    const std::string behind = bytes.substr(ends[i + 1]);
    attempt(name, "removed record", i, [&] { return before + behind; });
    if (record.starts_with("\u2014 ")) continue;  // signatures mean the same in any order, and twice
    attempt(name, "doubled record", i, [&] { return before + record + record + behind; });
    if (i + 2 == ends.size()) break;
    const std::size_t next = ends[i + 2] - ends[i + 1];
    attempt(name, "swapped record", i, [&] { return before + behind.substr(0, next) + record + behind.substr(next); });
  }
}

void Trial::move_ends() {
  const Files whole = log_;
  for (std::uint64_t epoch = 0;; ++epoch) {
    const std::string here = ledger::closing_path(epoch), next = ledger::closing_path(epoch + 1);
    if (!whole.bytes.contains(next)) return;
    const std::string& end = whole.bytes.at(here);
    attempt(next, "end of epoch", epoch, [&] { return end; });
    log_.bytes[here] = whole.bytes.at(next);
    attempt(next, "exchanged with the end of epoch", epoch, [&] { return end; });
    log_ = whole;
  }
}

int Trial::run() {
  if (const auto report = ledger::verify(log_, options_); !report.ok()) {
    std::fprintf(stderr, "as it stands: %s\n", report.problems[0].message.c_str());
    return 1;
  }
  const Files whole = log_;
  std::size_t all_bytes = 0;
  for (const auto& [name, bytes] : whole.bytes) {
    all_bytes += bytes.size();
    flip(name, bytes);
    cut(name, bytes);
    move_records(name, bytes);
    log_.bytes.erase(name);
    if (!superseded(whole, name) && ledger::verify(log_, options_).ok()) {
      ++accepted_;
      std::fprintf(stderr, "accepted without %s\n", name.c_str());
    }
    log_.bytes[name] = bytes;
  }
  move_ends();
  fmt::print("{} of {} changes of {} bytes, {} accepted\n", tried_, count_, all_bytes, accepted_);
  return accepted_ == 0 ? 0 : 1;
}

/// The log's key and, when they are given, the root's and that of a witness.
base::Result<ledger::VerifyOptions> options_of(const char* key, const char* root, const char* witness) {
  auto log_key = ledger::VerifierKey::parse(key);
  if (!log_key) return tl::unexpected(log_key.error());
  ledger::VerifyOptions options{{std::move(*log_key)}};
  if (root == nullptr) return options;
  auto root_key = ledger::VerifierKey::parse(root);
  if (!root_key) return tl::unexpected(root_key.error());
  options.root = std::move(*root_key);
  auto policy = ledger::TrustPolicy::parse(fmt::format("witness w {}\nquorum w\n", witness), "policy");
  if (!policy) return base::failure(base::ErrorKind::malformed, "the witness's key");
  options.policy = std::move(*policy);
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 7) return 2;
  auto folder = ledger::LogDirectory::open(argv[1]);
  auto options = options_of(argv[2], argc == 7 ? argv[5] : nullptr, argc == 7 ? argv[6] : nullptr);
  const std::uint64_t stride = std::strtoull(argv[3], nullptr, 10);
  if (!folder || !options || stride == 0) return 2;
  Files log;
  const auto names = (*folder)->list();
  if (!names) return 2;
  for (const std::string& name : *names) {
    auto bytes = (*folder)->read(name, std::size_t{1} << 24);
    if (!bytes) return 2;
    log.bytes[name] = std::move(*bytes);
  }
  return Trial(std::move(log), std::move(*options), stride, std::strtoull(argv[4], nullptr, 10)).run();
}
