#include "policy/evaluation/fact_table.h"

#include <fmt/format.h>

#include "policy/base/assert.h"
#include "policy/evaluation/subject.h"
#include "policy/rules/catalogue.h"
#include "policy/rules/parameter.h"

namespace tally::evaluation {
namespace {

using model::SubjectKind;

SubjectKind table_of(std::string_view fact) {
  const auto kind = model::subject_kind_of(fact.substr(0, fact.find('.')));
  TALLY_ASSERT(kind.has_value());
  return *kind;
}

constexpr std::string_view kUnknown = "unknown";

/// One row of a column as text. Unknown rows have been sorted out already, but for the kinds that say so themselves.
struct Shower {
  std::size_t row;

  std::string operator()(const cel::BoolView& v) const { return truth(v.values[row]); }
  std::string operator()(const cel::FlagView& v) const { return truth(v.at(row)); }
  static std::string truth(std::uint8_t value) {
    return std::string(value == cel::kBoolUnknown ? kUnknown : value == cel::kBoolYes ? "true" : "false");
  }
  std::string operator()(const cel::TimeView& v) const {
    if (v.states[row] == cel::kTimeUnknown) return std::string(kUnknown);
    return v.states[row] == cel::kTimeNever ? "never" : base::format_bounds(v.values[row]);
  }
  std::string operator()(const cel::IntView& v) const { return fmt::to_string(v.values[row]); }
  std::string operator()(const cel::UintView& v) const { return fmt::to_string(v.values[row]); }
  std::string operator()(const cel::RealView& v) const { return fmt::to_string(v.values[row]); }
  std::string operator()(const cel::DurationView& v) const { return base::format_duration(v.values[row]); }
  std::string operator()(const cel::TextView& v) const { return std::string(v.pool->view(v.values[row])); }
  std::string operator()(const cel::TextListView& v) const {
    std::string out;
    for (std::uint64_t i = v.offsets[row]; i < v.offsets[row + 1]; ++i) {
      out += fmt::format("{}{}", out.empty() ? "" : ", ", v.pool->view(v.elements[i]));
    }
    return out;
  }
  std::string operator()(const cel::IntListView& v) const {
    std::string out;
    for (std::uint64_t i = v.offsets[row]; i < v.offsets[row + 1]; ++i) {
      out += fmt::format("{}{}", out.empty() ? "" : ", ", v.elements[i]);
    }
    return out;
  }
};

/// Only bools and times say themselves that they are unknown; their ids of reasons may be valid for known rows.
bool unknown_by_reason(const cel::FactColumn& column, std::size_t row) {
  const bool says_itself = std::holds_alternative<cel::BoolView>(column.values) ||
                           std::holds_alternative<cel::FlagView>(column.values) ||
                           std::holds_alternative<cel::TimeView>(column.values);
  return !says_itself && column.reasons.ids.size() > 0 && column.reasons.ids[row].valid();
}

}  // namespace

FactTable::FactTable(const Inputs& inputs, SubjectKind kind)
    : inputs_(inputs),
      kind_(kind),
      decisions_(inputs, kind, [this](const rules::ActiveRule& rule) { return ask(rule); }),
      sources_(inputs),
      people_(inputs),
      accounts_(inputs, people_, decisions_),
      groups_(inputs, people_, decisions_),
      memberships_(inputs, people_, accounts_),
      run_(inputs) {}

const std::vector<std::uint32_t>& FactTable::links(SubjectKind table) {
  if (const auto made = links_.find(table); made != links_.end()) return made->second;
  const model::Snapshot& s = inputs_.snapshot;
  std::vector<std::uint32_t>& rows = links_[table];
  rows.reserve(subject_count(s, kind_));
  const auto person_of = [&](std::size_t account) {
    const correlation::Link& link = inputs_.links.links[account];
    const bool linked = link.owner == correlation::Owner::person && link.person.valid();
    return linked ? link.person.index() : cel::Through::kNoRow;
  };
  if (table == SubjectKind::source) {
    for (std::size_t row = 0; row < subject_count(s, kind_); ++row) {
      const model::SourceId source = source_of(s, kind_, row);
      rows.push_back(source.valid() ? source.index() : cel::Through::kNoRow);
    }
  } else if (kind_ == SubjectKind::account) {
    for (std::size_t account = 0; account < s.accounts.size(); ++account) rows.push_back(person_of(account));
  } else if (table == SubjectKind::group) {
    for (const model::GroupId group : s.groups_of_account.targets) rows.push_back(group.index());
  } else {
    TALLY_ASSERT(kind_ == SubjectKind::membership);
    for (std::size_t account = 0; account < s.groups_of_account.rows(); ++account) {
      const std::uint32_t row =
          table == SubjectKind::account ? static_cast<std::uint32_t>(account) : person_of(account);
      rows.insert(rows.end(), s.groups_of_account.row(account).size(), row);
    }
  }
  return rows;
}

cel::FactColumn FactTable::own_column(SubjectKind table, std::string_view fact) {
  switch (table) {
    case SubjectKind::account: return accounts_.column(fact);
    case SubjectKind::person: return people_.column(fact);
    case SubjectKind::source: return sources_.column(fact);
    case SubjectKind::group: return groups_.column(fact);
    case SubjectKind::membership: return memberships_.column(fact);
    case SubjectKind::run: break;
  }
  return run_.column(fact);
}

const FactTable::Entry& FactTable::entry(std::string_view fact) {
  if (const auto found = entries_.find(fact); found != entries_.end()) return found->second;
  const SubjectKind table = table_of(fact);
  Entry made{own_column(table, fact), table};
  if (table != kind_) made.column.through = {links(table), table == SubjectKind::person ? kNoPerson : "no source"};
  return entries_.emplace(std::string(fact), std::move(made)).first->second;
}

cel::TruthColumn FactTable::ask(const rules::ActiveRule& rule) {
  cel::Columns columns;
  bind(columns, rule.when.facts());
  return rule.when.evaluate(columns, subject_count(inputs_.snapshot, kind_));
}

void FactTable::bind(cel::Columns& columns, const std::vector<std::string>& facts) {
  columns.bind("now", cel::Value::moment(inputs_.snapshot.as_of));
  for (const std::string& fact : facts) {
    if (fact != "now") columns.bind(fact, entry(fact).column);
  }
}

std::string FactTable::Entry::value(std::uint32_t own) const {
  if (own == cel::Through::kNoRow || unknown_by_reason(column, own)) return std::string(kUnknown);
  return std::visit(Shower{own}, column.values);
}

std::string FactTable::value(std::string_view fact, std::size_t row) {
  if (fact == "now") return base::format_instant(inputs_.snapshot.as_of);
  const Entry& at = entry(fact);
  return at.value(at.own_row(row));
}

std::pair<model::TimeState, base::Bounds> FactTable::moment(std::string_view fact, std::size_t row) {
  const Entry& at = entry(fact);
  const std::uint32_t own = at.own_row(row);
  const auto* times = std::get_if<cel::TimeView>(&at.column.values);
  TALLY_ASSERT(times != nullptr);
  if (own == cel::Through::kNoRow || times->states[own] == cel::kTimeUnknown) return {model::TimeState::unknown, {}};
  if (times->states[own] == cel::kTimeNever) return {model::TimeState::never, {}};
  return {model::TimeState::known, times->values[own]};
}

model::Evidence FactTable::evidence(std::string_view fact, std::size_t row) {
  const Entry& at = entry(fact);
  const std::uint32_t own = at.own_row(row);
  model::Evidence out{std::string(fact), at.value(own), {}, {}, inputs_.snapshot.as_of};
  if (own == cel::Through::kNoRow) {
    out.basis = kNoPerson;
    return out;
  }
  if (const model::SourceId from = source_of(inputs_.snapshot, at.table, own); from.valid()) {
    out.source = inputs_.snapshot.source(from).name;
    out.read_at = inputs_.snapshot.source(from).finished;
  }
  const cel::ReasonView& reasons = at.column.reasons;
  if (out.value == kUnknown && reasons.ids.size() > 0) {
    out.basis = reasons.pool->view(reasons.ids[own]);
  } else {
    out.basis = basis(at.table, fact, own);
  }
  return out;
}

std::string FactTable::basis(SubjectKind table, std::string_view fact, std::size_t own) const {
  switch (table) {
    case SubjectKind::account: return accounts_.basis(fact, own);
    case SubjectKind::person: return people_.basis(fact, own);
    case SubjectKind::source: return sources_.basis(fact, own);
    case SubjectKind::group: return groups_.basis(fact, own);
    case SubjectKind::membership: return memberships_.basis(fact, own);
    case SubjectKind::run: break;
  }
  return run_.basis();
}

}  // namespace tally::evaluation
