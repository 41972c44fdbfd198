// The names of a person beside the name on an account: which is the given, which the family name, and are both there.
//
//   Called called = …given "jürgen", family "müller lüdenscheidt"…
//   match_names(reader.read("Mueller, Jürgen"), called, equal).kind;     // NameMatch::part
//
// Inner to this library: Likeness weighs what is found here.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "policy/correlation/login_pattern.h"
#include "policy/correlation/names.h"

namespace tally::correlation {

/// A given and a family name, as HR may have meant them.
struct Called {
  std::vector<Word> given, family;
  std::vector<Word> particles;  ///< "van", "der": of the family name, left out as often as written
};

Called called(std::vector<Word> given, std::vector<Word> family);
/// A name in one column: the family name before the comma; else it may be the last word or the first. None for a name
/// of one word.
std::vector<Called> ways_to_call(const Name& whole);

struct NameMatch {
  enum Kind : std::uint8_t {
    none,
    initial,  ///< the family name and a first letter
    part,     ///< the given name and a part of a double family name
    turned,   ///< both, the family name first and no comma between
    whole,
  };
  Kind kind = none;
  bool nothing_left = false;  ///< no further word is on the account
};

NameMatch match_names(const Name& account, const Called& person,
                      const std::function<bool(const Word&, const Word&)>& equal);

/// The names as a login may have them: all words together, with and without particles, with "-" between, and the first
/// or the last alone.
std::vector<Word> family_forms(const Called& called);
std::vector<Word> given_forms(const Called& called);

/// Every login that the patterns make of the names.
void each_login(const std::vector<LoginPattern>& patterns, const Called& called,
                const std::function<void(const LoginPattern&, const std::string&)>& take);

}  // namespace tally::correlation
