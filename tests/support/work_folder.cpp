#include "tests/support/work_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace tally::support {
namespace {

namespace fs = std::filesystem;
using base::Result;

Result<fs::path> make_unique_folder(const fs::path& parent, std::string_view kind) {
  std::string name = (parent / fmt::format("{}-XXXXXX", kind)).string();
  if (mkdtemp(name.data()) == nullptr) return base::system_failure("making a folder in " + parent.string(), errno);
  return fs::path(name);
}

}  // namespace

Result<WorkFolder> WorkFolder::create(std::string_view kind) {
  return test_servers_folder()
      .and_then([&](const fs::path& parent) { return make_unique_folder(parent, kind); })
      .map([](fs::path path) { return WorkFolder(std::move(path)); });
}

Result<WorkFolder> WorkFolder::create_short(std::string_view kind) {
  return make_unique_folder("/tmp", fmt::format("tallystick-{}", kind)).map([](fs::path path) {
    return WorkFolder(std::move(path));
  });
}

WorkFolder::WorkFolder(WorkFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

WorkFolder& WorkFolder::operator=(WorkFolder&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
  }
  return *this;
}

WorkFolder::~WorkFolder() { remove(); }

void WorkFolder::remove() {
  if (path_.empty() || getenv("TALLY_KEEP_SERVERS") != nullptr) return;
  std::error_code ignored;  // a folder left behind lies in the build tree and harms nobody
  fs::remove_all(path_, ignored);
}

Result<fs::path> test_servers_folder() {
  const fs::path path = TALLY_TEST_SERVERS_DIR;
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return base::system_failure("making " + path.string(), error.value());
  return path;
}

fs::path support_file(std::string_view name) { return fs::path(TALLY_SUPPORT_DIR) / name; }

Result<fs::path> write_file(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return base::system_failure("writing " + path.string(), errno);
  return path;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace tally::support
