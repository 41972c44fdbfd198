// Secret: a password or key in memory. Not copyable, wiped when it dies, never printed,
// compared in constant time.
//
//   Secret password = read_secret_file(path);
//   ldap_sasl_bind(..., password.reveal());
#pragma once

#include <string>
#include <string_view>

namespace tally::base {

class Secret {
 public:
  Secret() = default;
  /// Takes the bytes and wipes the string they came in.
  explicit Secret(std::string&& bytes);
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  /// The bytes, for the one call that needs them. Do not store or log the view.
  [[nodiscard]] std::string_view reveal() const { return bytes_; }
  /// A second holder of the same bytes, asked for by name so that copies are seen in review.
  [[nodiscard]] Secret duplicate() const;
  /// Time depends on the lengths alone.
  [[nodiscard]] bool equals(const Secret& other) const;

 private:
  void wipe();
  std::string bytes_;
};

}  // namespace tally::base
