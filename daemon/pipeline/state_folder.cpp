#include "daemon/pipeline/state_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace tally::pipeline {

std::string store_path(const std::string& state) { return state + "/store.db"; }
std::string log_path(const std::string& state) { return state + "/log"; }
std::string snapshots_path(const std::string& state) { return state + "/snapshots"; }
std::string replicas_path(const std::string& state) { return state + "/replicas"; }
std::string public_key_path(const std::string& state) { return state + "/log.pub"; }

base::Result<void> write_file(const std::string& path, std::string_view bytes) {
  std::string beside = path + ".XXXXXX";  // the form of mkostemp(3), which makes it with mode 0600
  const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);
  if (descriptor < 0) return base::system_failure("writing " + beside, errno);
  int error = 0;
  while (!bytes.empty() && error == 0) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) error = errno;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (error == 0 && ::fsync(descriptor) != 0) error = errno;
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(beside.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(beside.c_str());
  return base::system_failure("writing " + path, error);
}

}  // namespace tally::pipeline
