// GuardedBytes: key material in libsodium's guarded memory: between two pages that trap, never swapped, never in a core
// file, wiped when it dies.
//
//   GuardedBytes seed(32);
//   randombytes_buf(seed.data(), seed.size());
//   seed.seal();                                   // read-only from here on
#pragma once

#include <cstddef>

namespace tally::recorder {

class GuardedBytes {
 public:
  /// sodium_init() was called before.
  explicit GuardedBytes(std::size_t size);
  GuardedBytes(GuardedBytes&& other) noexcept : bytes_(other.bytes_), size_(other.size_) { other.bytes_ = nullptr; }
  GuardedBytes& operator=(GuardedBytes&& other) noexcept;
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;
  ~GuardedBytes();

  [[nodiscard]] unsigned char* data() { return bytes_; }
  [[nodiscard]] const unsigned char* data() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void seal();

 private:
  unsigned char* bytes_;
  std::size_t size_;
};

}  // namespace tally::recorder
