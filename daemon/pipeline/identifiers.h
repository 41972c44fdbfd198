// Identifiers: the words by which one person is known, and whether a text has one of them.
//
//   Identifiers words;
//   words.add("Dana Weiss"); words.add("dweiss"); words.add("001004");
//   words.in("dweiss in corp-ad still works")            // true
//   words.in("dweissmann in corp-ad")                    // false: a word is a whole one
//
// ASCII letters match in both cases. A word of less than kShort bytes counts only where it is all of the text, and a
// number of less than kShortNumber digits nowhere: "al" and "2026" stand in too many texts that are about nobody.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace tally::pipeline {

class Identifiers {
 public:
  static constexpr std::size_t kShort = 4, kShortNumber = 6;

  /// Blank ones and "-" name nobody and are left out.
  void add(std::string_view word);
  [[nodiscard]] bool in(std::string_view text) const;
  /// As they are compared.
  [[nodiscard]] const std::set<std::string>& words() const { return words_; }

 private:
  std::set<std::string> words_;
};

}  // namespace tally::pipeline
