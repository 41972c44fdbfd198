// told(): everything that a harvest says of accounts, groups and memberships, one line each, by name and not by row:
// two harvests that say the same are equal, in whatever order they were read.
#pragma once

#include <fmt/format.h>

#include <set>
#include <string>

#include "policy/model/snapshot.h"

namespace tally::directory::lab {

class Teller {
 public:
  explicit Teller(const model::Harvest& h) : h_(h) {}

  std::set<std::string> all() const {
    std::set<std::string> out;
    for (std::size_t i = 0; i < h_.accounts.size(); ++i) out.insert(account(i));
    for (std::size_t i = 0; i < h_.groups.size(); ++i) out.insert(group(i));
    for (std::size_t i = 0; i < h_.foreign_members.size(); ++i) {
      out.insert(fmt::format("foreign {} in {}", text(h_.foreign_members.dn[i]), name(h_.foreign_members.group[i])));
    }
    for (std::size_t i = 0; i < h_.membership_times.size(); ++i) {
      out.insert(fmt::format("member {} of {} since {}", name(h_.membership_times.account[i]),
                             name(h_.membership_times.group[i]), told(h_.membership_times.since[i])));
    }
    return out;
  }

 private:
  std::string text(base::TextId id) const { return std::string(h_.text.view(id)); }
  std::string name(model::AccountId id) const { return id.valid() ? text(h_.accounts.dn[id.index()]) : "-"; }
  std::string name(model::GroupId id) const { return id.valid() ? text(h_.groups.dn[id.index()]) : "-"; }
  std::string told(const model::BoolFact& f) const {
    return fmt::format("{} ({})", static_cast<int>(f.value), text(f.basis));
  }
  std::string told(const model::TimeFact& f) const {
    return fmt::format("{} {} ({})", static_cast<int>(f.state), base::format_bounds(f.bounds), text(f.basis));
  }
  template <class Rows>
  std::string names(const Rows& rows, std::size_t row) const {
    std::set<std::string> all;
    if (row < rows.rows()) {
      for (const auto id : rows.row(row)) all.insert(name(id));
    }
    std::string out;
    for (const std::string& one : all) out += one + " | ";
    return out;
  }

  std::string account(std::size_t i) const {
    const model::Accounts& a = h_.accounts;
    std::string out = "account";
    for (const auto* column :
         {&a.dn, &a.native_id, &a.sid, &a.login, &a.principal, &a.display_name, &a.mail, &a.employee_number,
          &a.flags_basis, &a.department, &a.title, &a.employee_type, &a.creator, &a.password_scheme}) {
      out += fmt::format(" [{}]", text((*column)[i]));
    }
    for (const auto* column : {&a.enabled, &a.locked}) out += "; " + told((*column)[i]);
    for (const auto* column :
         {&a.switched, &a.removed, &a.expires, &a.last_sign_in, &a.password_changed, &a.created, &a.modified}) {
      out += "; " + told((*column)[i]);
    }
    return out + fmt::format("; kind {} flags {:x}/{:x} uid {} gid {} primary {} manager {} in {}",
                             static_cast<int>(a.kind[i]), a.flags[i], a.flags_known[i], a.uid_number[i],
                             a.gid_number[i], name(a.primary_group[i]), name(a.manager[i]),
                             names(h_.groups_of_account, i));
  }

  std::string group(std::size_t i) const {
    const model::Groups& g = h_.groups;
    std::string out = "group";
    for (const auto* column : {&g.dn, &g.native_id, &g.sid, &g.name, &g.tier_basis, &g.members_unknown})
      out += fmt::format(" [{}]", text((*column)[i]));
    return out + fmt::format("; {} {}; tier {} unresolved {} owners {} gid {} owned by {} in {}", told(g.created[i]),
                             told(g.modified[i]), static_cast<int>(g.tier[i]), g.unresolved_members[i],
                             g.owners_named[i], g.gid_number[i], names(h_.owners_of_group, i),
                             names(h_.groups_of_group, i));
  }

  const model::Harvest& h_;
};

inline std::set<std::string> told(const model::Harvest& harvest) { return Teller(harvest).all(); }

/// Without the reader, who signs in at each reading.
inline std::set<std::string> told_but_the_reader(const model::Harvest& harvest, std::string_view reader) {
  std::set<std::string> out = told(harvest);
  std::erase_if(out, [&](const std::string& line) { return line.starts_with("account [" + std::string(reader)); });
  return out;
}

}  // namespace tally::directory::lab
