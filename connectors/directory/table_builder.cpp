#include "connectors/directory/table_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "connectors/directory/sid.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

constexpr std::size_t kMaxRejectValue = 200;  ///< bytes of an offending value that a reject keeps (model::Reject)

/// The name of an entry right below a container of that name; "" when it is none.
std::string_view name_in(std::string_view container, std::string_view dn) {
  if (dn.size() < 4 || !equal_ignoring_case(dn.substr(0, 3), "cn=")) return {};
  const std::size_t comma = dn.find(',');
  if (comma == std::string_view::npos) return {};
  if (!equal_ignoring_case(dn.substr(comma + 1, container.size()), container)) return {};
  return dn.substr(3, comma - 3);
}

/// "CN=S-1-5-11,CN=ForeignSecurityPrincipals,…": somebody of another domain, or a population that no directory lists.
std::string_view foreign_sid(std::string_view dn) {
  const std::string_view sid = name_in("CN=ForeignSecurityPrincipals,", dn);
  return is_sid_text(sid) ? sid : std::string_view{};
}

/// "CN=Everyone,CN=WellKnown Security Principals,CN=Configuration,…": so Samba names a population that has no foreign
/// security principal yet (MS-ADTS 6.1.1.2.6).
std::string_view well_known_principal(std::string_view dn) {
  return name_in("CN=WellKnown Security Principals,CN=Configuration,", dn);
}

}  // namespace

struct TableBuilder::Pending {
  struct Foreign {
    base::TextId dn;
    model::GroupId group;
  };
  Memberships memberships;
  base::TextPool foreign_names;
  std::vector<Foreign> foreign;  ///< members that may be an account or group with such a name, read later
  base::TextPool others;         ///< DNs of entries that are neither account nor group
  std::map<std::uint32_t, RangeReading> ranges;  ///< by group; the final range removes it
};

TableBuilder::TableBuilder(const ProfileOptions& options, model::Harvest& harvest)
    : options_(options),
      harvest_(harvest),
      index_([this](Node node) {
        switch (node.kind) {
          case NodeKind::account: return harvest_.text.view(harvest_.accounts.dn[node.row]);
          case NodeKind::group: return harvest_.text.view(harvest_.groups.dn[node.row]);
          case NodeKind::other: return pending_->others.view(base::TextId(node.row));
        }
        return std::string_view{};
      }),
      pending_(std::make_unique<Pending>()) {}

TableBuilder::~TableBuilder() = default;

bool TableBuilder::admit(const Entry& entry, Node node) {
  if (!base::is_utf8(entry.dn())) {
    reject(entry, "dn", entry.dn(), "the name is not UTF-8; the entry is left out", true);
    return false;
  }
  if (entry.dn().empty()) {
    reject(entry, "dn", "", "the entry has no name and is left out", true);
    return false;
  }
  switch (index_.insert(entry.dn(), node)) {
    case DnIndex::Inserted::yes: return true;
    case DnIndex::Inserted::duplicate:
      reject(entry, "dn", entry.dn(), "an entry of this name came before; the first one is used", true);
      return false;
    case DnIndex::Inserted::malformed:
      reject(entry, "dn", entry.dn(), "the name is not of the form of RFC 4514; the entry is left out", true);
      return false;
  }
  return false;
}

std::optional<model::AccountId> TableBuilder::add_account(const Entry& entry) {
  const auto row = static_cast<std::uint32_t>(accounts().size());
  if (!admit(entry, {NodeKind::account, row})) return std::nullopt;
  const model::AccountId id = accounts().add(model::SourceId(0));
  accounts().dn[row] = text().add(entry.dn());
  return id;
}

std::optional<model::GroupId> TableBuilder::add_group(const Entry& entry) {
  const auto row = static_cast<std::uint32_t>(groups().size());
  if (!admit(entry, {NodeKind::group, row})) return std::nullopt;
  const model::GroupId id = groups().add(model::SourceId(0));
  groups().dn[row] = text().add(entry.dn());
  return id;
}

void TableBuilder::add_other(std::string_view dn) {
  if (dn.empty() || index_.find(dn)) return;
  const base::TextId id = pending_->others.add(dn);
  index_.insert(dn, {NodeKind::other, id.index()});
}

bool TableBuilder::contains(std::string_view dn) const { return index_.find(dn).has_value(); }

std::optional<model::AccountId> TableBuilder::account_of(std::string_view dn) const {
  const auto node = index_.find(dn);
  if (!node || node->kind != NodeKind::account) return std::nullopt;
  return model::AccountId(node->row);
}

void TableBuilder::reject(const Entry& entry, std::string_view attribute, std::string_view value, std::string reason,
                          bool whole_record) {
  harvest_.source.coverage.reject({.line = entry.line(),
                                   .column = base::displayable(attribute.substr(0, kMaxRejectValue)),
                                   .value = base::displayable(value.substr(0, kMaxRejectValue)),
                                   .reason = std::move(reason),
                                   .whole_record = whole_record});
}

void TableBuilder::add_member(model::GroupId group, std::string_view dn) {
  const bool ad = options_.dialect == Dialect::active_directory;
  if (ad && (!foreign_sid(dn).empty() || !well_known_principal(dn).empty())) {
    pending_->foreign.push_back({pending_->foreign_names.intern(dn), group});
  } else if (const auto node = index_.find(dn)) {
    pending_->memberships.add(*node, group);
  } else {
    pending_->memberships.add_late(dn, group);
  }
}

void TableBuilder::add_member_uid(model::GroupId group, std::string_view uid) {
  pending_->memberships.add_member_uid(uid, group);
}

void TableBuilder::add_uid(model::AccountId account, base::TextId uid) { pending_->memberships.add_uid(uid, account); }

void TableBuilder::set_gid(model::GroupId group, std::uint64_t gid) { pending_->memberships.set_gid(group, gid); }

void TableBuilder::set_primary_gid(model::AccountId account, std::uint64_t gid) {
  pending_->memberships.set_primary_gid(account, gid);
}

void TableBuilder::set_primary_rid(model::AccountId account, std::uint32_t rid) {
  pending_->memberships.set_primary_rid(account, rid);
}

void TableBuilder::set_manager(model::AccountId account, std::string_view dn) {
  pending_->memberships.set_manager(account, dn);
}

void TableBuilder::add_owner(model::GroupId group, std::string_view dn) { pending_->memberships.add_owner(group, dn); }

void TableBuilder::add_members(model::GroupId group, const Entry& entry, std::string_view attribute) {
  for (std::string_view dn : entry.values(attribute)) add_member(group, dn);
  const auto range = entry.range(attribute);
  if (range && range->first == 0) {
    for (std::string_view dn : range->values) add_member(group, dn);
  }
  if (auto reading = RangeReading::of(entry, attribute))
    pending_->ranges.insert_or_assign(group.index(), std::move(*reading));
}

std::vector<OpenRange> TableBuilder::open_ranges() const {
  std::vector<OpenRange> open;
  for (const auto& [row, range] : pending_->ranges) {
    if (auto one = open_range(model::GroupId(row))) open.push_back(std::move(*one));
  }
  return open;
}

std::optional<OpenRange> TableBuilder::open_range(model::GroupId group) const {
  const auto found = pending_->ranges.find(group.index());
  if (found == pending_->ranges.end() || found->second.refused()) return std::nullopt;
  return OpenRange{group, std::string(harvest_.text.view(harvest_.groups.dn[group.index()])), found->second.asked()};
}

RangeStep TableBuilder::add_range(model::GroupId group, const Entry& entry) {
  const auto found = pending_->ranges.find(group.index());
  if (found == pending_->ranges.end()) return RangeStep::complete;
  std::span<const std::string_view> members;
  const RangeStep step = found->second.take(entry, members);
  for (std::string_view dn : members) add_member(group, dn);
  if (step == RangeStep::complete) pending_->ranges.erase(found);
  return step;
}

void TableBuilder::mark_members_unknown(model::GroupId group, std::string_view reason) {
  base::TextId& cell = groups().members_unknown[group.index()];
  if (text().view(cell).empty()) cell = text().intern(reason);
  groups().members_unlisted[group.index()] = 0;
}

/// Anybody may be called like a SID: what was read as an account or a group is that, and no stranger.
void TableBuilder::resolve_foreign() {
  for (const auto& [name, group] : pending_->foreign) {
    const std::string_view dn = pending_->foreign_names.view(name);
    if (const auto node = index_.find(dn); node && node->kind != NodeKind::other) {
      pending_->memberships.add(*node, group);
      continue;
    }
    ++groups().unresolved_members[group.index()];
    const std::string_view sid = foreign_sid(dn);
    const std::string_view who = sid.empty() ? well_known_principal(dn) : unlisted_population(sid);
    if (who.empty()) {
      Memberships::add_foreign(harvest_, group, dn, sid);
      continue;
    }
    const bool nothing_else =
        text().view(groups().members_unknown[group.index()]).empty() || groups().members_unlisted[group.index()] != 0;
    mark_members_unknown(group, fmt::format("{}{} is a member, and no directory lists who that is",
                                            base::displayable(who), sid.empty() ? "" : fmt::format(" ({})", sid)));
    groups().members_unlisted[group.index()] = nothing_else ? 1 : 0;
  }
}

void TableBuilder::close_ranges() {
  if (pending_->ranges.empty()) return;
  for (const auto& [row, range] : pending_->ranges) {
    mark_members_unknown(model::GroupId(row),
                         fmt::format("only the first {} values of {} were delivered", range.next(), range.attribute()));
  }
  harvest_.source.coverage.lower(
      model::CoverageState::partial, model::Gap::Kind::range_cut,
      fmt::format("not all members of {} group{} could be read (range retrieval did not reach the end)",
                  pending_->ranges.size(), pending_->ranges.size() == 1 ? "" : "s"));
}

/// The group's own name, or the value of its first RDN.
bool TableBuilder::is_called(std::uint32_t row, std::string_view name) {
  if (equal_ignoring_case(text().view(groups().name[row]), name)) return true;
  const std::string_view dn = text().view(groups().dn[row]);
  const std::string_view first = dn.substr(0, dn.find(','));
  const std::size_t equals = first.find('=');
  return equals != std::string_view::npos && equal_ignoring_case(first.substr(equals + 1), name);
}

void TableBuilder::apply_privileged_groups() {
  for (const PrivilegedGroup& wanted : options_.privileged_groups) {
    std::vector<std::uint32_t> rows;
    const auto node = index_.find(wanted.group);
    const bool by_dn = node && node->kind == NodeKind::group;
    if (by_dn) rows.push_back(node->row);
    for (std::uint32_t row = 0; row < groups().size() && !by_dn; ++row) {
      if (is_called(row, wanted.group)) rows.push_back(row);
    }
    for (const std::uint32_t row : rows) {
      if (groups().tier[row] >= wanted.tier) continue;
      groups().tier[row] = wanted.tier;
      groups().tier_basis[row] = text().intern("named in privileged_groups");
    }
    if (!rows.empty() || !whole_) continue;
    harvest_.source.coverage.lower(
        model::CoverageState::partial, model::Gap::Kind::hidden,
        fmt::format("privileged_groups names \"{}\", and no group of that name was seen: a wrong name, or a group "
                    "that this account may not read",
                    base::displayable(wanted.group)));
  }
}

Unresolved TableBuilder::finish() {
  TALLY_ASSERT(pending_ != nullptr);
  const auto untold = model::TimeFact::unknown(text().intern("what was read does not tell when its switch was turned"));
  for (model::TimeFact& switched : accounts().switched) {
    if (switched.state == model::TimeState::unknown && !switched.basis.valid()) switched = untold;
  }
  resolve_foreign();
  close_ranges();
  apply_privileged_groups();
  Unresolved left = pending_->memberships.resolve(index_, DnScope(options_.bases), harvest_);
  past_.resolve(index_, pending_->memberships.uids(), harvest_);
  index_.clear();
  pending_.reset();
  return left;
}

}  // namespace tally::directory
