#include "policy/correlation/name_match.h"

#include <algorithm>
#include <optional>

namespace tally::correlation {
namespace {

using Equal = std::function<bool(const Word&, const Word&)>;

/// At most so many words, one behind the other, are taken for one: 小明 is "Xiao Ming" and "Xiaoming".
constexpr std::size_t kMaxRun = 3;

/// Which words of the account's name have been explained, and where the first of them stands.
struct Places {
  const Name& name;
  std::vector<bool> taken = std::vector<bool>(name.words.size());

  /// Words one behind the other that make up `word` together. Where they begin.
  std::optional<std::size_t> take(const Word& word, const Equal& equal) {
    for (std::size_t begin = 0; begin < name.words.size(); ++begin) {
      std::vector<Word> run;
      for (std::size_t i = begin; i < name.words.size() && run.size() < kMaxRun && !taken[i]; ++i) {
        run.push_back(name.words[i]);
        if (!equal(run.size() == 1 ? run.front() : joined(run), word)) continue;
        std::fill_n(taken.begin() + static_cast<std::ptrdiff_t>(begin), run.size(), true);
        return begin;
      }
    }
    return std::nullopt;
  }

  /// A single letter where the person has a name that begins with it, or the other way round.
  std::optional<std::size_t> take_initial(const Word& given) {
    for (std::size_t i = 0; i < name.words.size(); ++i) {
      const Word& word = name.words[i];
      if (taken[i] || word.spellings == 0 || word.initial() != given.initial()) continue;
      if (word.spelling[0].size() > 1 && given.spelling[0].size() > 1) continue;
      taken[i] = true;
      return i;
    }
    return std::nullopt;
  }

  [[nodiscard]] bool nothing_left() const {
    for (std::size_t i = 0; i < taken.size(); ++i) {
      if (!taken[i] && !is_particle(name.words[i])) return false;
    }
    return true;
  }
};

/// All words of the family name, or one of several.
struct FamilyAt {
  std::size_t place = 0;
  bool all = false;
};

std::optional<FamilyAt> find_family(Places& places, const Called& person, const Equal& equal) {
  if (person.family.size() > 1) {
    if (const auto place = places.take(joined(person.family), equal)) return FamilyAt{*place, true};
  }
  std::optional<FamilyAt> found;
  std::size_t hits = 0;
  for (const Word& word : person.family) {
    const auto place = places.take(word, equal);
    if (!place) continue;
    ++hits;
    if (!found) found = FamilyAt{*place, false};
  }
  if (found) found->all = hits == person.family.size();
  return found;
}

bool in_order(const Name& name, std::size_t family, std::size_t given) {
  return name.before_comma > 0 ? family < name.before_comma && given >= name.before_comma : given < family;
}

Word joined_by(const std::vector<Word>& words, const std::string& between) {
  Word out;
  for (std::size_t i = 0; i < Word::kMaxSpellings; ++i) {
    std::string text;
    for (const Word& word : words) {
      if (word.spellings == 0) return {};
      text += (text.empty() ? "" : between) + word.spelling[std::min<std::size_t>(i, word.spellings - 1U)];
    }
    out.add(std::move(text));
  }
  return out;
}

std::vector<Word> forms_of(const std::vector<Word>& words) {
  std::vector<Word> out;
  if (words.empty()) return out;
  out.push_back(words.front());
  if (words.size() == 1) return out;
  out.push_back(words.back());
  out.push_back(joined(words));
  out.push_back(joined_by(words, "-"));
  return out;
}

}  // namespace

Called called(std::vector<Word> given, std::vector<Word> family) {
  Called out;
  out.given = std::move(given);
  for (Word& word : family) (is_particle(word) ? out.particles : out.family).push_back(std::move(word));
  // Mr Van is called Van.
  if (out.family.empty()) out.family.swap(out.particles);
  return out;
}

std::vector<Called> ways_to_call(const Name& whole) {
  const auto& words = whole.words;
  if (words.size() < 2) return {};
  const auto split = [&](std::size_t at) {
    const auto middle = words.begin() + static_cast<std::ptrdiff_t>(at);
    return std::pair(std::vector<Word>(words.begin(), middle), std::vector<Word>(middle, words.end()));
  };
  if (whole.before_comma > 0 && whole.before_comma < words.size()) {
    auto [family, given] = split(whole.before_comma);
    return {called(std::move(given), std::move(family))};
  }
  std::size_t last = words.size() - 1;
  while (last > 1 && is_particle(words[last - 1])) --last;
  auto [given, family] = split(last);
  auto [first, rest] = split(1);
  return {called(std::move(given), std::move(family)), called(std::move(rest), std::move(first))};
}

NameMatch match_names(const Name& account, const Called& person, const Equal& equal) {
  Places places{account};
  NameMatch out;
  if (person.given.empty()) return out;
  const auto family = find_family(places, person, equal);
  if (!family) return out;
  auto given = places.take(person.given.front(), equal);
  if (!given && person.given.size() > 1) given = places.take(joined(person.given), equal);
  if (given) {
    out.kind = !family->all                               ? NameMatch::part
               : in_order(account, family->place, *given) ? NameMatch::whole
                                                          : NameMatch::turned;
    for (std::size_t i = 1; i < person.given.size(); ++i) places.take(person.given[i], equal);
  } else if (family->all && places.take_initial(person.given.front())) {
    out.kind = NameMatch::initial;
  }
  out.nothing_left = places.nothing_left();
  return out;
}

std::vector<Word> family_forms(const Called& called) {
  std::vector<Word> out = forms_of(called.family);
  if (called.particles.empty()) return out;
  std::vector<Word> all = called.particles;
  all.insert(all.end(), called.family.begin(), called.family.end());
  out.push_back(joined(all));
  return out;
}

std::vector<Word> given_forms(const Called& called) {
  std::vector<Word> out = forms_of(called.given);
  if (out.size() > 1) out.erase(out.begin() + 1);  // nobody is called by the last of the given names alone
  return out;
}

void each_login(const std::vector<LoginPattern>& patterns, const Called& called,
                const std::function<void(const LoginPattern&, const std::string&)>& take) {
  std::string made;
  const std::vector<Word> families = family_forms(called), givens = given_forms(called);
  for (const Word& family : families) {
    for (const Word& given : givens) {
      for (std::size_t f = 0; f < family.spellings; ++f) {
        for (std::size_t g = 0; g < given.spellings; ++g) {
          for (const LoginPattern& pattern : patterns) {
            if (pattern.fill(given.spelling[g], family.spelling[f], made)) take(pattern, made);
          }
        }
      }
    }
  }
}

}  // namespace tally::correlation
