// Likeness: how much an account looks like a person's, sign by sign, and why.
//
//   Likeness likeness(snapshot, settings);
//   Like like = likeness.of(likeness.account(a), likeness.person(p));
//   like.score; like.signs;                  // 0.79: login made of the name as {g}.{family}; display name equal
//
// For suggestions to a person who decides, never for a link: people have the same names, fathers and sons do, and an
// address is given to the next one. The signs are weighed (Weights), of each kind only the strongest, and those of
// different kinds together: 1 - (1 - a)(1 - b)… A contradiction halves the score and is named.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/correlation/login_pattern.h"
#include "policy/correlation/name_match.h"
#include "policy/correlation/names.h"
#include "policy/correlation/personas.h"
#include "policy/correlation/settings.h"
#include "policy/model/snapshot.h"

namespace tally::correlation {

enum class Sign : std::uint8_t {
  number,             ///< the employee number is equal
  number_zeros,       ///< equal but for zeros in front, as spreadsheets lose them
  mail,               ///< the mail address is equal
  mail_name,          ///< the part before the @ is made of the name
  login,              ///< the login is the one that HR knows
  login_mail,         ///< the login is HR's mail address before the @
  login_name,         ///< the login is made of both names in full
  login_initial,      ///< … of one name and a first letter, or of parts
  login_numbered,     ///< … with a number behind it, as namesakes get
  login_look_alike,   ///< … only if characters that look alike are taken for one another
  name,               ///< the display name has the given and the family name
  name_turned,        ///< … in the other order, without a comma
  name_part,          ///< the given name and a part of a double family name
  name_initial,       ///< the family name and the first letter of the given name
  name_look_alike,    ///< … only if characters that look alike are taken for one another
  number_of_another,  ///< against it: the account has another employee number
  generation,         ///< against it: one is called junior, the other is not that one
};

/// A sentence without anybody's data: "the mail address is equal".
std::string_view to_string(Sign sign);

struct Seen {
  Sign sign = Sign::name;
  std::string_view pattern;  ///< of logins, as configured; else empty. Lives as long as the Likeness
};

/// "the login is made of the given and the family name, as {given}.{family}".
std::string in_words(const Seen& seen);

struct Like {
  double score = 0;         ///< 0 to 1, rounded to hundredths; likeness is never certain: kMostLike at most
  std::vector<Seen> signs;  ///< strongest kind first as in Sign; contradictions last
};

inline constexpr double kMostLike = 0.99;
/// Longer logins and addresses are looked at for equality only.
inline constexpr std::size_t kMaxLoginBytes = 64;

struct PersonTraits {
  std::string_view number;             ///< trimmed
  std::string mail, mail_name, login;  ///< folded
  std::vector<Called> called;          ///< one, or two where a single column does not say which is which
  std::vector<Word> written;           ///< the words of a name that does not fall into two
  Generation generation = Generation::none;
};

struct AccountTraits {
  std::string_view number;
  std::string mail, mail_name;
  std::vector<std::string> logins;  ///< folded; as it is, and without the decoration of admin accounts
  Name name;
};

class Likeness {
 public:
  /// Both outlive it.
  Likeness(const model::Snapshot& snapshot, const Settings& settings);

  [[nodiscard]] PersonTraits person(model::PersonId person);
  [[nodiscard]] AccountTraits account(model::AccountId account);
  [[nodiscard]] Like of(const AccountTraits& account, const PersonTraits& person) const;

  [[nodiscard]] const NameReader& reader() const { return reader_; }
  [[nodiscard]] const std::vector<LoginPattern>& patterns() const { return patterns_; }

 private:
  struct Best;
  void compare_numbers(const AccountTraits& account, const PersonTraits& person, Best& best) const;
  void compare_logins(const AccountTraits& account, const PersonTraits& person, Best& best) const;
  void compare_names(const AccountTraits& account, const PersonTraits& person, Best& best) const;
  void compare_made(std::string_view login, const PersonTraits& person, bool mail, Best& best) const;
  [[nodiscard]] bool look_alike(const Word& a, const Word& b) const;

  const model::Snapshot& s_;
  const Settings& settings_;
  Personas personas_;
  NameReader reader_;
  std::vector<LoginPattern> patterns_;
};

/// "00123" without its zeros in front; "" for nothing but zeros.
std::string_view without_zeros(std::string_view number);
/// Without the digits at its end, unless nothing else is left.
std::string_view without_number(std::string_view login);
}  // namespace tally::correlation
