// A log in memory, for verify(): files in a map, written from entries the slow and plain way.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/merkle.h"
#include "daemon/ledger/tile.h"
#include "daemon/ledger/tile_reader.h"
#include "daemon/ledger/verify.h"
#include "tests/unit/daemon/ledger/vectors.h"

namespace tally::ledger {

/// RFC 6962 §2.1, word for word: the judge of the incremental tree.
inline base::Digest plain_root(const std::vector<base::Digest>& leaves, std::size_t begin, std::size_t end) {
  if (begin == end) return base::sha256("");
  if (end - begin == 1) return leaves[begin];
  std::size_t k = 1;
  while (2 * k < end - begin) k *= 2;
  const base::Digest left = plain_root(leaves, begin, begin + k);
  const base::Digest right = plain_root(leaves, begin + k, end);
  return base::sha256("\x01" + std::string(left.view()) + std::string(right.view()));
}

class MemoryLog final : public TileReader {
 public:
  std::map<std::string, std::string> files;

  base::Result<std::vector<std::string>> list() override {
    std::vector<std::string> paths;
    for (const auto& [path, bytes] : files) paths.push_back(path);
    return paths;
  }
  base::Result<std::string> read(const std::string& path, std::size_t max_bytes) override {
    const auto file = files.find(path);
    if (file == files.end()) return base::failure(base::ErrorKind::not_found, path + ": No such file or directory");
    if (file->second.size() > max_bytes) return base::failure(base::ErrorKind::limit, path + ": too long");
    return file->second;
  }
};

inline std::string entry_text(std::size_t i) {
  const char* type = i == 0 ? R"("origin":"audit.example.com/hostA",)" : "";
  return fmt::format(R"({{{}"seq":{},"ts":"2026-03-31T{:02}:{:02}:{:02}Z","type":"{}","v":1}})", type, i, 22 + i / 3600,
                     i / 60 % 60, i % 60, i == 0 ? "genesis" : "run_started");
}

inline std::vector<std::string> entry_texts(std::size_t n) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < n; ++i) entries.push_back(entry_text(i));
  return entries;
}

/// Adds the bundles and tiles (levels 0 and 1) that a tree of entries.size() has; full and partial.
inline void add_tiles(MemoryLog& log, const std::vector<std::string>& entries) {
  std::vector<base::Digest> leaves;
  for (const std::string& entry : entries) leaves.push_back(base::sha256(std::string(1, '\0') + entry));
  for (std::size_t n = 0; n * 256 < entries.size(); ++n) {
    const std::size_t end = std::min(entries.size(), (n + 1) * 256);
    std::string bundle;
    std::string hashes;
    for (std::size_t i = n * 256; i < end; ++i) {
      bundle += static_cast<char>(entries[i].size() >> 8);
      bundle += static_cast<char>(entries[i].size() & 0xff);
      bundle += entries[i];
      hashes += leaves[i].view();
    }
    const int width = static_cast<int>(end - n * 256);
    log.files[TileId{TileKind::entries, 0, n, width}.path()] = bundle;
    log.files[TileId{TileKind::hashes, 0, n, width}.path()] = hashes;
  }
  std::string level_1;
  for (std::size_t n = 0; n < entries.size() / 256; ++n) level_1 += plain_root(leaves, n * 256, (n + 1) * 256).view();
  if (!level_1.empty())
    log.files[TileId{TileKind::hashes, 1, 0, static_cast<int>(entries.size() / 256)}.path()] = level_1;
}

inline Checkpoint checkpoint_of(const std::vector<std::string>& entries) {
  std::vector<base::Digest> leaves;
  for (const std::string& entry : entries) leaves.push_back(base::sha256(std::string(1, '\0') + entry));
  return {"audit.example.com/hostA", entries.size(), plain_root(leaves, 0, leaves.size()), {}};
}

inline MemoryLog make_log(const std::vector<std::string>& entries) {
  MemoryLog log;
  add_tiles(log, entries);
  const std::string text = checkpoint_of(entries).format();
  log.files["checkpoint"] = Note{text, {log_signer().sign(text)}}.format();
  return log;
}

}  // namespace tally::ledger
