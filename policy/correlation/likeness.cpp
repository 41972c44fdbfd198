#include "policy/correlation/likeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "policy/base/assert.h"
#include "policy/correlation/fold.h"

namespace tally::correlation {
namespace {

/// What a name that says a little more or less than the other is worth, beside one that says the same.
constexpr double kNotQuite = 0.95;

std::string_view mail_name_of(std::string_view mail) { return mail.substr(0, mail.find('@')); }

}  // namespace

std::string_view to_string(Sign sign) {
  switch (sign) {
    case Sign::number: return "the employee number is equal";
    case Sign::number_zeros: return "the employee number is equal but for zeros in front";
    case Sign::mail: return "the mail address is equal";
    case Sign::mail_name: return "the mail address before the @ is made of the name";
    case Sign::login: return "the login is the one that HR knows";
    case Sign::login_mail: return "the login is HR's mail address before the @";
    case Sign::login_name: return "the login is made of the given and the family name";
    case Sign::login_initial: return "the login is made of parts of the name";
    case Sign::login_numbered: return "the login is made of the name, with a number behind it";
    case Sign::login_look_alike: return "the login is like it only by characters that look alike";
    case Sign::name: return "the display name has the given and the family name";
    case Sign::name_turned: return "the display name has the given and the family name in the other order";
    case Sign::name_part: return "the display name has the given name and a part of the family name";
    case Sign::name_initial: return "the display name has the family name and the first letter of the given name";
    case Sign::name_look_alike: return "the display name is like it only by characters that look alike";
    case Sign::number_of_another: return "but the account has another employee number";
    case Sign::generation: return "but one of the two is the older and the other the younger of that name";
  }
  TALLY_ASSERT(false && "unknown Sign");
  return {};
}

std::string in_words(const Seen& seen) {
  return seen.pattern.empty() ? std::string(to_string(seen.sign))
                              : fmt::format("{} ({})", to_string(seen.sign), seen.pattern);
}

/// The strongest sign of each kind, and what speaks against.
struct Likeness::Best {
  enum Kind : std::uint8_t { kNumber, kMail, kLogin, kName, kKinds };
  struct One {
    double weight = 0;
    Seen seen;
  };
  std::array<One, kKinds> signs;
  std::vector<Seen> against;

  void add(Kind kind, double weight, Sign sign, std::string_view pattern = {}) {
    if (weight > signs[kind].weight) signs[kind] = {weight, {sign, pattern}};
  }

  [[nodiscard]] Like weighed() const {
    Like out;
    double unlike = 1;
    for (const One& one : signs) {
      if (one.weight <= 0) continue;
      unlike *= 1 - one.weight;
      out.signs.push_back(one.seen);
    }
    if (out.signs.empty()) return out;
    double score = 1 - unlike;
    for (const Seen& seen : against) {
      score /= 2;
      out.signs.push_back(seen);
    }
    out.score = std::min(kMostLike, std::round(score * 100) / 100);
    return out;
  }
};

Likeness::Likeness(const model::Snapshot& snapshot, const Settings& settings)
    : s_(snapshot), settings_(settings), personas_(settings) {
  for (const std::string& text : settings.login_patterns) {
    if (auto pattern = LoginPattern::parse(text)) patterns_.push_back(std::move(*pattern));
  }
}

PersonTraits Likeness::person(model::PersonId id) {
  const std::size_t i = id.index();
  PersonTraits out;
  out.number = trimmed(s_.view(s_.people.employee_id[i]));
  out.mail = mail_key(s_.view(s_.people.mail[i]));
  out.mail_name = mail_name_of(out.mail);
  out.login = fold(s_.view(s_.people.login[i]));
  const Name given = reader_.read(s_.view(s_.people.given_name[i]));
  const Name family = reader_.read(s_.view(s_.people.family_name[i]));
  if (!given.empty() && !family.empty()) {
    out.called.push_back(called(given.words, family.words));
    out.generation = std::max(given.generation, family.generation);
    return out;
  }
  const Name whole = given.empty() && family.empty() ? reader_.read(s_.view(s_.people.display_name[i]))
                     : given.empty()                 ? family
                                                     : given;
  out.generation = whole.generation;
  out.called = ways_to_call(whole);
  if (out.called.empty()) out.written = whole.words;
  return out;
}

AccountTraits Likeness::account(model::AccountId id) {
  const std::size_t i = id.index();
  AccountTraits out;
  out.number = trimmed(s_.view(s_.accounts.employee_number[i]));
  out.mail = mail_key(s_.view(s_.accounts.mail[i]));
  out.mail_name = mail_name_of(out.mail);
  const auto add = [&](std::string login) {
    if (!login.empty() && std::find(out.logins.begin(), out.logins.end(), login) == out.logins.end())
      out.logins.push_back(std::move(login));
  };
  const std::string_view login = s_.view(s_.accounts.login[i]);
  add(fold(login));
  add(fold(mail_name_of(s_.view(s_.accounts.principal[i]))));
  for (const MatchRule& rule : settings_.rules) add(undecorated(login, rule));
  if (const Persona* persona = personas_.of(s_, id)) add(name_behind(login, *persona));
  reader_.read(s_.view(s_.accounts.display_name[i]), out.name);
  return out;
}

Like Likeness::of(const AccountTraits& account, const PersonTraits& person) const {
  Best best;
  compare_numbers(account, person, best);
  if (!account.mail.empty() && account.mail == person.mail) best.add(Best::kMail, settings_.weights.mail, Sign::mail);
  compare_made(account.mail_name, person, true, best);
  compare_logins(account, person, best);
  compare_names(account, person, best);
  return best.weighed();
}

void Likeness::compare_numbers(const AccountTraits& account, const PersonTraits& person, Best& best) const {
  if (account.number.empty() || person.number.empty()) return;
  if (account.number == person.number) {
    best.add(Best::kNumber, settings_.weights.number, Sign::number);
  } else if (!without_zeros(account.number).empty() && without_zeros(account.number) == without_zeros(person.number)) {
    best.add(Best::kNumber, settings_.weights.number_zeros, Sign::number_zeros);
  } else {
    best.against.push_back({Sign::number_of_another, {}});
  }
}

void Likeness::compare_logins(const AccountTraits& account, const PersonTraits& person, Best& best) const {
  const Weights& w = settings_.weights;
  for (const std::string& login : account.logins) {
    if (login == person.login) best.add(Best::kLogin, w.login, Sign::login);
    if (login == person.mail_name) best.add(Best::kLogin, w.login_mail, Sign::login_mail);
    compare_made(login, person, false, best);
    if (login.size() > kMaxLoginBytes) continue;
    const std::string skeleton = reader_.skeleton(login);
    for (const std::string* known : {&person.login, &person.mail_name}) {
      if (!known->empty() && *known != login && skeleton == reader_.skeleton(*known))
        best.add(Best::kLogin, w.look_alike, Sign::login_look_alike);
    }
  }
}

/// A login, or an address before the @, beside everything that the patterns make of the person's names.
void Likeness::compare_made(std::string_view login, const PersonTraits& person, bool mail, Best& best) const {
  if (login.empty() || login.size() > kMaxLoginBytes) return;
  const Weights& w = settings_.weights;
  const std::string_view base = without_number(login);
  const std::string skeleton = reader_.skeleton(base);
  const auto compare = [&](const LoginPattern& pattern, const std::string& made) {
    if (made == login || made == base) {
      if (mail) return best.add(Best::kMail, w.mail_name, Sign::mail_name, pattern.text());
      if (made != login) return best.add(Best::kLogin, w.login_numbered, Sign::login_numbered, pattern.text());
      return pattern.whole() ? best.add(Best::kLogin, w.login_name, Sign::login_name, pattern.text())
                             : best.add(Best::kLogin, w.login_initial, Sign::login_initial, pattern.text());
    }
    if (!mail && made.size() <= 2 * base.size() && reader_.skeleton(made) == skeleton)
      best.add(Best::kLogin, w.look_alike, Sign::login_look_alike, pattern.text());
  };
  for (const Called& name : person.called) each_login(patterns_, name, compare);
}

void Likeness::compare_names(const AccountTraits& account, const PersonTraits& person, Best& best) const {
  if (account.name.empty()) return;
  const Weights& w = settings_.weights;
  const bool other_generation = account.name.generation != person.generation;
  const auto add = [&](double weight, Sign sign, bool same_length) {
    best.add(Best::kName, weight * (same_length ? 1 : kNotQuite) * (other_generation ? kNotQuite : 1), sign);
  };
  for (const Called& called : person.called) {
    const NameMatch match = match_names(account.name, called, [](const Word& a, const Word& b) { return a.equals(b); });
    switch (match.kind) {
      case NameMatch::whole: add(w.name, Sign::name, match.nothing_left); break;
      case NameMatch::turned: add(w.name_turned, Sign::name_turned, match.nothing_left); break;
      case NameMatch::part: add(w.name_part, Sign::name_part, match.nothing_left); break;
      case NameMatch::initial: add(w.name_initial, Sign::name_initial, match.nothing_left); break;
      case NameMatch::none: {
        const auto alike = [&](const Word& a, const Word& b) { return look_alike(a, b); };
        const NameMatch::Kind kind = match_names(account.name, called, alike).kind;
        if (kind == NameMatch::whole || kind == NameMatch::turned) add(w.look_alike, Sign::name_look_alike, true);
      }
    }
  }
  const bool same_words = !person.written.empty() && account.name.words.size() == person.written.size() &&
                          std::equal(person.written.begin(), person.written.end(), account.name.words.begin(),
                                     [](const Word& a, const Word& b) { return a.equals(b); });
  if (same_words) add(w.name_part, Sign::name, true);
  if (best.signs[Best::kName].weight > 0 && other_generation && account.name.generation != Generation::none &&
      person.generation != Generation::none)
    best.against.push_back({Sign::generation, {}});
}

bool Likeness::look_alike(const Word& a, const Word& b) const {
  const auto forms = [&](const Word& word) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < word.spellings; ++i) out.push_back(reader_.skeleton(word.spelling[i]));
    if (!word.written.empty()) out.push_back(word.written);
    return out;
  };
  const auto left = forms(a), right = forms(b);
  return std::find_first_of(left.begin(), left.end(), right.begin(), right.end()) != left.end();
}

std::string_view without_zeros(std::string_view number) {
  const auto begin = number.find_first_not_of('0');
  return begin == std::string_view::npos ? std::string_view() : number.substr(begin);
}

std::string_view without_number(std::string_view login) {
  const auto end = login.find_last_not_of("0123456789");
  return end == std::string_view::npos ? login : login.substr(0, end + 1);
}

}  // namespace tally::correlation
