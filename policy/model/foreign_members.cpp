#include "policy/model/foreign_members.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "policy/model/columns.h"

namespace tally::model {
namespace {

std::string folded(std::string_view dn) {
  std::string out(dn);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

bool believed(const SourceRecord& source) {
  return source.coverage.state == CoverageState::complete || source.coverage.state == CoverageState::partial;
}

/// Who is looked for, by what they would be known; values are rows of foreign_members.
class Wanted {
 public:
  explicit Wanted(const Snapshot& s) : s_(s) {
    const ForeignMembers& f = s.foreign_members;
    for (std::size_t row = 0; row < f.size(); ++row) {
      if (!believed(s.source(f.source[row]))) continue;
      if (const std::string_view sid = s.view(f.sid[row]); !sid.empty()) {
        by_sid_.emplace(sid, row);
      } else {
        const std::string_view dn = s.view(f.dn[row]);
        if (dn.empty()) continue;
        if (dn.size() >= lengths_.size()) lengths_.resize(dn.size() + 1);
        lengths_[dn.size()] = true;
        by_dn_.emplace(folded(dn), row);
      }
    }
  }

  /// Calls `found(row)` for every foreign member that is the entry of that SID and DN.
  template <class Found>
  void each(base::TextId sid, base::TextId dn, const Found& found) const {
    if (const std::string_view text = s_.view(sid); !by_sid_.empty() && !text.empty()) {
      const auto [first, last] = by_sid_.equal_range(text);
      for (auto it = first; it != last; ++it) found(it->second);
    }
    const std::string_view name = s_.view(dn);
    if (name.size() >= lengths_.size() || !lengths_[name.size()]) return;  // spares folding almost every name
    const auto [first, last] = by_dn_.equal_range(folded(name));
    for (auto it = first; it != last; ++it) found(it->second);
  }
  [[nodiscard]] bool nobody() const { return by_sid_.empty() && by_dn_.empty(); }

 private:
  const Snapshot& s_;
  std::unordered_multimap<std::string_view, std::size_t> by_sid_;
  std::unordered_multimap<std::string, std::size_t> by_dn_;
  std::vector<bool> lengths_;
};

/// A membership to add: member and group.
using Edges = std::vector<std::pair<std::size_t, GroupId>>;

template <class Table>
Edges memberships(const Snapshot& s, const Table& table, const Wanted& wanted, std::vector<bool>& resolved) {
  Edges edges;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!believed(s.source(table.source[i]))) continue;
    wanted.each(table.sid[i], table.dn[i], [&](std::size_t row) {
      resolved[row] = true;
      edges.emplace_back(i, s.foreign_members.group[row]);
    });
  }
  return edges;
}

/// The rows with the edges in their places; edges come in the order of their members.
SparseRows<GroupId> with(const SparseRows<GroupId>& rows, const Edges& edges) {
  SparseRows<GroupId> out;
  out.offsets.reserve(rows.offsets.size());
  out.targets.reserve(rows.targets.size() + edges.size());
  auto next = edges.begin();
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const auto row = rows.row(i);
    const auto begin = static_cast<std::ptrdiff_t>(out.targets.size());
    out.targets.insert(out.targets.end(), row.begin(), row.end());
    if (next != edges.end() && next->first == i) {
      for (; next != edges.end() && next->first == i; ++next) out.targets.push_back(next->second);
      std::sort(out.targets.begin() + begin, out.targets.end());
      out.targets.erase(std::unique(out.targets.begin() + begin, out.targets.end()), out.targets.end());
    }
    out.offsets.push_back(out.targets.size());
  }
  return out;
}

/// Forgets the resolved rows, and that they were not resolved.
void take_off(Snapshot& s, const std::vector<bool>& resolved) {
  ForeignMembers& f = s.foreign_members;
  for (std::size_t row = 0; row < f.size(); ++row) {
    if (!resolved[row]) continue;
    std::uint32_t& count = s.groups.unresolved_members[f.group[row].index()];
    if (count > 0) --count;
  }
  each_column<ForeignMembers>([&](std::string_view, auto column) {
    auto& values = f.*column;
    std::size_t kept = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
      if (!resolved[row]) values[kept++] = values[row];
    }
    values.resize(kept);
  });
}

}  // namespace

void resolve_foreign_members(Snapshot& s) {
  if (s.foreign_members.size() == 0) return;
  const Wanted wanted(s);
  if (wanted.nobody()) return;
  std::vector<bool> resolved(s.foreign_members.size());
  const Edges accounts = memberships(s, s.accounts, wanted, resolved);
  const Edges groups = memberships(s, s.groups, wanted, resolved);
  if (!accounts.empty()) s.groups_of_account = with(s.groups_of_account, accounts);
  if (!groups.empty()) s.groups_of_group = with(s.groups_of_group, groups);
  take_off(s, resolved);
}

}  // namespace tally::model
