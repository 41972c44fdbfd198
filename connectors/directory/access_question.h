// Access question: may this one write that attribute of that entry, by the access rules of a server? The words that the
// rules of OpenLDAP (olc_access.h) and of 389 Directory Server (aci.h) have in common.
//
//   Permission p = access.of({.dn = "uid=anna,…", .groups = …}, {.dn = "cn=wheel,…"}, "member");
//   if (p.value == Truth::yes) print(p.rule);           // "olcAccess {2}to * by dn.exact=… write"
//
// What depends on the connection (its address, its encryption, the time) counts as fulfilled when that gives more: some
// connection will do. What depends on what is not read here (sets, filters, attributes of the entry) is unknown.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/fact.h"

namespace re2 {
class RE2;
}

namespace tally::directory {

/// Who asks. DNs are normal (dn.h).
struct Requester {
  std::string dn = {};                       ///< empty: somebody who signed in and whom no rule names
  bool anonymous = false;                    ///< nobody signed in
  std::vector<std::string> groups = {};      ///< directly in
  std::vector<std::string> all_groups = {};  ///< over groups in groups too
};

struct Target {
  std::string dn;
  /// Values of attributes that rules may look at: "owner" → normal DNs. What is not here is not known.
  std::map<std::string, std::vector<std::string>> named = {};
};

struct Permission {
  model::Truth value = model::Truth::no;
  bool own_name_only = false;  ///< yes, but only values that are the requester's own DN (selfwrite)
  std::string rule;            ///< of yes: what gives it, as written
  std::string why;             ///< of unknown
};

/// Stands for every attribute that no rule names.
inline constexpr const char* kAnyOtherAttribute = "any other attribute";

/// Somebody whom rules name, or entries that they are about: DNs of a shape, or the members of a group.
struct Named {
  enum class By : std::uint8_t { exact, one, subtree, children, level, regex, wildcard, group } by = By::exact;
  std::string text;  ///< a normal DN, a pattern, or the group's normal DN
  int level = 0;     ///< By::level: text is that many RDNs above
  friend bool operator==(const Named&, const Named&) = default;
};

/// The same as is_named(), for many DNs: a pattern is compiled once.
class NameTest {
 public:
  explicit NameTest(Named named);
  NameTest(NameTest&& other) noexcept;
  ~NameTest();
  [[nodiscard]] model::Truth of(std::string_view dn) const;

 private:
  Named named_;
  std::unique_ptr<re2::RE2> pattern_;  ///< of By::regex; empty when it cannot be understood
};

/// Whether the normal DN is one of those. Unknown: a pattern that cannot be understood, and Named::By::group.
model::Truth is_named(const Named& named, std::string_view dn);
/// DNs that a rule about such entries may mean, whether or not there are any; none may fit a pattern that is not of the
/// common kind.
std::vector<std::string> examples_of(const Named& place);
/// What stands above the normal DN; "" above the last RDN.
std::string_view parent_of(std::string_view dn);
/// At or below, both normal.
bool lies_in(std::string_view dn, std::string_view base);
model::Truth opposite(model::Truth of);

}  // namespace tally::directory
