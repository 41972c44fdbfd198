#include "daemon/cli/small_file.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>

namespace tally::cli {

base::Result<std::string> read_small_file(const std::string& path, std::size_t most) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::system_failure("reading " + path, errno == 0 ? ENOENT : errno);
  std::string bytes;
  std::array<char, 64 * 1024> part{};
  while (file) {
    file.read(part.data(), part.size());
    bytes.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (bytes.size() > most) {
      return base::failure(base::ErrorKind::limit, fmt::format("{} has more than {} bytes", path, most));
    }
  }
  if (file.bad()) return base::system_failure("reading " + path, EIO);
  return bytes;
}

}  // namespace tally::cli
