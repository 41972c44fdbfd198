// How login names are made of names: "{given}.{family}" makes j.smith's colleague john.smith.
//
//   tl::expected<LoginPattern, std::string> pattern = LoginPattern::parse("{g}{family}");
//   pattern->fill("john", "smith", out);          // "jsmith"
//
// {given} and {family} are whole names, {g} and {f} their first letters, {family:6} the first six letters. All else
// stands for itself. Numbers behind a login are none of the pattern's: jsmith2 is a namesake's jsmith.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace tally::correlation {

class LoginPattern {
 public:
  /// What is wrong with it, in a sentence, when it is none.
  static tl::expected<LoginPattern, std::string> parse(std::string_view text);

  /// The login of somebody of that name, into `out`; false when a name that it needs is empty.
  bool fill(std::string_view given, std::string_view family, std::string& out) const;

  [[nodiscard]] const std::string& text() const { return text_; }
  /// Both names are whole in it: two people are less likely to have the same login.
  [[nodiscard]] bool whole() const { return given_ == kWhole && family_ == kWhole; }
  /// Two names with nothing but ".", "_" or "-" between them, one of them whole: then the login can be taken apart into
  /// that name and the first letter of the other one.
  [[nodiscard]] bool comes_apart() const;

 private:
  static constexpr std::size_t kWhole = ~std::size_t{0};
  enum class Of : std::uint8_t { literal, given, family };
  struct Part {
    Of of = Of::literal;
    std::string literal;
    std::size_t letters = kWhole;
  };

  tl::expected<Part, std::string> placeholder(std::string_view inside);

  std::string text_;
  std::vector<Part> parts_;
  std::size_t given_ = 0, family_ = 0;  ///< the most letters of each that it has
};

}  // namespace tally::correlation
