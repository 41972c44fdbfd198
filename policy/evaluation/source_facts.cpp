#include "policy/evaluation/source_facts.h"

#include <algorithm>

#include "policy/base/assert.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

/// Nothing when there was no second way of counting.
model::Truth mismatch(const model::Coverage& coverage) {
  const bool said = std::any_of(coverage.gaps.begin(), coverage.gaps.end(),
                                [](const model::Gap& gap) { return gap.kind == model::Gap::Kind::count_mismatch; });
  if (said) return model::Truth::yes;
  if (!coverage.records_counted) return model::Truth::unknown;
  return *coverage.records_counted == coverage.records_read ? model::Truth::no : model::Truth::yes;
}

}  // namespace

SourceFacts::SourceFacts(const Inputs& inputs) {
  const std::vector<std::uint64_t> counts = record_counts(inputs.snapshot);
  for (std::size_t i = 0; i < inputs.snapshot.sources.size(); ++i) {
    const model::SourceRecord& source = inputs.snapshot.sources[i];
    name_.push_back(text_.intern(source.name));
    kind_.push_back(text_.intern(source.kind == model::SourceKind::hr ? "hr" : "directory"));
    connector_.push_back(text_.intern(source.connector));
    coverage_.push_back(text_.intern(to_string(source.coverage.state)));
    missing_.push_back(text_.intern(source.coverage.in_words()));
    for (const model::Gap& gap : source.coverage.gaps) gaps_.push_back(text_.intern(to_string(gap.kind)));
    gap_offsets_.push_back(gaps_.size());
    records_.push_back(static_cast<std::int64_t>(counts[i]));
    rejects_.push_back(static_cast<std::int64_t>(source.coverage.rejects_total));
    const auto last_good = inputs.previous.records(source.name);
    last_good_.push_back(static_cast<std::int64_t>(last_good.value_or(0)));
    last_good_unknown_.push_back(last_good ? base::TextId()
                                           : text_.intern("no earlier run saw this source completely"));
    quarantined_.push_back(
        {quarantined(source.coverage) || source.in_force_since ? model::Truth::yes : model::Truth::no,
         text_.intern(source.coverage.in_words())});
    in_force_since_.push_back(source.in_force_since
                                  ? model::TimeFact::known(base::Bounds::exactly(*source.in_force_since), {})
                                  : model::TimeFact::never({}));
    count_mismatch_.push_back({mismatch(source.coverage), text_.intern("there was no second, independent count")});
  }
}

cel::FactColumn SourceFacts::column(std::string_view fact) const {
  if (fact == "source.name") return view(name_, text_);
  if (fact == "source.kind") return view(kind_, text_);
  if (fact == "source.connector") return view(connector_, text_);
  if (fact == "source.coverage") return view(coverage_, text_);
  if (fact == "source.missing") return view(missing_, text_);
  if (fact == "source.gaps") return {cel::TextListView{gap_offsets_, gaps_, &text_}};
  if (fact == "source.records") return {cel::IntView{{records_}}};
  if (fact == "source.records_last_good") return {cel::IntView{{last_good_}}, {{last_good_unknown_}, &text_}};
  if (fact == "source.rejects") return {cel::IntView{{rejects_}}};
  if (fact == "source.quarantined") return view(quarantined_, text_);
  if (fact == "source.in_force_since") return view(in_force_since_, text_);
  TALLY_ASSERT(fact == "source.count_mismatch");
  return view(count_mismatch_, text_);
}

}  // namespace tally::evaluation
