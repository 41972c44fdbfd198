// Collection files: the .json files of one collection, in a .zip as collectors leave it, in a folder, or one alone.
//
//   auto files = CollectionFiles::open(path, max_bytes);
//   for (std::size_t i = 0; i < files->size(); ++i) auto bytes = files->read(i);
//
// Opened once: what is read is what was looked at, whoever renames what. Limits against what is not a collection:
// kMaxFiles names, `max_bytes` unpacked, kMaxRatio.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/bloodhound/object_reader.h"
#include "policy/base/digest.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::bloodhound {

inline constexpr std::size_t kMaxFiles = 500;
/// An archive that unpacks to more than this many times its size, and to more than kRatioFrom bytes, is a bomb. Files
/// of collectors shrink to a twentieth, to a hundredth at most.
inline constexpr std::uint64_t kMaxRatio = 500;
inline constexpr std::uint64_t kRatioFrom = 64ULL << 20U;

class CollectionFiles {
 public:
  /// Errors: not_found, denied, io; malformed (no zip, cut off); unsupported (encrypted); limit.
  static base::Result<CollectionFiles> open(const std::string& path, std::uint64_t max_bytes);

  CollectionFiles(CollectionFiles&&) noexcept;
  CollectionFiles& operator=(CollectionFiles&&) noexcept;
  ~CollectionFiles();

  [[nodiscard]] std::size_t size() const { return names_.size(); }
  /// Without folders; in the order of the names.
  [[nodiscard]] const std::string& name(std::size_t i) const { return names_[i]; }
  /// Names of what is no .json, for a note.
  [[nodiscard]] const std::vector<std::string>& ignored() const { return ignored_; }
  /// The oldest file's last change; of an archive the archive's own.
  [[nodiscard]] base::Instant modified() const { return modified_; }
  /// The file's bytes from its beginning. At most one at a time.
  [[nodiscard]] base::Result<std::unique_ptr<ByteSource>> read(std::size_t i) const;
  /// Bytes and digest of the archive, or of the files one behind the other.
  struct Content {
    std::uint64_t bytes = 0;
    base::Digest digest;
  };
  [[nodiscard]] base::Result<Content> content() const;
  /// Why what was read is no one state of the files: written to meanwhile. Empty: it is.
  [[nodiscard]] std::string changed() const;

 private:
  struct Place;
  CollectionFiles();
  base::Result<void> open_folder(const std::string& path, std::uint64_t max_bytes);
  base::Result<void> open_archive(std::uint64_t max_bytes);
  void sort();

  std::unique_ptr<Place> place_;
  std::vector<std::string> names_, ignored_;
  base::Instant modified_{};
};

}  // namespace tally::bloodhound
