#include "policy/correlation/suggestions.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <tuple>

#include "policy/base/assert.h"
#include "policy/correlation/fold.h"
#include "policy/correlation/likeness.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::PersonId;

/// What a key is about, so that a mail does not meet a login.
enum class Key : char { number = 'n', mail = 'm', login = 'l', family = 'f', given = 'g', both = 'b', word = 'w' };

std::uint64_t hash_of(Key kind, std::string_view first, std::string_view second = {}) {
  // FNV-1a, 64 bit: two keys of one hash cost a comparison, nothing else.
  std::uint64_t hash = 14695981039346656037ULL;
  const auto mix = [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL; };
  mix(static_cast<char>(kind));
  for (const char c : first) mix(c);
  mix('|');
  for (const char c : second) mix(c);
  return hash | 1U;  // 0 is a free slot
}

/// The keys of one account or person. All names are filed by their skeletons: equal names have equal ones, and so have
/// those that only look alike.
class Keys {
 public:
  explicit Keys(const Likeness& likeness) : likeness_(likeness) {}

  const std::vector<std::uint64_t>& of(const AccountTraits& account) {
    begin(account.number, account.mail);
    for (const std::string& login : account.logins) add_login(login);
    add_login(account.mail_name);
    add_display_name(account.name);
    return sorted();
  }

  const std::vector<std::uint64_t>& of(const PersonTraits& person) {
    begin(person.number, person.mail);
    for (const std::string* login : {&person.login, &person.mail_name}) {
      if (!login->empty() && login->size() <= kMaxLoginBytes) add(Key::login, skeleton(*login));
      if (!login->empty()) add(Key::login, *login);
    }
    for (const Called& called : person.called) add_called(called);
    if (person.written.size() > 0) add_each(Key::word, skeletons(person.written.front()), {});
    return sorted();
  }

 private:
  [[nodiscard]] std::string skeleton(std::string_view text) const { return likeness_.reader().skeleton(text); }
  void add(Key kind, std::string_view first, std::string_view second = {}) {
    keys_.push_back(hash_of(kind, first, second));
  }
  void begin(std::string_view number, std::string_view mail) {
    keys_.clear();
    if (!without_zeros(number).empty()) add(Key::number, without_zeros(number));
    if (!number.empty()) add(Key::number, number);
    if (!mail.empty()) add(Key::mail, mail);
  }
  const std::vector<std::uint64_t>& sorted() {
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    return keys_;
  }

  using Skeletons = std::vector<std::string>;
  [[nodiscard]] Skeletons skeletons(const Word& word) const {
    Skeletons out;
    for (std::size_t i = 0; i < word.spellings; ++i) out.push_back(skeleton(word.spelling[i]));
    if (!word.written.empty()) out.push_back(word.written);
    return out;
  }
  [[nodiscard]] std::vector<Skeletons> skeletons(const std::vector<Word>& words) const {
    std::vector<Skeletons> out;
    for (const Word& word : words) out.push_back(skeletons(word));
    return out;
  }
  void add_each(Key kind, const Skeletons& words, std::string_view second) {
    for (const std::string& one : words) add(kind, one, second);
  }
  void add_pair(const Skeletons& family, const Skeletons& given) {
    for (const std::string& g : given) {
      add_each(Key::family, family, std::string_view(g).substr(0, 1));
      add_each(Key::both, family, g);
    }
  }

  void add_called(const Called& called) {
    std::vector<Word> forms = family_forms(called);
    forms.insert(forms.end(), called.family.begin(), called.family.end());
    const std::vector<Skeletons> families = skeletons(forms), givens = skeletons(given_forms(called));
    for (const Skeletons& given : givens) {
      for (const Skeletons& family : families) {
        add_pair(family, given);
        for (const std::string& f : family) add_each(Key::given, given, std::string_view(f).substr(0, 1));
      }
    }
    each_login(likeness_.patterns(), called, [&](const LoginPattern& pattern, const std::string& made) {
      if (!pattern.comes_apart() && made.size() <= kMaxLoginBytes) add(Key::login, skeleton(made));
    });
  }

  /// Every word, and every few together, may be the family name or the given one.
  void add_display_name(const Name& name) {
    if (name.words.size() >= 1) add_each(Key::word, skeletons(name.words.front()), {});
    struct Run {
      std::size_t begin, end;
      Skeletons word;
    };
    std::vector<Run> runs;
    for (std::size_t i = 0; i < name.words.size(); ++i) {
      for (std::size_t size = 1; size <= 3 && i + size <= name.words.size(); ++size) {
        const auto first = name.words.begin() + static_cast<std::ptrdiff_t>(i);
        const std::vector<Word> words(first, first + static_cast<std::ptrdiff_t>(size));
        runs.push_back({i, i + size, skeletons(size == 1 ? words.front() : joined(words))});
      }
    }
    for (const Run& a : runs) {
      for (const Run& b : runs) {
        if (a.end <= b.begin || b.end <= a.begin) add_pair(a.word, b.word);
      }
    }
  }

  /// As it is, and taken apart in every way in which two names can have made it.
  void add_login(std::string_view login) {
    if (login.empty()) return;
    add(Key::login, login);
    if (login.size() > kMaxLoginBytes) return;
    add(Key::login, skeleton(login));
    const std::string base = skeleton(without_number(login));
    add(Key::login, base);
    std::vector<std::string> words(1);
    std::string together;
    for (const char c : base) {
      if (c == '.' || c == '_' || c == '-') {
        words.emplace_back();
      } else {
        words.back() += c;
        together += c;
      }
    }
    for (std::size_t a = 0; a < words.size(); ++a) {
      for (std::size_t b = 0; b < words.size(); ++b) {
        if (a == b || words[a].empty() || words[b].empty()) continue;
        add_parts(words[a], words[b]);
        add(Key::both, words[a], words[b]);
      }
    }
    for (std::size_t i = 1; i < together.size(); ++i) {
      const std::string_view head = std::string_view(together).substr(0, i),
                             tail = std::string_view(together).substr(i);
      add_parts(head, tail);
      add_parts(tail, head);
    }
  }
  void add_parts(std::string_view name, std::string_view other) {
    add(Key::family, name, other.substr(0, 1));
    add(Key::given, name, other.substr(0, 1));
  }

  const Likeness& likeness_;
  std::vector<std::uint64_t> keys_;
};

/// The keys of the open accounts, and the people found under each: open addressing, at most half full.
class Blocks {
 public:
  explicit Blocks(std::size_t keys) : slots_(std::bit_ceil(keys * 2 + 16)) {}

  void expect(std::uint64_t key) { slot(key).key = key; }
  void file(std::uint64_t key, PersonId person) {
    Slot& found = slot(key);
    if (found.key == 0 || ++found.count > kMaxBlock) return;
    held_.push_back({person, found.first});
    found.first = static_cast<std::uint32_t>(held_.size());
  }
  /// How many people are under the key.
  [[nodiscard]] std::uint32_t count(std::uint64_t key) { return slot(key).count; }
  void take(std::uint64_t key, std::vector<PersonId>& out) {
    for (std::uint32_t at = slot(key).first; at != 0; at = held_[at - 1].next) out.push_back(held_[at - 1].person);
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t first = 0;  ///< position + 1
    std::uint32_t count = 0;
  };
  struct Held {
    PersonId person;
    std::uint32_t next = 0;
  };
  Slot& slot(std::uint64_t key) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (key >> 1U) & mask;
    while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & mask;
    return slots_[at];
  }
  std::vector<Slot> slots_;
  std::vector<Held> held_;
};

class Suggesting {
 public:
  Suggesting(const model::Snapshot& snapshot, const Correlation& links, const Settings& settings, base::TextPool& text)
      : s_(snapshot),
        links_(links),
        settings_(settings),
        text_(text),
        likeness_(snapshot, settings),
        keys_(likeness_) {}

  model::SparseRows<Suggestion> run() {
    std::vector<AccountId> open;
    std::size_t count = 0;
    for (std::size_t i = 0; i < links_.links.size(); ++i) {
      if (!is_open(links_.links[i].owner)) continue;
      open.push_back(AccountId::at(i));
      count += keys_.of(likeness_.account(open.back())).size();
    }
    if (open.empty() || s_.people.size() == 0) return nobody();
    Blocks blocks(count);
    for (const AccountId account : open) {
      for (const std::uint64_t key : keys_.of(likeness_.account(account))) blocks.expect(key);
    }
    for (std::size_t i = 0; i < s_.people.size(); ++i) {
      for (const std::uint64_t key : keys_.of(likeness_.person(PersonId::at(i)))) blocks.file(key, PersonId::at(i));
    }
    model::SparseRows<Suggestion> out;
    for (std::size_t i = 0, next = 0; i < links_.links.size(); ++i) {
      const bool here = next < open.size() && open[next].index() == i;
      out.push_row(here ? best_of(open[next++], blocks) : std::vector<Suggestion>());
    }
    return out;
  }

 private:
  [[nodiscard]] model::SparseRows<Suggestion> nobody() const {
    model::SparseRows<Suggestion> out;
    out.offsets.resize(links_.links.size() + 1);
    return out;
  }

  /// Whoever shares a key, those of rare keys first.
  std::vector<PersonId> candidates(const AccountTraits& account, Blocks& blocks) {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> rarest;
    for (const std::uint64_t key : keys_.of(account)) {
      const std::uint32_t count = blocks.count(key);
      if (count > 0 && count <= kMaxBlock) rarest.emplace_back(count, key);
    }
    std::sort(rarest.begin(), rarest.end());
    std::vector<PersonId> out;
    for (const auto& [count, key] : rarest) {
      if (out.size() + count > kMaxCompared) break;
      blocks.take(key, out);
      std::sort(out.begin(), out.end());
      out.erase(std::unique(out.begin(), out.end()), out.end());
    }
    return out;
  }

  /// By what people of the same likeness are put in order.
  [[nodiscard]] auto known_as(PersonId person) const {
    const std::size_t i = person.index();
    const model::People& p = s_.people;
    const auto text = [&](base::TextId id) { return s_.view(id); };
    return std::tuple(text(p.employee_id[i]), std::string_view(s_.source(p.source[i]).name), text(p.family_name[i]),
                      text(p.given_name[i]), text(p.display_name[i]), text(p.mail[i]), text(p.login[i]));
  }

  std::vector<Suggestion> best_of(AccountId id, Blocks& blocks) {
    const AccountTraits account = likeness_.account(id);
    std::vector<std::pair<PersonId, Like>> found;
    for (const PersonId person : candidates(account, blocks)) {
      if (std::binary_search(links_.never.begin(), links_.never.end(), std::pair(id, person))) continue;
      Like like = likeness_.of(account, likeness_.person(person));
      if (!like.signs.empty() && like.score >= settings_.suggest_from) found.emplace_back(person, std::move(like));
    }
    std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
      return std::tuple(-a.second.score, known_as(a.first)) < std::tuple(-b.second.score, known_as(b.first));
    });
    if (found.size() > settings_.suggestions) found.resize(settings_.suggestions);
    std::vector<Suggestion> out;
    for (const auto& [person, like] : found)
      out.push_back({person, static_cast<float>(like.score), text_.intern(sentence(like))});
    return out;
  }

  static std::string sentence(const Like& like) {
    std::string out;
    for (const Seen& seen : like.signs) out += (out.empty() ? "" : "; ") + in_words(seen);
    return out;
  }

  const model::Snapshot& s_;
  const Correlation& links_;
  const Settings& settings_;
  base::TextPool& text_;
  Likeness likeness_;
  Keys keys_;
};

}  // namespace

bool is_open(Owner owner) { return owner == Owner::nobody || owner == Owner::ambiguous; }

model::SparseRows<Suggestion> suggestions(const model::Snapshot& snapshot, const Correlation& links,
                                          const Settings& settings, base::TextPool& text) {
  if (settings.suggestions == 0) {
    model::SparseRows<Suggestion> none;
    none.offsets.resize(links.links.size() + 1);
    return none;
  }
  return Suggesting(snapshot, links, settings, text).run();
}

}  // namespace tally::correlation
