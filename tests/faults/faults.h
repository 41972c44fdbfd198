// Faults: which file system call of a program fails, and how; what it did until then. Set by the environment:
//
//   FAULTS_FOLDER=/dev/shm/x FAULTS_AT=17 FAULTS_HOW=eio
//   if (const int error = Faults::get().before(Kind::write); error != 0) …     // the preload library asks
//
// Calls about paths below FAULTS_FOLDER are counted, all others pass. At call FAULTS_AT it does FAULTS_HOW:
//   eio, eio_on      the call fails with EIO; with _on that call and all later ones
//   enospc, enospc_on  the same with ENOSPC, for calls that may need room
//   short, half      a write writes half of its bytes; after "short" the next one finds no room
//   before, after, within   the process is killed before or after the call, or when half of its bytes are written
// FAULTS_CALLS=file: one letter a call is written there when the program ends (see Kind).
// FAULTS_JOURNAL=file: every change is appended there with its bytes, for power_cut.py; so is what is written to
// FAULTS_ACKNOWLEDGED, the file in which the program says what it was promised.
// FAULTS_LIE=sync: fsync does nothing and says it did, so that the tests of the tests have something to find.
//
// Not for programs with threads. The state is one for the whole program, which is why there is a singleton here and
// nowhere else.
#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace tally::faults {

constexpr int kDescriptors = 4096;
constexpr int kOwnDescriptor =
    1000;  ///< where the journal lives: out of the program's way, below the usual limit of 1024

/// What a call is to whoever chooses faults: r reads, c changes names, w writes bytes, s syncs, t truncates.
enum class Kind : char { read = 'r', change = 'c', write = 'w', sync = 's', truncate = 't' };

inline std::string_view setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Writes all of it, past everything in this file.
inline void put(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const long done = ::syscall(SYS_write, fd, bytes.data(), bytes.size());
    if (done < 0) std::abort();
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

inline int open_outside(const std::string& path) {
  const long fd = ::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) std::abort();
  const long moved = ::syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, kOwnDescriptor);
  ::syscall(SYS_close, fd);
  return static_cast<int>(moved);
}

class Faults {
 public:
  static Faults& get() {
    static Faults& faults = *new Faults;  // never destroyed: programs close files while they end
    return faults;
  }

  /// What becomes of this call: 0 go on; otherwise an errno. May not return at all.
  int before(Kind kind) {
    calls_ += static_cast<char>(kind);
    if (no_room_ && kind == Kind::write) return ENOSPC;
    const bool here = calls_.size() == at_;
    if (!here && !(lasting_ && calls_.size() > at_ && at_ != 0)) return 0;
    if (how_ == "before") die();
    if (how_ == "eio") return EIO;
    if (how_ == "enospc" && kind != Kind::read) return ENOSPC;
    return 0;
  }
  /// How much of a write is done.
  std::size_t shorten(std::size_t bytes) {
    if (calls_.size() != at_ || bytes < 2 || (how_ != "short" && how_ != "half" && how_ != "within")) return bytes;
    no_room_ = how_ == "short";
    return bytes / 2;
  }
  void after() {
    if (calls_.size() == at_ && (how_ == "after" || how_ == "within")) die();
  }

  void note(const std::string& line, std::string_view bytes = {}) const {
    if (journal_ < 0) return;
    std::string record = line + "\n";
    if (!bytes.empty()) record.append(bytes).append("\n");
    put(journal_, record);
  }

  /// The path below the folder ("" is the folder itself), or nothing.
  [[nodiscard]] const char* inside(const char* path) const {
    if (folder_.empty() || path == nullptr) return nullptr;
    const std::string_view text(path);
    if (!text.starts_with(folder_)) return nullptr;
    if (text.size() == folder_.size()) return path + text.size();
    return text[folder_.size()] == '/' ? path + folder_.size() + 1 : nullptr;
  }
  [[nodiscard]] const std::string* file(int fd) const {
    if (fd < 0 || fd >= kDescriptors || !open_[static_cast<std::size_t>(fd)]) return nullptr;
    return &paths_[static_cast<std::size_t>(fd)];
  }
  void opened(int fd, const char* inner) {
    if (fd < 0 || fd >= kDescriptors) return;
    open_[static_cast<std::size_t>(fd)] = inner != nullptr;
    if (inner != nullptr) paths_[static_cast<std::size_t>(fd)] = inner;
  }
  void closed(int fd) {
    if (file(fd) == nullptr) return;
    note("C " + std::to_string(fd));
    open_[static_cast<std::size_t>(fd)] = false;
  }
  /// The full path of a name in an open folder; empty when it is not inside.
  [[nodiscard]] std::string at(int folder, const char* name) const {
    if (name[0] == '/' || folder == AT_FDCWD) return name;
    const std::string* parent = file(folder);
    return parent == nullptr ? "" : folder_ + "/" + *parent + (parent->empty() ? "" : "/") + name;
  }
  [[nodiscard]] bool lies() const { return lie_; }
  [[nodiscard]] bool is_acknowledgement(const char* path) const { return !told_.empty() && told_ == path; }
  /// Tells the calls that there were, if somebody asked.
  void report() const {
    if (!report_.empty()) put(open_outside(report_), calls_ + "\n");
  }
  int told_descriptor = -1;

 private:
  Faults()
      : folder_(setting("FAULTS_FOLDER")),
        told_(setting("FAULTS_ACKNOWLEDGED")),
        report_(setting("FAULTS_CALLS")),
        at_(std::strtoull(std::string(setting("FAULTS_AT")).c_str(), nullptr, 10)),
        how_(setting("FAULTS_HOW")),
        lie_(setting("FAULTS_LIE") == "sync") {
    if (lasting_ = how_.ends_with("_on"); lasting_) how_.resize(how_.size() - 3);
    if (const std::string journal(setting("FAULTS_JOURNAL")); !journal.empty()) journal_ = open_outside(journal);
    note("P");
  }
  [[noreturn]] static void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
  }

  std::string folder_, told_, report_;
  std::string calls_;
  std::size_t at_;
  std::string how_;
  bool lasting_ = false, no_room_ = false, lie_;
  int journal_ = -1;
  std::array<bool, kDescriptors> open_{};
  std::array<std::string, kDescriptors> paths_;
};

}  // namespace tally::faults
