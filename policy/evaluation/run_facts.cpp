#include "policy/evaluation/run_facts.h"

#include <fmt/format.h>

namespace tally::evaluation {
namespace {

cel::FactColumn moment(const model::TimeFact& fact, const base::TextPool& text) {
  const std::span<const base::Bounds> bounds(&fact.bounds, 1);
  const std::span<const std::uint8_t> state(reinterpret_cast<const std::uint8_t*>(&fact.state), 1);
  return {cel::TimeView{bounds, state}, {{std::span<const base::TextId>(&fact.basis, 1)}, &text}};
}

}  // namespace

FactRows<RunFacts> RunFacts::rows() {
  using F = RunFacts;
  static constexpr FactRow<F> kRows[] = {
      {"run.as_of", [](F& f) { return moment(f.as_of_, f.text_); }},
      {"run.sources", [](F& f) { return number(f.sources_); }},
      {"run.complete",
       [](F& f) -> cel::FactColumn {
         const std::span<const std::uint8_t> value(reinterpret_cast<const std::uint8_t*>(&f.complete_.value), 1);
         return {cel::BoolView{value}};
       }},
      {"run.incomplete_sources",
       [](F& f) -> cel::FactColumn {
         return {cel::TextListView{f.incomplete_offsets_, f.incomplete_, &f.text_}};
       }},
      {"run.people", [](F& f) { return number(f.people_); }},
      {"run.accounts", [](F& f) { return number(f.accounts_); }},
      {"run.groups", [](F& f) { return number(f.groups_); }},
      {"run.memberships", [](F& f) { return number(f.memberships_); }},
      {"run.last_finished", [](F& f) { return moment(f.last_finished_, f.text_); }},
      {"run.missed", [](F& f) { return number(f.missed_); }},
      {"run.abandoned", [](F& f) { return number(f.abandoned_); }},
  };
  return kRows;
}

cel::FactColumn RunFacts::number(const std::int64_t& value) {
  return {cel::IntView{std::span<const std::int64_t>(&value, 1)}};
}

RunFacts::RunFacts(const Inputs& inputs) {
  const model::Snapshot& s = inputs.snapshot;
  as_of_ = model::TimeFact::known(base::Bounds::exactly(s.as_of), {});
  const RunsBefore& before = inputs.previous.runs;
  last_finished_ = before.last_finished ? model::TimeFact::known(base::Bounds::exactly(*before.last_finished), {})
                                        : model::TimeFact::never(text_.intern("no run has finished yet"));
  for (const model::SourceRecord& source : s.sources) {
    if (source.coverage.state == model::CoverageState::complete) continue;
    incomplete_.push_back(text_.add(source.name));
    said_ += fmt::format("{}{}: {}", said_.empty() ? "" : "; ", source.name, source.coverage.in_words());
  }
  incomplete_offsets_[1] = incomplete_.size();
  complete_ = model::BoolFact::known(incomplete_.empty(), {});
  const auto count = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
  sources_ = count(s.sources.size());
  people_ = count(s.people.size());
  accounts_ = count(s.accounts.size());
  groups_ = count(s.groups.size());
  memberships_ = count(s.groups_of_account.targets.size());
  missed_ = count(before.missed);
  abandoned_ = count(before.abandoned);
}

}  // namespace tally::evaluation
