#include "policy/base/digest.h"

#include <openssl/evp.h>

#include "policy/base/assert.h"

namespace tally::base {
namespace {

/// Fetched once: an implicit fetch per message halves the speed (OpenSSL 3.0, EVP_MD_fetch(3)).
const EVP_MD* sha256_method() {
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  TALLY_ASSERT(method != nullptr);
  return method;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

std::string Digest::hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(2 * bytes.size(), '0');
  char* next = out.data();
  for (const std::uint8_t byte : bytes) {
    *next++ = kDigits[byte >> 4];
    *next++ = kDigits[byte & 15];
  }
  return out;
}

std::string_view Digest::view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::optional<Digest> Digest::from_hex(std::string_view hex) {
  if (hex.size() != 64) return std::nullopt;
  Digest digest;
  for (std::size_t i = 0; i < 32; ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

Sha256::Sha256() : state_(std::make_unique<State>()) {
  TALLY_ASSERT(state_->context != nullptr && EVP_DigestInit_ex2(state_->context, sha256_method(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
  TALLY_ASSERT(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
  return *this;
}

Digest Sha256::finish() {
  Digest digest;
  TALLY_ASSERT(EVP_DigestFinal_ex(state_->context, digest.bytes.data(), nullptr) == 1);
  TALLY_ASSERT(EVP_DigestInit_ex2(state_->context, nullptr, nullptr) == 1);
  return digest;
}

/// A context made for each message costs more than a short message (EVP_Digest makes one).
Digest sha256(std::string_view bytes) {
  thread_local Sha256 hash;
  return hash.update(bytes).finish();
}

}  // namespace tally::base
