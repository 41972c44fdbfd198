#include "daemon/recorder/guarded_bytes.h"

#include <sodium.h>

#include <utility>

#include "policy/base/assert.h"

namespace tally::recorder {

GuardedBytes::GuardedBytes(std::size_t size) : bytes_(static_cast<unsigned char*>(sodium_malloc(size))), size_(size) {
  TALLY_ASSERT(bytes_ != nullptr);
}

GuardedBytes& GuardedBytes::operator=(GuardedBytes&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  return *this;
}

GuardedBytes::~GuardedBytes() { sodium_free(bytes_); }

void GuardedBytes::seal() { sodium_mprotect_readonly(bytes_); }

}  // namespace tally::recorder
