// Control tree: what stands above entries that mean power in Active Directory, and so controls them: the organizational
// units and containers that they are in, and the group policies that apply to them.
//
//   ControlTree tree(harvest);
//   tree.leaf({ControlledKind::account, account, {}}, dn, dn, inherits);   // for each entry whose list was read
//   for (const std::string& dn : tree.wanted_places()) tree.place(entry);  // until both are empty
//   for (const std::string& dn : tree.wanted_policies()) tree.policy(entry);
//   tree.link();                                                           // rows: what holds, and applies to, what
//
// A container's list is inherited by what is below it, unless that is protected (SE_DACL_PROTECTED, [MS-DTYP] 2.5.3.4;
// [MS-ADTS] 6.1.3): whoever may write the list, becomes or is the owner, or has full control, can give itself any right
// there. So a container holds what inherits from it. Entries that AdminSDHolder protects do not inherit ([MS-ADTS]
// 3.1.1.6.1), but group policies reach them all the same: whoever may write gPLink of a unit reaches every account
// below it, for a link that is enforced passes units that block ([MS-GPOL] 3.2.5.1).
// Heads of naming contexts are where both end: they inherit nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/directory/control_rows.h"
#include "connectors/directory/entry.h"
#include "connectors/directory/policy_links.h"
#include "connectors/directory/read_check.h"

namespace tally::directory {

class ControlTree {
 public:
  explicit ControlTree(model::Harvest& harvest) : harvest_(harvest) {}
  /// What entries do not show is absent only where this says so.
  void set_reader(ReadCheck reader) { reader_ = std::move(reader); }

  /// Places and policies that are asked for in all.
  static constexpr std::size_t kMaxObjects = 10'000;
  /// What place() and policy() read.
  static std::vector<std::string> attributes();

  /// An entry, or another object, whose rows are in the harvest as `object`; `inherits`: its list is not protected.
  void leaf(const Controlled& of, std::string_view object, std::string_view dn, bool inherits);
  /// The head of a domain, for what is linked there. Its list is not looked at.
  void head(const Entry& entry);
  /// A site, its list included.
  void site(const Entry& entry);
  /// A unit or container that was wanted. Others are left alone.
  void place(const Entry& entry);
  /// A group policy that was wanted. Others are left alone.
  void policy(const Entry& entry);

  /// The same of what was not read as entries (connectors/bloodhound), wanted or not. Rows about it are in the harvest,
  /// from `first_row` on those of a place.
  struct Standing {
    bool unit = false, inherits = true, blocks = false;
    std::vector<PolicyLink> links;
  };
  void add_head(std::string_view dn, std::vector<PolicyLink> links);
  void add_place(std::string_view dn, Standing what, std::size_t first_row);
  void add_policy(std::string_view dn, const std::string& text, bool inherits);
  /// What rows about a group policy have as their object.
  static std::string policy_text(std::string_view name, std::string_view dn);

  /// DNs not handed out before.
  std::vector<std::string> wanted_places();
  std::vector<std::string> wanted_policies();
  [[nodiscard]] std::size_t size() const { return places_.size() + policies_.size(); }

  /// The rows between objects; last of all.
  void link();
  /// Which places and policies were wanted and not given, in words; empty when none.
  [[nodiscard]] std::string unread() const;
  /// For the manifest: numbers.
  [[nodiscard]] std::string in_words() const;

 private:
  struct Place {
    std::string dn, above;  ///< as written; the key of the place above, empty for the topmost
    bool head = false, seen = false;
    Standing is;
    bool all_entered = false, unblocked_entered = false;  ///< link(): some row leads to this scope
  };
  struct Policy {
    std::string dn, text;
    bool seen = false;
  };
  struct Leaf {
    Controlled of;
    std::string object, above;
    bool inherits = true;
  };
  struct SiteLinks {
    std::string dn;
    std::vector<PolicyLink> links;
  };

  std::string want_place(std::string_view dn);
  std::vector<PolicyLink> links_of(const Entry& entry, const Controlled& of);
  void want_policies(const std::vector<PolicyLink>& links);
  void divert_links(std::size_t first_row, const std::string& dn);
  void link_policies();
  void link_places();
  void link_leaves();

  model::Harvest& harvest_;
  ReadCheck reader_;
  std::map<std::string, Place> places_;     ///< by normal DN
  std::map<std::string, Policy> policies_;  ///< the same
  std::vector<Leaf> leaves_;
  std::vector<SiteLinks> sites_;
  std::vector<std::string> wanted_places_, wanted_policies_;
};

}  // namespace tally::directory
