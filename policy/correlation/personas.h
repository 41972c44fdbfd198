// Personas: the further accounts of a person, told by their names and places: "adm-dweiss" is the admin account of
// whoever has the login dweiss.
//
//   Personas personas(settings);
//   if (const Persona* persona = personas.of(snapshot, account)) persona->kind;   // "admin"
//
// A persona is no owner: whose account it is, correlation says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/correlation/settings.h"
#include "policy/model/snapshot.h"

namespace re2 {
class RE2;
}

namespace tally::correlation {

class Personas {
 public:
  /// The settings outlive it. A pattern that is none fits nothing.
  explicit Personas(const Settings& settings);
  ~Personas();
  Personas(const Personas&) = delete;
  Personas& operator=(const Personas&) = delete;

  /// The first of the settings that fits; nullptr: none.
  [[nodiscard]] const Persona* of(const model::Snapshot& snapshot, model::AccountId account) const;

 private:
  struct Compiled {
    const Persona* persona;
    std::string prefix, suffix;         ///< folded
    std::unique_ptr<re2::RE2> pattern;  ///< nullptr: any login
    std::string under;                  ///< normalised DN
  };
  std::vector<Compiled> personas_;
};

/// A name without the persona's prefix and suffix, folded: the one of the person behind it.
std::string name_behind(std::string_view name, const Persona& persona);
/// The login without the decoration of an admin or test account, folded; equal to the folded login when it has none.
std::string undecorated(std::string_view login, const MatchRule& rule);

}  // namespace tally::correlation
