// Calls that fail, or a process that dies, at a numbered step of making data durable.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "daemon/recorder/file_operations.h"

namespace tally::recorder {

/// Stops at a numbered step: by an error, or by the death of the process, with half of a write done.
class StopAt final : public FileOperations {
 public:
  StopAt(int step, bool die) : left_(step), die_(die) {}
  int write(int fd, std::string_view bytes) override {
    if (!stop()) return FileOperations::write(fd, bytes);
    FileOperations::write(fd, bytes.substr(0, bytes.size() / 2));
    return end();
  }
  int sync(int fd) override { return stop() ? end() : FileOperations::sync(fd); }
  int rename(const std::string& from, const std::string& to) override {
    return stop() ? end() : FileOperations::rename(from, to);
  }
  int truncate(int fd, off_t length) override { return stop() ? end() : FileOperations::truncate(fd, length); }
  int sync_all(int fd) override { return stop() ? end() : FileOperations::sync_all(fd); }
  [[nodiscard]] bool reached() const { return left_ < 0; }

 private:
  bool stop() { return left_-- == 0; }
  int end() const {
    if (die_) ::_exit(7);
    return EIO;
  }
  int left_;
  bool die_;
};

}  // namespace tally::recorder
