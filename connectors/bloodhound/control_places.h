// Control places: the organizational units, containers and group policies of a collection, and what lies in them, in a
// directory::ControlTree: whoever controls these controls what they hold, and reach.
//
//   ControlPlaces places(harvest);
//   places.policy(object, dn);                 // gpos, first of all: links have their identifiers
//   places.head(object, dn);                   // domains
//   places.place(object, dn, true);            // ous; containers with false
//   places.leaf({ControlledKind::account, account, {}}, dn, object);
//   places.link();                             // last of all
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/bloodhound/object.h"
#include "connectors/directory/control_tree.h"

namespace tally::bloodhound {

class ControlPlaces {
 public:
  explicit ControlPlaces(model::Harvest& harvest) : harvest_(harvest), tree_(harvest) {}

  void policy(const Object& object, std::string_view dn);
  void head(const Object& object, std::string_view dn);
  void place(const Object& object, std::string_view dn, bool unit);
  /// An account or group whose rows are in the harvest.
  void leaf(const directory::Controlled& of, std::string_view dn, const Object& object);
  void link() { tree_.link(); }

  /// What stands above and is in no file, in words; empty when nothing.
  [[nodiscard]] std::string unread() const;
  /// For the manifest: numbers.
  [[nodiscard]] std::string in_words() const { return tree_.in_words(); }

 private:
  std::vector<directory::PolicyLink> links_of(const Object& object);

  model::Harvest& harvest_;
  directory::ControlTree tree_;
  std::map<std::string, std::string> policies_;  ///< DN by key_of() their identifier
  std::string unknown_policy_;                   ///< the first that is linked and in no file
};

}  // namespace tally::bloodhound
