// Digest: a SHA-256 value (FIPS 180-4) and the incremental hash that makes one.
//
//   Digest d = sha256("abc");
//   std::string hex = d.hex();
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tally::base {

struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  /// 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string hex() const;
  /// The 32 bytes as characters, for concatenation.
  [[nodiscard]] std::string_view view() const;
  static std::optional<Digest> from_hex(std::string_view hex);
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// Streaming SHA-256. One object hashes many messages: finish() also resets. Not for concurrent use.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::string_view bytes);
  [[nodiscard]] Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Digest sha256(std::string_view bytes);

}  // namespace tally::base
