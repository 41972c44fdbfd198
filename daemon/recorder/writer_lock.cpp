#include "daemon/recorder/writer_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "policy/base/utf8.h"

namespace tally::recorder {

base::Result<Descriptor> take_writer_lock(const std::string& path) {
  auto file = open_file(path, O_RDWR | O_CREAT);
  if (!file) return file;
  if (::flock(file->get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return base::system_failure(path, errno);
    const auto holder = read_file(path);
    return base::failure(base::ErrorKind::conflict,
                         fmt::format("{} is held by process {}: a log has one writer at a time", path,
                                     holder && !holder->empty() ? base::displayable(*holder) : "(unknown)"));
  }
  const std::string pid = std::to_string(::getpid());
  // For the message alone: the lock is the flock, so an error here costs nothing.
  if (::ftruncate(file->get(), 0) == 0) FileOperations::system().write(file->get(), pid);
  return file;
}

}  // namespace tally::recorder
