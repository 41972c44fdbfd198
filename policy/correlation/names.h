// Names of people, made comparable: whatever their case, accents, script, umlauts and hyphens.
//
//   NameReader reader;
//   Name name = reader.read("Müller-Lüdenscheidt, Jürgen");   // words mueller|muller, luedenscheidt|…, juergen|jurgen
//
// Unicode NFKC_Casefold, then transliterated to Latin letters without accents (ICU "Any-Latin; Latin-ASCII"; Cyrillic
// also as passports write it, BGN). A German or Nordic letter has two spellings (ü is "u" and "ue"), and "ue" may be
// one.
//
// A word whose letters come from scripts that look alike (a Cyrillic "а" in "Ada") is never transliterated: nobody
// writes so by accident. It has no spelling, and is like another word only by its skeleton (UTS #39).
//
// KNOWN GAP: Arabic and Hebrew are written without vowels and Japanese names are read as Chinese ones: such a name is
// not recognised in its Latin form.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tally::correlation {

/// Longer names have no words: whoever writes more into a name attribute writes no name.
inline constexpr std::size_t kMaxNameBytes = 256;
/// More words of a name are not looked at: the longest real ones have fewer.
inline constexpr std::size_t kMaxNameWords = 8;

/// One word of a name.
struct Word {
  static constexpr std::size_t kMaxSpellings = 3;

  std::array<std::string, kMaxSpellings> spelling;  ///< lower-case Latin letters and digits
  std::uint8_t spellings = 0;                       ///< how many of them; none for a word of mixed scripts
  std::string written;                              ///< skeleton of the word as written; empty where it is plain ASCII

  void add(std::string text);
  [[nodiscard]] bool has(std::string_view text) const;
  /// Some spelling of both is the same.
  [[nodiscard]] bool equals(const Word& other) const;
  /// The first letter; "" when there is none.
  [[nodiscard]] std::string_view initial() const;
};

/// What tells a father from his son of the same name.
enum class Generation : std::uint8_t { none, younger, elder, third, fourth };

struct Name {
  std::vector<Word> words;
  std::size_t before_comma = 0;  ///< so many of them stand before a comma: the family name; 0: there is no comma
  Generation generation = Generation::none;

  [[nodiscard]] bool empty() const { return words.empty(); }
};

/// Not for several threads: it remembers the words that are not plain ASCII.
class NameReader {
 public:
  NameReader();
  ~NameReader();
  NameReader(const NameReader&) = delete;
  NameReader& operator=(const NameReader&) = delete;

  [[nodiscard]] Name read(std::string_view text);
  /// The same into a value that is used again: no allocation for short plain names.
  void read(std::string_view text, Name& out);

  /// In which characters that look alike are one (UTS #39 4, without case): "jsm1th" and "jsmlth" have the same.
  [[nodiscard]] std::string skeleton(std::string_view text) const;

 private:
  struct Icu;
  void read_unicode(std::string_view text, Name& out);
  void add_word(std::string_view written, Name& out);
  void add_latin(std::string_view latin, Name& out);
  const std::vector<Word>& words_of(std::string_view written);
  [[nodiscard]] std::vector<std::string> transliterated(std::string_view written);

  std::unique_ptr<Icu> icu_;
  std::unordered_map<std::string, std::vector<Word>> known_;
};

/// "van", "de", "al": belongs to a family name, and is as often left out.
bool is_particle(const Word& word);
/// Of several words, one behind the other: "mueller" + "luedenscheidt", by spelling.
Word joined(const std::vector<Word>& words);

}  // namespace tally::correlation
