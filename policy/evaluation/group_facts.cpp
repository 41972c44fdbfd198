#include "policy/evaluation/group_facts.h"

#include <fmt/format.h>

#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using model::BoolFact;
using model::GroupId;
using model::Tier;
using model::Truth;

constexpr std::string_view kNotTold = "the directory does not tell";

bool is_active_directory(const model::SourceRecord& source) { return source.connector.ends_with("active-directory"); }

}  // namespace

FactRows<GroupFacts> GroupFacts::rows() {
  using F = GroupFacts;
  using G = model::Groups;
  static constexpr auto kMembers = [](const F& f, std::size_t row) { return f.unlisted(row); };
  static constexpr auto kTier = [](const F& f, std::size_t row) {
    return std::string(f.inputs_.access.tiers().basis(f.inputs_.snapshot, GroupId::at(row)));
  };
  static constexpr FactRow<F> kRows[] = {
      {"group.name", [](F& f) { return f.text(&G::name); }},
      {"group.dn", [](F& f) { return f.text(&G::dn); }},
      {"group.sid", [](F& f) { return f.text(&G::sid); }},
      {"group.source", [](F& f) { return f.sources(); }},
      {"group.tier", [](F& f) { return f.tier(); }, kTier},
      {"group.privileged", [](F& f) { return f.privileged(); }, kTier},
      {"group.members_count", [](F& f) { return f.members_count(); }, kMembers},
      {"group.has_members", [](F& f) { return f.has_members(); }, kMembers},
      {"group.unresolved_members", [](F& f) { return f.unresolved_members(); }, kMembers},
      {"group.circular", [](F& f) { return f.circular(); }, kMembers},
      {"group.created", [](F& f) { return f.times(&G::created); }},
      {"group.modified", [](F& f) { return f.times(&G::modified); }},
      {"group.mail_only", [](F& f) { return f.mail_only(); }},
      {"group.conflict", [](F& f) { return f.conflict(); }},
      {"group.gid_number", [](F& f) { return f.gid_number(); }},
      {"group.has_owner", [](F& f) { return f.has_owner(); }},
      {"group.owners", [](F& f) { return f.owners(); }},
      {"group.owner_left", [](F& f) { return f.owner_left(); }},
      {"group.owner_is_member", [](F& f) { return f.owner_is_member(); }},
      {"group.exemption_ended", [](F& f) { return f.decisions_.exemption_ended(); },
       [](const F& f, std::size_t i) { return f.decisions_.exemption_in_words(i); }},
      {"group.acknowledged", [](F& f) { return f.decisions_.acknowledged(); },
       [](const F& f, std::size_t i) { return f.decisions_.acknowledged_in_words(i); }},
  };
  return kRows;
}

std::string GroupFacts::basis(std::string_view fact, std::size_t row) const {
  const auto& entry = fact_row<GroupFacts>(fact, rows());
  std::string out = entry.basis == nullptr ? std::string() : entry.basis(*this, row);
  return out.empty() ? std::string(inputs_.snapshot.view(inputs_.snapshot.groups.dn[row])) : out;
}

cel::FactColumn GroupFacts::text(std::vector<base::TextId> model::Groups::*column) const {
  return view(inputs_.snapshot.groups.*column, inputs_.snapshot.text);
}

cel::FactColumn GroupFacts::times(std::vector<model::TimeFact> model::Groups::*column) const {
  return view(inputs_.snapshot.groups.*column, inputs_.snapshot.text);
}

cel::FactColumn GroupFacts::sources() {
  std::vector<base::TextId>& out = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = text_.intern(inputs_.snapshot.source(inputs_.snapshot.groups.source[i]).name);
  }
  return view(out, text_);
}

/// Active Directory's privilege goes by the SID: a group that shows none may be any.
cel::FactColumn GroupFacts::tier() {
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Tier own = inputs_.access.tiers().of(GroupId::at(i));
    out[i] = own == Tier::tier0 ? 0 : own == Tier::tier1 ? 1 : 2;
    const bool hidden = is_active_directory(s.source(s.groups.source[i])) && s.view(s.groups.sid[i]).empty();
    if (out[i] == 2 && hidden) why[i] = text_.intern("the group shows no objectSid, by which privilege goes");
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

/// A way up that was not seen can only run through a group that was not seen, or one whose members were not all read.
cel::FactColumn GroupFacts::privileged() {
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<base::TextId> unseen(s.sources.size());
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    if (s.sources[i].kind != model::SourceKind::directory) continue;
    const std::string_view why = inputs_.access.view(inputs_.access.groups_unseen(model::SourceId::at(i)));
    if (!why.empty()) unseen[i] = text_.intern(why);
  }
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    base::TextId& why = unseen[s.groups.source[g].index()];
    if (why.valid() || s.view(s.groups.members_unknown[g]).empty()) continue;
    if (!inputs_.access.leads_to_privilege(GroupId::at(g))) continue;
    why = text_.intern("not all members of all privileged groups could be read");
  }
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool leads = inputs_.access.leads_to_privilege(GroupId::at(i));
    const base::TextId why = unseen[s.groups.source[i].index()];
    out[i] = leads || !why.valid() ? BoolFact::known(leads, {}) : BoolFact::unknown(why);
  }
  return view(out, text_);
}

const std::vector<std::uint64_t>& GroupFacts::members() {
  const model::Snapshot& s = inputs_.snapshot;
  if (!members_.empty() || s.groups.size() == 0) return members_;
  members_.assign(s.groups.unresolved_members.begin(), s.groups.unresolved_members.end());
  for (const GroupId group : s.groups_of_account.targets) ++members_[group.index()];
  for (const GroupId group : s.groups_of_group.targets) ++members_[group.index()];
  return members_;
}

std::string GroupFacts::unlisted(std::size_t row) const {
  const model::Snapshot& s = inputs_.snapshot;
  const model::SourceRecord& source = s.source(s.groups.source[row]);
  const std::string_view own = s.view(s.groups.members_unknown[row]);
  if (!own.empty()) return fmt::format("not all members of the group could be read ({})", own);
  if (source.coverage.state == model::CoverageState::complete) return {};
  return fmt::format("directory {} was not completely seen ({})", source.name, source.coverage.in_words());
}

cel::FactColumn GroupFacts::members_count() {
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int64_t>(members()[i]);
    if (const std::string reason = unlisted(i); !reason.empty()) why[i] = text_.intern(reason);
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn GroupFacts::has_members() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string reason = members()[i] > 0 ? std::string() : unlisted(i);
    out[i] = reason.empty() ? BoolFact::known(members()[i] > 0, {}) : BoolFact::unknown(text_.intern(reason));
  }
  return view(out, text_);
}

cel::FactColumn GroupFacts::unresolved_members() {
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = inputs_.snapshot.groups.unresolved_members[i];
    // Where entries are hidden, a member that was not seen may well be one of them.
    if (const std::string reason = unlisted(i); !reason.empty()) why[i] = text_.intern(reason);
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn GroupFacts::circular() {
  const std::vector<bool> in_itself = circular_groups(inputs_.snapshot.groups_of_group);
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool yes = i < in_itself.size() && in_itself[i];
    const std::string reason = yes ? std::string() : unlisted(i);
    out[i] = reason.empty() ? BoolFact::known(yes, {}) : BoolFact::unknown(text_.intern(reason));
  }
  return view(out, text_);
}

cel::FactColumn GroupFacts::mail_only() {
  Truths& out = bools();
  const base::TextId untold = text_.intern(kNotTold);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {inputs_.snapshot.groups.mail_only[i], untold};
  return view(out, text_);
}

/// "cn=name\0ACNF:<guid>,…": the entry that lost when two of one name were made at once (MS-ADTS 3.1.1.1.5.1.4).
cel::FactColumn GroupFacts::conflict() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = BoolFact::known(is_conflict_name(inputs_.snapshot.view(inputs_.snapshot.groups.dn[i])), {});
  }
  return view(out, text_);
}

cel::FactColumn GroupFacts::gid_number() {
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = texts();
  const base::TextId none = text_.intern("the group shows no gidNumber");
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = inputs_.snapshot.groups.gid_number[i];
    if (inputs_.snapshot.groups.gid_number[i] == model::Accounts::kNoNumber) why[i] = none;
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

/// Strongly connected parts by Tarjan's algorithm, with a stack of its own: nesting may be as deep as there are groups.
std::vector<bool> circular_groups(const model::SparseRows<model::GroupId>& rows) {
  constexpr std::uint32_t kNew = 0xFFFFFFFF;
  const std::size_t n = rows.rows();
  std::vector<bool> circular(n, false), open(n, false);
  std::vector<std::uint32_t> order(n, kNew), low(n, 0), next(n, 0), path, part;
  std::uint32_t time = 0;
  for (std::size_t start = 0; start < n; ++start) {
    if (order[start] != kNew) continue;
    path.push_back(static_cast<std::uint32_t>(start));
    while (!path.empty()) {
      const std::uint32_t at = path.back();
      if (order[at] == kNew) {
        order[at] = low[at] = time++;
        part.push_back(at);
        open[at] = true;
      }
      const auto parents = rows.row(at);
      if (next[at] < parents.size()) {
        const std::uint32_t parent = parents[next[at]++].index();
        if (parent == at) circular[at] = true;
        if (order[parent] == kNew) {
          path.push_back(parent);
        } else if (open[parent]) {
          low[at] = std::min(low[at], order[parent]);
        }
        continue;
      }
      path.pop_back();
      if (!path.empty()) low[path.back()] = std::min(low[path.back()], low[at]);
      if (low[at] != order[at]) continue;
      const bool several = part.back() != at;
      for (bool last = false; !last; part.pop_back()) {
        last = part.back() == at;
        open[part.back()] = false;
        if (several) circular[part.back()] = true;
      }
    }
  }
  return circular;
}

}  // namespace tally::evaluation
