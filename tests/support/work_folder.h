// WorkFolder: a new empty folder in the build tree for one test server; removed with all it holds when it dies.
//
//   Result<WorkFolder> folder = WorkFolder::create("slapd");
//   write_file(folder->path() / "data.ldif", text);
//
// TALLY_KEEP_SERVERS=1 in the environment leaves the folders for inspection.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "policy/base/result.h"

namespace tally::support {

class WorkFolder {
 public:
  /// `kind` becomes the front of its name: build/<preset>/test-servers/slapd-3fX9aB.
  static base::Result<WorkFolder> create(std::string_view kind);
  /// The same below /tmp: Unix sockets need paths of less than 108 bytes (unix(7)), build trees may lie deep, and below
  /// a home folder that other users of a test cannot enter.
  static base::Result<WorkFolder> create_short(std::string_view kind);
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  WorkFolder(WorkFolder&& other) noexcept;
  WorkFolder& operator=(WorkFolder&& other) noexcept;
  ~WorkFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit WorkFolder(std::filesystem::path path) : path_(std::move(path)) {}
  void remove();
  std::filesystem::path path_;
};

/// Where all work folders and cached servers of this build live; made when missing.
base::Result<std::filesystem::path> test_servers_folder();
/// Path of a file of tests/support.
std::filesystem::path support_file(std::string_view name);
/// Writes the whole file, replacing it.
base::Result<std::filesystem::path> write_file(const std::filesystem::path& path, std::string_view text);
/// The whole file; "" when it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace tally::support
