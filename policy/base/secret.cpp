#include "policy/base/secret.h"

#include <cstring>
#include <utility>

namespace tally::base {
namespace {

void wipe_bytes(std::string& bytes) {
  explicit_bzero(bytes.data(), bytes.capacity());
  bytes.clear();
}

}  // namespace

Secret::Secret(std::string&& bytes) : bytes_(bytes) { wipe_bytes(bytes); }

// Copied and wiped, not moved: a short string would leave its bytes behind. NOLINTNEXTLINE: so on purpose
Secret::Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.wipe(); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = other.bytes_;
    other.wipe();
  }
  return *this;
}

Secret::~Secret() { wipe(); }

Secret Secret::duplicate() const { return Secret(std::string(bytes_)); }

bool Secret::equals(const Secret& other) const {
  if (bytes_.size() != other.bytes_.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    difference |=
        static_cast<unsigned>(static_cast<unsigned char>(bytes_[i]) ^ static_cast<unsigned char>(other.bytes_[i]));
  }
  return difference == 0;
}

void Secret::wipe() { wipe_bytes(bytes_); }

}  // namespace tally::base
