// Redaction: which fields of personal values are hidden from a reader, and what stands in their place.
//
//   auto redaction = *Redaction::parse("person_name,/finding/what");
//   for (every entry that will be shown) redaction.learn(personal);
//   redaction.look_for_names();
//   redaction.hidden(personal)      // {"/finding/fix", "/finding/subject/person_name", "/finding/what", …}
//   redaction.mask(leaf, personal)  // the values with "(redacted 7)" in place of each hidden text
//
// A field is chosen by its JSON pointer (and what lies below it), or by the name of a member, wherever it stands. More
// is hidden than is chosen: every field that repeats a name from a hidden one, and the digests from which a hidden
// value could be guessed. A name that is written otherwise elsewhere (initials, a mail address) has to be chosen
// itself. Not the cryptography: ledger/disclosure.h.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/evidence/word_finder.h"
#include "policy/base/result.h"

namespace tally::evidence {

/// A shorter name is hidden where it was chosen, and not looked for elsewhere: it would be found everywhere.
inline constexpr std::size_t kShortestName = 3;

class Redaction {
 public:
  /// Nothing is hidden.
  Redaction() = default;
  /// A list with commas. Kind `malformed` for an empty name, or one that is neither a pointer nor a member's name.
  static base::Result<Redaction> parse(std::string_view list);
  /// Everything is hidden but these.
  static base::Result<Redaction> all_but(std::string_view list);

  [[nodiscard]] bool empty() const { return !inverted_ && chosen_.empty(); }
  [[nodiscard]] const std::vector<std::string>& chosen() const { return chosen_; }
  /// Those of chosen() that stood in nothing that was learnt.
  [[nodiscard]] std::vector<std::string> unused() const;

  /// Takes the names out of what is chosen of these values.
  void learn(std::string_view personal);
  /// From now on the fields that repeat a name that was learnt are hidden too.
  void look_for_names() { finder_ = WordFinder(names_); }
  /// Pointers of the hidden fields, sorted. `personal` is canonical JSON.
  [[nodiscard]] std::set<std::string> hidden(std::string_view personal) const;
  /// Each hidden text has one substitute in all that is masked, so that what belongs together still does. Empty when
  /// `personal` is, or when an event cannot be told without what is hidden.
  std::string mask(std::string_view leaf, std::string_view personal);

 private:
  std::string substitute(const std::string& text);

  std::vector<std::string> chosen_;
  bool inverted_ = false;
  std::set<std::string> used_, names_;
  WordFinder finder_;
  std::map<std::string, std::string> substitutes_;
};

}  // namespace tally::evidence
