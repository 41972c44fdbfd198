// Rows of the struct-of-arrays tables: every column grows and shrinks together.
#include "policy/model/columns.h"

#include <algorithm>

#include "policy/base/assert.h"

namespace tally::model {
namespace {

/// Appends a row of defaults.
template <class Table>
void add_row(Table& table, SourceId from) {
  each_column<Table>([&table](std::string_view, auto column) { (table.*column).emplace_back(); });
  table.source.back() = from;
}

template <class Values>
void keep_in(Values& values, const std::vector<bool>& keep) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (keep[i]) values[kept++] = values[i];
  }
  values.resize(kept);
}

}  // namespace

PersonId People::add(SourceId from) {
  add_row(*this, from);
  return PersonId::at(size() - 1);
}

void People::keep_only(const std::vector<bool>& keep) {
  TALLY_ASSERT(keep.size() == size());
  each_column<People>([&](std::string_view, auto column) { keep_in(this->*column, keep); });
}

AccountId Accounts::add(SourceId from) {
  add_row(*this, from);
  uid_number.back() = gid_number.back() = kNoNumber;
  return AccountId::at(size() - 1);
}

GroupId Groups::add(SourceId from) {
  add_row(*this, from);
  mail_only.back() = Truth::unknown;
  gid_number.back() = Accounts::kNoNumber;
  return GroupId::at(size() - 1);
}

DeletedId DeletedAccounts::add(SourceId from) {
  add_row(*this, from);
  return DeletedId::at(size() - 1);
}

const TimeFact* MembershipTimes::find(AccountId member, GroupId of) const {
  const auto [first, last] = std::equal_range(account.begin(), account.end(), member);
  const auto begin = group.begin() + (first - account.begin()), end = group.begin() + (last - account.begin());
  const auto found = std::lower_bound(begin, end, of);
  return found == end || *found != of ? nullptr : &since[static_cast<std::size_t>(found - group.begin())];
}

std::string_view to_string(Employment status) {
  switch (status) {
    case Employment::unknown: return "unknown";
    case Employment::pre_hire: return "pre-hire";
    case Employment::active: return "active";
    case Employment::on_leave: return "on leave";
    case Employment::suspended: return "suspended";
    case Employment::left: return "left";
  }
  TALLY_ASSERT(false && "unknown Employment");
  return {};
}

std::string_view to_string(AccountKind kind) {
  switch (kind) {
    case AccountKind::user: return "user";
    case AccountKind::service: return "service";
    case AccountKind::managed_service: return "managed service";
    case AccountKind::computer: return "computer";
    case AccountKind::trust: return "trust";
  }
  TALLY_ASSERT(false && "unknown AccountKind");
  return {};
}

std::string_view to_string(Tier tier) {
  switch (tier) {
    case Tier::none: return "none";
    case Tier::tier1: return "tier 1";
    case Tier::tier0: return "tier 0";
  }
  TALLY_ASSERT(false && "unknown Tier");
  return {};
}

}  // namespace tally::model
