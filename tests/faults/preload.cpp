// The file system, as it can fail: a library for LD_PRELOAD that stands between a program and its system calls.
//
//   LD_PRELOAD=libfaults_preload.so FAULTS_FOLDER=/dev/shm/x FAULTS_AT=17 FAULTS_HOW=eio faults_session script …
//
// Which call fails, and how, is in faults.h. Calls go to the kernel directly, so nothing here meets itself.
// Not for programs that change files through mmap: such a mapping ends the program, except for the -shm file of SQLite,
// which is no data (whoever opens the database first makes it anew).
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/faults/faults.h"

namespace {

using tally::faults::Faults;
using tally::faults::Kind;

int fail(int error) {
  errno = error;
  return -1;
}

/// A call that is only counted and can fail.
template <typename Call>
auto counted(bool inside, Kind kind, Call call) -> decltype(call()) {
  Faults& faults = Faults::get();
  if (!inside) return call();
  if (const int error = faults.before(kind); error != 0) return fail(error);
  const auto result = call();
  const int error = errno;
  faults.after();
  errno = error;
  return result;
}

/// One that changes the folder and is noted when it was done.
template <typename Call>
int changing(bool inside, Kind kind, const std::string& line, Call call) {
  return counted(inside, kind, [&] {
    const int result = static_cast<int>(call());
    if (inside && result >= 0) Faults::get().note(line);
    return result;
  });
}

int open_it(int folder, const char* name, int flags, mode_t mode) {
  Faults& faults = Faults::get();
  const std::string path = faults.at(folder, name);
  const char* inner = faults.inside(path.c_str());
  const auto call = [&] { return static_cast<int>(::syscall(SYS_openat, folder, name, flags, mode)); };
  struct stat info {};
  const bool fresh = inner != nullptr && (flags & O_CREAT) != 0 &&
                     ::syscall(SYS_newfstatat, folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0;
  const bool changes = fresh || (flags & O_TRUNC) != 0;
  const int fd = counted(inner != nullptr, changes ? Kind::change : Kind::read, [&] {
    const int opened = call();
    if (inner != nullptr && opened >= 0) {
      const char how = fresh ? 'n' : (flags & O_TRUNC) != 0 ? 't' : '-';
      faults.note("O " + std::to_string(opened) + " " + how + " " + inner);
    }
    return opened;
  });
  if (fd >= 0) faults.opened(fd, inner);
  if (fd >= 0 && faults.is_acknowledgement(path.c_str())) faults.told_descriptor = fd;
  return fd;
}

/// The mode argument is there only with these flags.
mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, unsigned)) : 0;
}

/// `offset` < 0: where the descriptor stands.
ssize_t write_it(int fd, std::string_view bytes, off_t offset) {
  Faults& faults = Faults::get();
  const auto call = [&](std::size_t size) {
    return offset < 0 ? ::syscall(SYS_write, fd, bytes.data(), size)
                      : ::syscall(SYS_pwrite64, fd, bytes.data(), size, offset);
  };
  if (faults.file(fd) == nullptr) {
    if (fd == faults.told_descriptor) faults.note("A " + std::to_string(bytes.size()), bytes);
    return call(bytes.size());
  }
  return counted(true, Kind::write, [&] {
    off_t at = offset;
    if (offset < 0) {
      const bool append = (::syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND) != 0;
      const off_t here = ::syscall(SYS_lseek, fd, 0, SEEK_CUR);
      struct stat info {};
      ::syscall(SYS_fstat, fd, &info);
      at = append ? info.st_size : here;
    }
    const ssize_t done = call(faults.shorten(bytes.size()));
    if (done > 0) {
      const std::string_view written = bytes.substr(0, static_cast<std::size_t>(done));
      faults.note("W " + std::to_string(fd) + " " + std::to_string(at) + " " + std::to_string(done), written);
    }
    return done;
  });
}

int sync_it(int fd, long call) {
  Faults& faults = Faults::get();
  const bool inside = faults.file(fd) != nullptr;
  const int result = counted(inside, Kind::sync, [&] {
    if (inside && faults.lies()) return 0;
    const int done = static_cast<int>(::syscall(call, fd));
    if (inside && done == 0) faults.note((call == SYS_syncfs ? "Y " : "S ") + std::to_string(fd));
    return done;
  });
  if (inside && result != 0) faults.note("F " + std::to_string(fd));
  return result;
}

int truncate_it(int fd, off_t length) {
  return changing(Faults::get().file(fd) != nullptr, Kind::truncate,
                  "T " + std::to_string(fd) + " " + std::to_string(length),
                  [&] { return ::syscall(SYS_ftruncate, fd, length); });
}

int rename_it(int from_folder, const char* from, int to_folder, const char* to) {
  Faults& faults = Faults::get();
  const std::string source = faults.at(from_folder, from);
  const std::string target = faults.at(to_folder, to);
  const char* inner_source = faults.inside(source.c_str());
  const char* inner_target = faults.inside(target.c_str());
  const bool inside = inner_source != nullptr && inner_target != nullptr;
  return changing(inside, Kind::change, inside ? std::string("R ") + inner_source + " " + inner_target : "",
                  [&] { return ::syscall(SYS_renameat, from_folder, from, to_folder, to); });
}

int unlink_it(int folder, const char* name, int flags) {
  Faults& faults = Faults::get();
  const std::string path = faults.at(folder, name);
  const char* inner = faults.inside(path.c_str());
  return changing(inner != nullptr, Kind::change, inner != nullptr ? std::string("U ") + inner : "",
                  [&] { return ::syscall(SYS_unlinkat, folder, name, flags); });
}

int mkdir_it(int folder, const char* name, mode_t mode) {
  Faults& faults = Faults::get();
  const std::string path = faults.at(folder, name);
  const char* inner = faults.inside(path.c_str());
  return changing(inner != nullptr, Kind::change, inner != nullptr ? std::string("M ") + inner : "",
                  [&] { return ::syscall(SYS_mkdirat, folder, name, mode); });
}

int stat_it(int folder, const char* name, struct stat* info, int flags) {
  Faults& faults = Faults::get();
  const bool inside =
      name[0] == '\0' ? faults.file(folder) != nullptr : faults.inside(faults.at(folder, name).c_str()) != nullptr;
  return counted(inside, Kind::read,
                 [&] { return static_cast<int>(::syscall(SYS_newfstatat, folder, name, info, flags)); });
}

/// The C library's own, for what is more than a system call.
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

#define TALLY_OPEN(name)                           \
  int name(const char* path, int flags, ...) {     \
    va_list arguments;                             \
    va_start(arguments, flags);                    \
    const mode_t mode = mode_of(flags, arguments); \
    va_end(arguments);                             \
    return open_it(AT_FDCWD, path, flags, mode);   \
  }
#define TALLY_OPENAT(name)                                 \
  int name(int folder, const char* path, int flags, ...) { \
    va_list arguments;                                     \
    va_start(arguments, flags);                            \
    const mode_t mode = mode_of(flags, arguments);         \
    va_end(arguments);                                     \
    return open_it(folder, path, flags, mode);             \
  }

extern "C" {
TALLY_OPEN(open)
TALLY_OPEN(open64)
TALLY_OPENAT(openat)
TALLY_OPENAT(openat64)
// What -D_FORTIFY_SOURCE calls instead.
int __open_2(const char* path, int flags);
int __open_2(const char* path, int flags) { return open_it(AT_FDCWD, path, flags, 0); }
int __open64_2(const char* path, int flags);
int __open64_2(const char* path, int flags) { return open_it(AT_FDCWD, path, flags, 0); }
int close(int fd) {
  Faults::get().closed(fd);
  return static_cast<int>(::syscall(SYS_close, fd));
}
ssize_t write(int fd, const void* data, size_t size) {
  return write_it(fd, {static_cast<const char*>(data), size}, -1);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  return write_it(fd, {static_cast<const char*>(data), size}, at);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off_t at) { return pwrite(fd, data, size, at); }
ssize_t writev(int fd, const iovec* parts, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return write_it(fd, all, -1);
}
ssize_t read(int fd, void* data, size_t size) {
  return counted(Faults::get().file(fd) != nullptr, Kind::read, [&] { return ::syscall(SYS_read, fd, data, size); });
}
ssize_t pread(int fd, void* data, size_t size, off_t at) {
  return counted(Faults::get().file(fd) != nullptr, Kind::read,
                 [&] { return ::syscall(SYS_pread64, fd, data, size, at); });
}
ssize_t pread64(int fd, void* data, size_t size, off_t at) { return pread(fd, data, size, at); }
int fsync(int fd) { return sync_it(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_it(fd, SYS_fdatasync); }
int syncfs(int fd) noexcept { return sync_it(fd, SYS_syncfs); }
int ftruncate(int fd, off_t length) noexcept { return truncate_it(fd, length); }
int ftruncate64(int fd, off_t length) noexcept { return truncate_it(fd, length); }
int rename(const char* from, const char* to) noexcept { return rename_it(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return rename_it(from_folder, from, to_folder, to);
}
int unlink(const char* path) noexcept { return unlink_it(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char* name, int flags) noexcept { return unlink_it(folder, name, flags); }
int rmdir(const char* path) noexcept { return unlink_it(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char* path) noexcept {
  const int result = unlink(path);
  return result != 0 && errno == EISDIR ? rmdir(path) : result;
}
int mkdir(const char* path, mode_t mode) noexcept { return mkdir_it(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char* path, mode_t mode) noexcept { return mkdir_it(folder, path, mode); }
int stat(const char* path, struct stat* info) noexcept { return stat_it(AT_FDCWD, path, info, 0); }
int lstat(const char* path, struct stat* info) noexcept { return stat_it(AT_FDCWD, path, info, AT_SYMLINK_NOFOLLOW); }
int fstat(int fd, struct stat* info) noexcept { return stat_it(fd, "", info, AT_EMPTY_PATH); }
int fstatat(int folder, const char* name, struct stat* info, int flags) noexcept {
  return stat_it(folder, name, info, flags);
}
int stat64(const char* path, struct stat64* info) noexcept { return stat(path, reinterpret_cast<struct stat*>(info)); }
int lstat64(const char* path, struct stat64* info) noexcept {
  return lstat(path, reinterpret_cast<struct stat*>(info));
}
int fstat64(int fd, struct stat64* info) noexcept { return fstat(fd, reinterpret_cast<struct stat*>(info)); }
int access(const char* path, int mode) noexcept {
  return counted(Faults::get().inside(path) != nullptr, Kind::read,
                 [&] { return static_cast<int>(::syscall(SYS_access, path, mode)); });
}
DIR* opendir(const char* path) {
  const int fd = open_it(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  return fd < 0 ? nullptr : ::fdopendir(fd);
}
int closedir(DIR* folder) {
  Faults::get().closed(::dirfd(folder));
  return next<int(DIR*)>("closedir")(folder);
}
dirent* readdir(DIR* folder) {
  if (Faults::get().file(::dirfd(folder)) != nullptr) {
    if (const int error = Faults::get().before(Kind::read); error != 0) {
      errno = error;
      return nullptr;
    }
  }
  dirent* entry = next<dirent*(DIR*)>("readdir")(folder);
  return entry;
}
void* mmap(void* address, size_t length, int protection, int flags, int fd, off_t at) noexcept {
  const std::string* path = Faults::get().file(fd);
  if (path != nullptr && (protection & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0 && !path->ends_with("-shm")) {
    std::fprintf(stderr, "%s is changed through mmap, which these tests cannot see\n", path->c_str());
    std::abort();
  }
  return reinterpret_cast<void*>(::syscall(SYS_mmap, address, length, protection, flags, fd, at));
}
void* mmap64(void* address, size_t length, int protection, int flags, int fd, off_t at) noexcept {
  return mmap(address, length, protection, flags, fd, at);
}
}

/// When the program ends by itself.
__attribute__((destructor)) static void tell_calls() { Faults::get().report(); }
