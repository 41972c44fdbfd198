// Rights on entries, as a scenario writes them: [[control]] and what of the lists was read.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "policy/model/snapshot.h"
#include "policy/rules/reader.h"

namespace tally::scenarios {

inline std::uint32_t right_of(std::string_view name) {
  for (const auto& [word, right] : {std::pair("full control", model::kFullControl),
                                    {"write DACL", model::kWriteDacl},
                                    {"reset password", model::kResetPassword},
                                    {"add member", model::kAddMember},
                                    {"get changes", model::kGetChanges},
                                    {"above all rules", model::kAboveAllRules},
                                    {"become root", model::kBecomeRoot},
                                    {"get changes all", model::kGetChangesAll}}) {
    if (name == word) return right;
  }
  return model::kOwner;
}

inline model::AccountId account_of_login(const model::Harvest& h, std::string_view login) {
  for (std::size_t i = 0; i < h.accounts.size(); ++i) {
    if (h.text.view(h.accounts.login[i]) == login) return model::AccountId::at(i);
  }
  return {};
}

inline model::GroupId group_of_name(const model::Harvest& h, std::string_view name) {
  for (std::size_t i = 0; i < h.groups.size(); ++i) {
    if (h.text.view(h.groups.name[i]) == name) return model::GroupId::at(i);
  }
  return {};
}

/// What of the lists was not read, and what of them is the forest's.
inline void tell_controls(const rules::Node& table, rules::Reader& reader, model::SourceRecord& source) {
  source.controls_unread = reader.text(table, "controls_unread", "");
  source.own_powers = reader.texts(table, "own_powers");
  source.own_powers_unread = reader.text(table, "own_powers_unread", "");
  if (table.find("ds_heuristics") != nullptr) source.ds_heuristics = reader.text(table, "ds_heuristics");
}

/// The SID of the account or group of that name, or its DN where it has none.
inline std::string holder_called(const model::Harvest& h, std::string_view name) {
  const auto either = [&](base::TextId sid, base::TextId dn) {
    return std::string(h.text.view(h.text.view(sid).empty() ? dn : sid));
  };
  if (const auto account = account_of_login(h, name); account.valid())
    return either(h.accounts.sid[account.index()], h.accounts.dn[account.index()]);
  const auto group = group_of_name(h, name);
  return group.valid() ? either(h.groups.sid[group.index()], h.groups.dn[group.index()]) : "";
}

/// `over`: a login, the name of a group, "AdminSDHolder", "every Unix host", or anything else for the domain.
inline void add_control(model::Harvest& h, std::string_view over, const std::string& holder, std::uint32_t rights,
                        const std::string& rule = "") {
  model::Controls& c = h.controls;
  const auto account = account_of_login(h, over);
  const auto group = account.valid() ? model::GroupId() : group_of_name(h, over);
  c.source.emplace_back(0);
  c.kind.push_back(account.valid()             ? model::ControlledKind::account
                   : group.valid()             ? model::ControlledKind::group
                   : over == "AdminSDHolder"   ? model::ControlledKind::admin_sd_holder
                   : over == "every Unix host" ? model::ControlledKind::hosts
                                               : model::ControlledKind::domain);
  c.account.push_back(account);
  c.group.push_back(group);
  c.object.push_back(h.text.intern(std::string(over)));
  c.holder.push_back(h.text.intern(holder));
  c.holder_name.push_back(h.text.intern(""));
  c.everybody.push_back(0);
  c.rights.push_back(rights);
  c.rule.push_back(h.text.intern(rule));
  c.unless_in.push_back(h.text.intern(""));
  c.doubt.push_back(h.text.intern(""));
}

/// The lists of all entries were read, and dSHeuristics.
inline void read_all_controls(model::Harvest& h) {
  if (!h.source.ds_heuristics) h.source.ds_heuristics = "";
  for (const char* head : {"the domain", "AdminSDHolder"}) add_control(h, head, "", 0);
  for (std::size_t i = 0; i < h.accounts.size(); ++i)
    add_control(h, std::string(h.text.view(h.accounts.login[i])), "", 0);
  for (std::size_t i = 0; i < h.groups.size(); ++i) add_control(h, std::string(h.text.view(h.groups.name[i])), "", 0);
}

}  // namespace tally::scenarios
