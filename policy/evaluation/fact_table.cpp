#include "policy/evaluation/fact_table.h"

#include <fmt/format.h>

#include "policy/base/assert.h"
#include "policy/rules/catalogue.h"
#include "policy/rules/parameter.h"

namespace tally::evaluation {
namespace {

using model::SubjectKind;

SubjectKind table_of(std::string_view fact) {
  if (fact.starts_with("account.")) return SubjectKind::account;
  return fact.starts_with("person.") ? SubjectKind::person : SubjectKind::source;
}

constexpr std::string_view kUnknown = "unknown";

/// One row of a column as text. Unknown rows have been sorted out already, but for the kinds that say so themselves.
struct Shower {
  std::size_t row;

  std::string operator()(const cel::BoolView& v) const {
    const std::uint8_t value = v.values[row];
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
  if (std::holds_alternative<cel::BoolView>(column.values) || std::holds_alternative<cel::TimeView>(column.values))
    return false;
  return column.reasons.ids.size() > 0 && column.reasons.ids[row].valid();
}

}  // namespace

FactTable::FactTable(const Inputs& inputs, SubjectKind kind)
    : inputs_(inputs), kind_(kind), sources_(inputs), people_(inputs), accounts_(inputs, people_) {
  link_rows();
}

void FactTable::link_rows() {
  const auto row_of = [](auto id) { return id.valid() ? id.index() : cel::Through::kNoRow; };
  const model::Snapshot& s = inputs_.snapshot;
  if (kind_ == SubjectKind::account) {
    for (const model::SourceId source : s.accounts.source) source_of_row_.push_back(row_of(source));
    for (const correlation::Link& link : inputs_.links.links) {
      person_of_row_.push_back(link.owner == correlation::Owner::person ? row_of(link.person) : cel::Through::kNoRow);
    }
  } else if (kind_ == SubjectKind::person) {
    for (const model::SourceId source : s.people.source) source_of_row_.push_back(row_of(source));
  }
}

const cel::FactColumn& FactTable::column(std::string_view fact) {
  if (const auto found = columns_.find(fact); found != columns_.end()) return found->second;
  const SubjectKind table = table_of(fact);
  cel::FactColumn made = table == SubjectKind::account  ? accounts_.column(fact)
                         : table == SubjectKind::person ? people_.column(fact)
                                                        : sources_.column(fact);
  if (table == SubjectKind::person && kind_ == SubjectKind::account) made.through = {person_of_row_, kNoPerson};
  if (table == SubjectKind::source && kind_ != SubjectKind::source) made.through = {source_of_row_, "no source"};
  return columns_.emplace(std::string(fact), std::move(made)).first->second;
}

std::uint32_t FactTable::own_row(std::string_view fact, std::size_t row) const {
  const SubjectKind table = table_of(fact);
  if (table == kind_) return static_cast<std::uint32_t>(row);
  return table == SubjectKind::person ? person_of_row_[row] : source_of_row_[row];
}

void FactTable::bind(cel::Columns& columns, const std::vector<std::string>& facts) {
  columns.bind("now", cel::Value::moment(inputs_.snapshot.as_of));
  for (const std::string& fact : facts) {
    if (fact != "now") columns.bind(fact, column(fact));
  }
}

std::string FactTable::value(std::string_view fact, std::size_t row) {
  if (fact == "now") return base::format_instant(inputs_.snapshot.as_of);
  const cel::FactColumn& facts = column(fact);
  const std::uint32_t own = own_row(fact, row);
  if (own == cel::Through::kNoRow || unknown_by_reason(facts, own)) return std::string(kUnknown);
  return std::visit(Shower{own}, facts.values);
}

std::pair<model::TimeState, base::Bounds> FactTable::moment(std::string_view fact, std::size_t row) {
  const cel::FactColumn& facts = column(fact);
  const std::uint32_t own = own_row(fact, row);
  const auto* times = std::get_if<cel::TimeView>(&facts.values);
  TALLY_ASSERT(times != nullptr);
  if (own == cel::Through::kNoRow || times->states[own] == cel::kTimeUnknown) return {model::TimeState::unknown, {}};
  if (times->states[own] == cel::kTimeNever) return {model::TimeState::never, {}};
  return {model::TimeState::known, times->values[own]};
}

model::Evidence FactTable::evidence(std::string_view fact, std::size_t row) {
  model::Evidence out{std::string(fact), value(fact, row), {}, {}, inputs_.snapshot.as_of};
  const std::uint32_t own = own_row(fact, row);
  if (own == cel::Through::kNoRow) {
    out.basis = kNoPerson;
    return out;
  }
  const cel::FactColumn& facts = column(fact);
  const model::Snapshot& s = inputs_.snapshot;
  const SubjectKind table = table_of(fact);
  const model::SourceId from = table == SubjectKind::account  ? s.accounts.source[own]
                               : table == SubjectKind::person ? s.people.source[own]
                                                              : model::SourceId(own);
  out.source = s.source(from).name;
  out.read_at = s.source(from).finished;
  if (out.value == kUnknown && facts.reasons.ids.size() > 0) {
    out.basis = facts.reasons.pool->view(facts.reasons.ids[own]);
  } else {
    out.basis = table == SubjectKind::account  ? accounts_.basis(fact, own)
                : table == SubjectKind::person ? people_.basis(fact, own)
                                               : s.source(from).coverage.in_words();
  }
  return out;
}

}  // namespace tally::evaluation
