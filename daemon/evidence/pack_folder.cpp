#include "daemon/evidence/pack_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

namespace tally::evidence {

namespace fs = std::filesystem;
using base::Result;

Result<PackFolder> PackFolder::create(const std::string& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (code) return base::system_failure("making the folder " + path, code.value());
  const bool is_empty = fs::is_empty(path, code);
  if (code) return base::system_failure("reading the folder " + path, code.value());
  if (!is_empty) {
    return base::failure(base::ErrorKind::conflict, path + " is not empty: name a folder that is, or none that exists");
  }
  fs::permissions(path, fs::perms::owner_all, code);
  if (code) return base::system_failure("making the folder " + path, code.value());
  return PackFolder(path);
}

Result<void> PackFolder::add(const std::string& path, std::string_view what, std::string_view bytes) {
  const fs::path full = fs::path(path_) / path;
  std::error_code code;
  fs::create_directories(full.parent_path(), code);
  if (code) return base::system_failure("making the folder " + full.parent_path().string(), code.value());
  errno = 0;
  std::ofstream file(full, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return base::system_failure("writing " + full.string(), errno == 0 ? EIO : errno);
  if (::chmod(full.c_str(), 0600) != 0) return base::system_failure("writing " + full.string(), errno);
  files_.push_back({path, std::string(what), base::sha256(bytes), bytes.size()});
  return {};
}

std::string PackFolder::sums() const {
  std::vector<std::string> lines;
  for (const File& file : files_) lines.push_back(fmt::format("{}  {}\n", file.sha256.hex(), file.path));
  std::sort(lines.begin(), lines.end(),
            [](const std::string& a, const std::string& b) { return a.substr(64) < b.substr(64); });
  return fmt::format("{}", fmt::join(lines, ""));
}

}  // namespace tally::evidence
