// Tree: what an honest directory of a few people says to each request, for a test that lets an EvilServer tell it
// otherwise.
//
//   Tree tree{.people = 30};
//   EvilServer server({.script = tree.script([](const Asked& asked, Reply honest) { … return honest; })});
//
// dc=t holds uid=u0000 … of class inetOrgPerson and cn=admins, whose one member is u0000. Everybody may read it all.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/evil_server.h"
#include "tests/support/ldap_bytes.h"

namespace tally::directory::lab {

using support::Asked;
using support::Reply;
using support::Then;

/// What an honest answer becomes.
using Twist = std::function<Reply(const Asked&, Reply honest)>;

/// The read of everything, by its filter; the second count, which negates it twice.
inline bool is_search(const Asked& asked, int scope) {
  return asked.operation == Asked::search && asked.scope == scope;
}
inline bool is_count(const Asked& asked) { return is_search(asked, 2) && asked.filter.starts_with('\xA2'); }
inline bool asks_for_containers(const Asked& asked) {
  return asked.filter.find("hasSubordinates") != std::string::npos;
}
/// Who has no such attribute (absence.h).
inline bool asks_for_absence(const Asked& asked) {
  const auto names = [&](const char* one) { return asked.filter.find(one) != std::string::npos; };
  return is_search(asked, 2) &&
         (names("uidNumber") || names("gidNumber") || names("uniqueMember") || names("memberUid"));
}
/// Others that ask for a subtree, of containers or of who may write, do not ask for people.
inline bool is_main_read(const Asked& asked) {
  const auto names = [&](const char* one) { return asked.filter.find(one) != std::string::npos; };
  return is_search(asked, 2) && !is_count(asked) && !asks_for_absence(asked) &&
         (names("inetOrgPerson") || names("user"));
}

struct Tree {
  int people = 30;
  std::uint32_t most_a_page = 1'000'000;  ///< a server's cap: more are not given, whatever is asked for

  struct Row {
    std::string dn;
    support::LdapAttributes attributes;
  };

  [[nodiscard]] static std::string name_of(int person) { return fmt::format("uid=u{:04},dc=t", person); }

  [[nodiscard]] std::vector<Row> rows() const {
    std::vector<Row> out;
    for (int i = 0; i < people; ++i) {
      out.push_back({name_of(i), {{"objectClass", {"inetOrgPerson"}}, {"uid", {fmt::format("u{:04}", i)}}}});
    }
    out.push_back(
        {"cn=admins,dc=t", {{"objectClass", {"groupOfNames"}}, {"cn", {"admins"}}, {"member", {name_of(0)}}}});
    return out;
  }

  /// The rows after the cookie, as many as a page takes, and whether more follow.
  [[nodiscard]] std::string page(const Asked& asked, const std::vector<Row>& all) const {
    std::size_t from = 0;  // also for a cookie that is not ours
    std::from_chars(asked.cookie.data(), asked.cookie.data() + asked.cookie.size(), from);
    const std::size_t size = asked.page_size ? std::min(*asked.page_size, most_a_page) : all.size();
    const std::size_t to = std::min(all.size(), from + size);
    std::string out;
    for (std::size_t i = from; i < to; ++i) {
      out += support::ldap_entry(asked.id, all[i].dn, is_count(asked) ? support::LdapAttributes{} : all[i].attributes);
    }
    const std::string next = to < all.size() ? std::to_string(to) : "";
    return out + support::ldap_done(asked.id, 0, "", asked.page_size ? support::page_control(next) : "");
  }

  [[nodiscard]] Reply honest(const Asked& asked) const {
    if (asked.operation != Asked::search) return support::accept(asked);
    const auto one = [&](const std::string& dn, const support::LdapAttributes& attributes) {
      return Reply{support::ldap_entry(asked.id, dn, attributes) + support::ldap_done(asked.id)};
    };
    if (asked.base.empty()) {
      return one("", {{"namingContexts", {"dc=t"}}, {"supportedControl", {"1.2.840.113556.1.4.319"}}});
    }
    if (asked.scope == 0) return one(asked.base, {{"objectClass", {"domain"}}, {"contextCSN", {"1"}}});
    if (asked.scope == 1) return one(name_of(0), {});
    if (asks_for_containers(asked)) return {page(asked, {{"dc=t", {}}})};
    std::vector<Row> all = rows();
    if (asks_for_absence(asked)) {  // nobody has more than is shown
      std::erase_if(all, [&](const Row& row) {
        return asked.filter.find(row.attributes.front().second.front()) == std::string::npos;
      });
    }
    return {page(asked, all)};
  }

  [[nodiscard]] std::function<Reply(const Asked&)> script(Twist twist = nullptr) const {
    return [tree = *this, twist = std::move(twist)](const Asked& asked) {
      Reply out = tree.honest(asked);
      return twist ? twist(asked, std::move(out)) : out;
    };
  }
};

}  // namespace tally::directory::lab
