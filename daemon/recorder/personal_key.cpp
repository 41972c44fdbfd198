#include "daemon/recorder/personal_key.h"

#include <sodium.h>

#include <utility>

#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/staging.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using base::Secret;

constexpr std::size_t kKeyBytes = crypto_kdf_KEYBYTES;
static_assert(kKeyBytes == crypto_auth_hmacsha256_KEYBYTES);
static_assert(kKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

std::string random_bytes() {
  std::string bytes(kKeyBytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

Secret derive(std::string_view master, std::uint64_t id) {
  std::string key(kKeyBytes, '\0');
  crypto_kdf_derive_from_key(reinterpret_cast<unsigned char*>(key.data()), key.size(), id, "personal",
                             reinterpret_cast<const unsigned char*>(master.data()));
  return Secret(std::move(key));
}

}  // namespace

Result<PersonalKeys> PersonalKeys::load(const std::string& path, bool make) {
  if (make && !exists(path)) {
    const Secret fresh(random_bytes());
    Staging staging(FileOperations::system(), path.substr(0, path.rfind('/')) + "/staging");
    if (auto ready = staging.prepare(); !ready) return tl::unexpected(ready.error());
    if (auto saved = staging.save(path, fresh.reveal(), 0600); !saved) return tl::unexpected(saved.error());
  }
  auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  const Secret all(std::move(*bytes));
  const std::string_view view = all.reveal();
  if (view.size() != kKeyBytes && view.size() != 2 * kKeyBytes) {
    return failure(ErrorKind::corrupt, path + ": not a key of 32 or 64 bytes");
  }
  if (view.size() == kKeyBytes) return PersonalKeys{derive(view, 1), derive(view, 2)};
  return PersonalKeys{derive(view.substr(0, kKeyBytes), 1), Secret(std::string(view.substr(kKeyBytes)))};
}

std::string PersonalKeys::next_file() const { return random_bytes() + std::string(lookup.reveal()); }

}  // namespace tally::recorder
