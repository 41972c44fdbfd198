#include "policy/correlation/names.h"

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <algorithm>

#include "policy/base/assert.h"
#include "policy/base/utf8.h"
#include "policy/correlation/fold.h"

namespace tally::correlation {
namespace {

/// So many words are remembered with their transliterations; a hostile directory has no more memory of ours.
constexpr std::size_t kMaxRemembered = 200'000;

constexpr std::array<std::string_view, 33> kParticles{"van", "von", "der",  "den", "de",  "del", "della", "di",  "da",
                                                      "dos", "das", "do",   "du",  "la",  "le",  "el",    "al",  "bin",
                                                      "ibn", "ben", "bint", "abu", "af",  "av",  "zu",    "zum", "zur",
                                                      "ten", "ter", "te",   "het", "und", "y"};

struct GenerationWord {
  std::string_view word;
  Generation generation;
};
constexpr std::array<GenerationWord, 9> kGenerations{{{"jr", Generation::younger},
                                                      {"jun", Generation::younger},
                                                      {"junior", Generation::younger},
                                                      {"ii", Generation::younger},
                                                      {"sr", Generation::elder},
                                                      {"sen", Generation::elder},
                                                      {"senior", Generation::elder},
                                                      {"iii", Generation::third},
                                                      {"iv", Generation::fourth}}};

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

std::string text_of(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

icu::UnicodeString unicode_of(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

/// The two letters in which a letter without them is written, and the single one: "ü" is "ue" and "u".
struct Digraph {
  char16_t letter;
  std::string_view two;
};
constexpr std::array<Digraph, 6> kDigraphs{
    {{u'ä', "ae"}, {u'ö', "oe"}, {u'ü', "ue"}, {u'å', "aa"}, {u'ø', "oe"}, {u'æ', "ae"}}};

/// With "ue" for "ü"; unchanged when there is no such letter.
icu::UnicodeString expanded(const icu::UnicodeString& word) {
  icu::UnicodeString out;
  for (int32_t i = 0; i < word.length(); ++i) {
    const char16_t letter = word.charAt(i);
    const auto* found =
        std::find_if(kDigraphs.begin(), kDigraphs.end(), [&](const Digraph& d) { return d.letter == letter; });
    if (found == kDigraphs.end()) {
      out.append(letter);
    } else {
      out.append(unicode_of(found->two));
    }
  }
  return out;
}

/// With "u" for "ue": whoever wrote "ue" may have meant "ü", and somebody else wrote "u".
std::string contracted(std::string_view latin) {
  std::string out;
  for (std::size_t i = 0; i < latin.size(); ++i) {
    out += latin[i];
    const std::string_view two = latin.substr(i, 2);
    if (two == "ae" || two == "oe" || two == "ue" || two == "aa") ++i;
  }
  return out;
}

/// Latin, Cyrillic, Greek and the like have letters that look the same; Chinese and Japanese ones do belong together.
bool mixes_scripts(const icu::UnicodeString& word) {
  UScriptCode seen = USCRIPT_COMMON;
  for (int32_t i = 0; i < word.length(); i = word.moveIndex32(i, 1)) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(word.char32At(i), &status);
    const bool looks_alike = script == USCRIPT_LATIN || script == USCRIPT_CYRILLIC || script == USCRIPT_GREEK ||
                             script == USCRIPT_ARMENIAN || script == USCRIPT_CHEROKEE || script == USCRIPT_COPTIC;
    if (!looks_alike) continue;
    if (seen != USCRIPT_COMMON && seen != script) return true;
    seen = script;
  }
  return false;
}

bool has_script(const icu::UnicodeString& word, UScriptCode wanted) {
  for (int32_t i = 0; i < word.length(); i = word.moveIndex32(i, 1)) {
    UErrorCode status = U_ZERO_ERROR;
    if (uscript_getScript(word.char32At(i), &status) == wanted) return true;
  }
  return false;
}

bool only_latin(const icu::UnicodeString& word) {
  for (int32_t i = 0; i < word.length(); i = word.moveIndex32(i, 1)) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(word.char32At(i), &status);
    if (script != USCRIPT_LATIN && script != USCRIPT_COMMON && script != USCRIPT_INHERITED) return false;
  }
  return true;
}

/// Apostrophes of all kinds belong into a word and are not compared: O'Brien, O’Brien, obrien.
bool is_apostrophe(UChar32 c) {
  return c == u'\'' || c == 0x2019 || c == 0x2018 || c == 0x02BC || c == 0x60 || c == 0xB4;
}

bool is_part_of_word(UChar32 c) {
  const int8_t type = u_charType(c);
  return u_isalnum(c) != 0 || type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

/// "jr", "sen": no word of the name. Only behind one, because somebody may be called Junior.
bool take_generation(std::string_view word, Name& out) {
  if (out.words.empty()) return false;
  const auto* found = std::find_if(kGenerations.begin(), kGenerations.end(),
                                   [&](const GenerationWord& one) { return one.word == word; });
  if (found == kGenerations.end()) return false;
  out.generation = found->generation;
  return true;
}

}  // namespace

/// ICU's objects, made when first needed: the rules for all scripts take a tenth of a second to load.
struct NameReader::Icu {
  const icu::Normalizer2* casefold = nullptr;
  USpoofChecker* spoof = nullptr;
  std::array<std::string, 128> ascii_skeleton;
  std::unique_ptr<icu::Transliterator> latin, any, cyrillic;

  Icu() {
    UErrorCode status = U_ZERO_ERROR;
    casefold = icu::Normalizer2::getNFKCCasefoldInstance(status);
    spoof = uspoof_open(&status);
    TALLY_ASSERT(U_SUCCESS(status));
    for (std::size_t c = 0; c < ascii_skeleton.size(); ++c)
      ascii_skeleton[c] = skeleton_of(icu::UnicodeString(static_cast<UChar32>(c)));
  }
  ~Icu() { uspoof_close(spoof); }
  Icu(const Icu&) = delete;
  Icu& operator=(const Icu&) = delete;

  [[nodiscard]] std::string skeleton_of(const icu::UnicodeString& text) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString out;
    uspoof_getSkeletonUnicodeString(spoof, 0, text, out, &status);
    return U_SUCCESS(status) ? text_of(out.foldCase()) : text_of(text);
  }

  static std::string through(std::unique_ptr<icu::Transliterator>& rules, const char* id, icu::UnicodeString text) {
    if (rules == nullptr) {
      UErrorCode status = U_ZERO_ERROR;
      rules.reset(icu::Transliterator::createInstance(icu::UnicodeString(id), UTRANS_FORWARD, status));
      TALLY_ASSERT(U_SUCCESS(status) && rules != nullptr);
    }
    rules->transliterate(text);
    return text_of(text.foldCase());
  }
};

void Word::add(std::string text) {
  if (text.empty() || spellings == kMaxSpellings || has(text)) return;
  spelling[spellings++] = std::move(text);
}

bool Word::has(std::string_view text) const {
  return std::find(spelling.begin(), spelling.begin() + spellings, text) != spelling.begin() + spellings;
}

bool Word::equals(const Word& other) const {
  return std::any_of(spelling.begin(), spelling.begin() + spellings,
                     [&](const std::string& one) { return other.has(one); });
}

std::string_view Word::initial() const {
  return spellings == 0 ? std::string_view() : std::string_view(spelling[0]).substr(0, 1);
}

NameReader::NameReader() : icu_(std::make_unique<Icu>()) {}
NameReader::~NameReader() = default;

Name NameReader::read(std::string_view text) {
  Name out;
  read(text, out);
  return out;
}

void NameReader::read(std::string_view text, Name& out) {
  out.words.clear();
  out.before_comma = 0;
  out.generation = Generation::none;
  if (text.size() > kMaxNameBytes || !base::is_utf8(text)) return;
  if (!is_ascii(text)) return read_unicode(text, out);
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i == text.size() ? ' ' : text[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (is_letter_or_digit(lower)) {
      word += lower;
    } else if (c != '\'' && c != '`') {
      if (!word.empty()) add_latin(word, out);
      word.clear();
      if (c == ',' && out.before_comma == 0) out.before_comma = out.words.size();
    }
  }
}

void NameReader::read_unicode(std::string_view text, Name& out) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString folded = icu_->casefold->normalize(unicode_of(text), status);
  if (U_FAILURE(status)) return;
  icu::UnicodeString word;
  for (int32_t i = 0; i <= folded.length(); i = i == folded.length() ? i + 1 : folded.moveIndex32(i, 1)) {
    const UChar32 c = i == folded.length() ? u' ' : folded.char32At(i);
    if (is_part_of_word(c)) {
      word.append(c);
    } else if (!is_apostrophe(c)) {
      if (!word.isEmpty()) add_word(text_of(word), out);
      word.remove();
      if (c == u',' && out.before_comma == 0) out.before_comma = out.words.size();
    }
  }
}

/// One word as written, casefolded: it may become several, as a Chinese name does.
void NameReader::add_word(std::string_view written, Name& out) {
  if (is_ascii(written)) return add_latin(written, out);
  for (const Word& word : words_of(written)) {
    if (word.spellings > 0 && take_generation(word.spelling[0], out)) continue;
    if (out.words.size() < kMaxNameWords) out.words.push_back(word);
  }
}

/// Of a word that is not plain ASCII.
const std::vector<Word>& NameReader::words_of(std::string_view written) {
  if (const auto found = known_.find(std::string(written)); found != known_.end()) return found->second;
  if (known_.size() >= kMaxRemembered) known_.clear();
  std::vector<Word>& words = known_[std::string(written)];
  const std::string own_skeleton = skeleton(written);
  if (mixes_scripts(unicode_of(written))) {
    words.emplace_back().written = own_skeleton;
    return words;
  }
  const std::vector<std::string> forms = transliterated(written);
  std::string_view first = forms.front();
  while (!first.empty()) {
    const auto blank = std::min(first.find(' '), first.size());
    if (blank > 0) {
      words.emplace_back().written = own_skeleton;
      words.back().add(std::string(first.substr(0, blank)));
    }
    first.remove_prefix(std::min(blank + 1, first.size()));
  }
  for (std::size_t i = 1; i < forms.size() && words.size() == 1; ++i) words.front().add(forms[i]);
  return words;
}

/// The plain Latin form, then others. Letters without a Latin form stay what they are.
std::vector<std::string> NameReader::transliterated(std::string_view written) {
  const icu::UnicodeString word = unicode_of(written);
  const auto plain = [](std::string text) {
    std::erase_if(text, [](char c) { return c == '\'' || c == '`' || c == '"'; });
    return text;
  };
  std::vector<std::string> forms;
  if (only_latin(word)) {
    forms.push_back(plain(Icu::through(icu_->latin, "Latin-ASCII", word)));
    const icu::UnicodeString two = expanded(word);
    if (two != word) forms.push_back(plain(Icu::through(icu_->latin, "Latin-ASCII", two)));
  } else {
    forms.push_back(plain(Icu::through(icu_->any, "Any-Latin; Latin-ASCII", word)));
    if (has_script(word, USCRIPT_CYRILLIC))
      forms.push_back(plain(Icu::through(icu_->cyrillic, "Russian-Latin/BGN; Latin-ASCII", word)));
  }
  return forms;
}

void NameReader::add_latin(std::string_view latin, Name& out) {
  if (take_generation(latin, out) || out.words.size() == kMaxNameWords) return;
  Word& word = out.words.emplace_back();
  word.add(std::string(latin));
  word.add(contracted(latin));
}

std::string NameReader::skeleton(std::string_view text) const {
  if (!is_ascii(text)) return icu_->skeleton_of(unicode_of(text));
  std::string out;
  for (const char c : text) out += icu_->ascii_skeleton[static_cast<unsigned char>(c)];
  return out;
}

bool is_particle(const Word& word) {
  return std::any_of(kParticles.begin(), kParticles.end(), [&](std::string_view one) { return word.has(one); });
}

Word joined(const std::vector<Word>& words) {
  Word out;
  for (std::size_t i = 0; i < Word::kMaxSpellings; ++i) {
    std::string text;
    for (const Word& word : words) {
      if (word.spellings == 0) return {};
      text += word.spelling[std::min<std::size_t>(i, word.spellings - 1U)];
    }
    out.add(std::move(text));
  }
  return out;
}

}  // namespace tally::correlation
