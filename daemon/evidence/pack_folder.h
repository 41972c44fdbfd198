// The folder of a pack while it is written: files with their digests, for the manifest and SHA256SUMS.
//
//   auto folder = PackFolder::create("pack");
//   folder->add("report.csv", "the report as a table", bytes);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/base/digest.h"
#include "policy/base/result.h"

namespace tally::evidence {

class PackFolder {
 public:
  struct File {
    std::string path, what;  ///< relative to the folder; what it is, for people
    base::Digest sha256;
    std::uint64_t bytes = 0;
  };

  /// Made with mode 0700. Kind `conflict` when it exists and is not empty.
  static base::Result<PackFolder> create(const std::string& path);
  /// A new file of mode 0600.
  base::Result<void> add(const std::string& path, std::string_view what, std::string_view bytes);
  [[nodiscard]] const std::vector<File>& files() const { return files_; }
  /// The lines of `sha256sum` for all files, by path.
  [[nodiscard]] std::string sums() const;

 private:
  explicit PackFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
  std::vector<File> files_;
};

}  // namespace tally::evidence
