// Makes every single change of a published log that can be made without its key, and verifies each: none may pass.
//
//   faults_changes LOG-FOLDER VKEY STRIDE FIRST      every STRIDE-th change, counted from FIRST; 1 0 is all of them
//
// Changes: each bit of each file flipped; each file cut at each of its bytes, or gone; in bundles and hash tiles each
// record removed, doubled, or swapped with the next. tests/integration/ledger/changes.go does the same with a verifier
// that is not ours.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/tile.h"
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

/// Where the records of a file begin and end: entries of a bundle, hashes of a tile; other files have none.
std::vector<std::size_t> record_ends(const std::string& name, std::string_view bytes) {
  std::vector<std::size_t> ends{0};
  if (name.starts_with("tile/entries/")) {
    for (const auto& entry : ledger::split_bundle(bytes).entries) ends.push_back(ends.back() + 2 + entry.size());
  } else if (name.starts_with("tile/")) {
    for (std::size_t end = 32; end <= bytes.size(); end += 32) ends.push_back(end);
  }
  return ends;
}

class Trial {
 public:
  Trial(Files log, ledger::VerifierKey key, std::uint64_t stride, std::uint64_t first)
      : log_(std::move(log)), options_{{std::move(key)}, {}}, stride_(stride), first_(first % stride) {}
  int run();

 private:
  void flip(const std::string& name, const std::string& bytes);
  void cut(const std::string& name, const std::string& bytes);
  void move_records(const std::string& name, const std::string& bytes);
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
    attempt(name, "doubled record", i, [&] { return before + record + record + behind; });
    if (i + 2 == ends.size()) break;
    const std::size_t next = ends[i + 2] - ends[i + 1];
    attempt(name, "swapped record", i, [&] { return before + behind.substr(0, next) + record + behind.substr(next); });
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
    if (ledger::verify(log_, options_).ok()) {
      ++accepted_;
      std::fprintf(stderr, "accepted without %s\n", name.c_str());
    }
    log_.bytes[name] = bytes;
  }
  fmt::print("{} of {} changes of {} bytes, {} accepted\n", tried_, count_, all_bytes, accepted_);
  return accepted_ == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  auto folder = ledger::LogDirectory::open(argv[1]);
  auto key = ledger::VerifierKey::parse(argv[2]);
  const std::uint64_t stride = std::strtoull(argv[3], nullptr, 10);
  if (!folder || !key || stride == 0) return 2;
  Files log;
  const auto names = (*folder)->list();
  if (!names) return 2;
  for (const std::string& name : *names) {
    auto bytes = (*folder)->read(name, std::size_t{1} << 24);
    if (!bytes) return 2;
    log.bytes[name] = std::move(*bytes);
  }
  return Trial(std::move(log), std::move(*key), stride, std::strtoull(argv[4], nullptr, 10)).run();
}
