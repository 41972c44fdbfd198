#include "policy/evaluation/source_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/evaluation/account_state.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using model::BoolFact;
using model::TimeFact;
using model::Truth;

/// Nothing when there was no second way of counting.
Truth mismatch(const model::Coverage& coverage) {
  const bool said = std::any_of(coverage.gaps.begin(), coverage.gaps.end(),
                                [](const model::Gap& gap) { return gap.kind == model::Gap::Kind::count_mismatch; });
  if (said) return Truth::yes;
  if (!coverage.records_counted) return Truth::unknown;
  return *coverage.records_counted == coverage.records_read ? Truth::no : Truth::yes;
}

/// Failed reading leaves no content to compare.
bool was_read(const model::SourceRecord& source) { return source.coverage.state != model::CoverageState::failed; }

}  // namespace

std::vector<std::string> schema_changes(const model::SourceRecord& then, const model::SourceRecord& now) {
  std::vector<std::string> out;
  for (const auto& [name, value] : now.shape) {
    const auto before = then.shape.find(name);
    if (before == then.shape.end() || before->second != value) out.push_back(name);
  }
  for (const auto& before : then.shape) {
    if (!now.shape.contains(before.first)) out.push_back(before.first);
  }
  std::sort(out.begin(), out.end());
  return out;
}

FactRows<SourceFacts> SourceFacts::rows() {
  using F = SourceFacts;
  static constexpr FactRow<F> kRows[] = {
      {"source.name", [](F& f) { return view(f.name_, f.text_); }},
      {"source.kind", [](F& f) { return view(f.kind_, f.text_); }},
      {"source.connector", [](F& f) { return view(f.connector_, f.text_); }},
      {"source.coverage", [](F& f) { return view(f.coverage_, f.text_); }},
      {"source.missing", [](F& f) { return view(f.missing_, f.text_); }},
      {"source.gaps",
       [](F& f) -> cel::FactColumn {
         return {cel::TextListView{f.gap_offsets_, f.gaps_, &f.text_}};
       }},
      {"source.records", [](F& f) { return f.number(f.records_); }},
      {"source.records_last_good", [](F& f) { return f.number(f.last_good_); }},
      {"source.rejects", [](F& f) { return f.number(f.rejects_); }},
      {"source.count_mismatch", [](F& f) { return view(f.count_mismatch_, f.text_); }},
      {"source.quarantined", [](F& f) { return view(f.quarantined_, f.text_); }},
      {"source.in_force_since", [](F& f) { return view(f.in_force_since_, f.text_); }},
      {"source.produced", [](F& f) { return view(f.produced_, f.text_); }},
      {"source.unchanged_since", [](F& f) { return view(f.unchanged_since_, f.text_); }},
      {"source.replayed", [](F& f) { return view(f.replayed_, f.text_); }},
      {"source.schema_changes",
       [](F& f) -> cel::FactColumn {
         return {cel::TextListView{f.change_offsets_, f.changes_, &f.text_}, {{f.changes_unknown_}, &f.text_}};
       }},
      {"source.clock_skew_seconds", [](F& f) { return f.number(f.clock_skew_); }},
      {"source.accounts_usable", [](F& f) { return f.number(f.counted(f.usable_)); }},
      {"source.privileged_accounts", [](F& f) { return f.number(f.counted(f.privileged_)); }},
      {"source.privileged_accounts_seen", [](F& f) { return f.number(f.counted(f.privileged_seen_)); }},
      {"source.reads_with_more_rights", [](F& f) { return view(f.more_rights_, f.text_); },
       [](const F& f, std::size_t row) { return std::string(f.text_.view(f.more_rights_[row].basis)); }},
      {"source.admin_sd_holder_altered",
       [](F& f) {
         f.look_at_controls();
         return view(f.altered_, f.text_);
       },
       [](const F& f, std::size_t row) {
         return f.altered_.empty() ? "" : std::string(f.text_.view(f.altered_[row].basis));
       }},
      {"source.protected_groups_exempted",
       [](F& f) {
         f.look_at_controls();
         return view(f.exempted_, f.text_);
       },
       [](const F& f, std::size_t row) {
         return f.exempted_.empty() ? "" : std::string(f.text_.view(f.exempted_[row].basis));
       }},
  };
  return kRows;
}

cel::FactColumn SourceFacts::number(const Numbers& numbers) const {
  return {cel::IntView{{numbers.values}}, reasons(numbers.unknown, text_)};
}

std::string SourceFacts::basis(std::string_view fact, std::size_t row) const {
  const auto& entry = fact_row<SourceFacts>(fact, rows());
  return entry.basis != nullptr ? entry.basis(*this, row) : inputs_.snapshot.sources[row].coverage.in_words();
}

SourceFacts::SourceFacts(const Inputs& inputs) : inputs_(inputs) {
  const std::vector<std::uint64_t> counts = record_counts(inputs.snapshot);
  const base::TextId first_time = text_.intern("no earlier run saw this source completely");
  for (std::size_t i = 0; i < inputs.snapshot.sources.size(); ++i) {
    const model::SourceRecord& source = inputs.snapshot.sources[i];
    name_.push_back(text_.intern(source.name));
    kind_.push_back(text_.intern(source.kind == model::SourceKind::hr ? "hr" : "directory"));
    connector_.push_back(text_.intern(source.connector));
    coverage_.push_back(text_.intern(to_string(source.coverage.state)));
    missing_.push_back(text_.intern(source.coverage.in_words()));
    for (const model::Gap& gap : source.coverage.gaps) gaps_.push_back(text_.intern(to_string(gap.kind)));
    gap_offsets_.push_back(gaps_.size());
    records_.values.push_back(static_cast<std::int64_t>(counts[i]));
    rejects_.values.push_back(static_cast<std::int64_t>(source.coverage.rejects_total));
    const auto last_good = inputs.previous.records(source.name);
    last_good_.values.push_back(static_cast<std::int64_t>(last_good.value_or(0)));
    last_good_.unknown.push_back(last_good ? base::TextId() : first_time);
    count_mismatch_.push_back({mismatch(source.coverage), text_.intern("there was no second, independent count")});
    quarantined_.push_back(
        {quarantined(source.coverage) || source.in_force_since ? Truth::yes : Truth::no, missing_.back()});
    in_force_since_.push_back(source.in_force_since ? TimeFact::known(base::Bounds::exactly(*source.in_force_since), {})
                                                    : TimeFact::never({}));
    const bool tells_time = source.clock_skew.has_value();
    clock_skew_.values.push_back(
        tells_time ? std::abs(std::chrono::duration_cast<std::chrono::seconds>(*source.clock_skew).count()) : 0);
    clock_skew_.unknown.push_back(tells_time ? base::TextId() : text_.intern("the server does not tell its time"));
    add_own_rights(source);
    add_history(source);
    add_schema(source);
  }
}

/// The contents of earlier runs, newest first, beside this one's.
void SourceFacts::add_history(const model::SourceRecord& source) {
  if (!was_read(source)) {
    const base::TextId why = text_.intern("nothing was read");
    produced_.push_back(TimeFact::unknown(why));
    unchanged_since_.push_back(TimeFact::unknown(why));
    replayed_.push_back(BoolFact::unknown(why));
    return;
  }
  const auto exactly = [](base::Instant at) { return TimeFact::known(base::Bounds::exactly(at), {}); };
  produced_.push_back(exactly(source.produced.value_or(source.finished)));
  const auto before = inputs_.previous.contents.find(source.name);
  TimeFact since = TimeFact::never({});
  bool other_between = false, replayed = false;
  if (before != inputs_.previous.contents.end()) {
    for (const ContentBefore& one : before->second) {
      const bool same = one.content == source.content;
      if (same && !other_between) since = exactly(one.read);
      replayed = replayed || (same && other_between);
      other_between = other_between || !same;
    }
  }
  unchanged_since_.push_back(since);
  replayed_.push_back(BoolFact::known(replayed, {}));
}

void SourceFacts::add_schema(const model::SourceRecord& source) {
  const auto good = inputs_.previous.last_good_record.find(source.name);
  const bool known = good != inputs_.previous.last_good_record.end() && was_read(source);
  if (known) {
    for (const std::string& change : schema_changes(good->second, source)) changes_.push_back(text_.intern(change));
  }
  change_offsets_.push_back(changes_.size());
  changes_unknown_.push_back(known ? base::TextId() : text_.intern("there is no earlier run to compare with"));
}

void SourceFacts::count_accounts() {
  const model::Snapshot& s = inputs_.snapshot;
  if (!usable_.values.empty() || s.sources.empty()) return;
  std::vector<bool> usable_open(s.sources.size()), power_open(s.sources.size());
  for (Numbers* numbers : {&usable_, &privileged_, &privileged_seen_}) numbers->values.assign(s.sources.size(), 0);
  for (std::size_t i = 0; i < s.accounts.size(); ++i) {
    const std::size_t source = s.accounts.source[i].index();
    const Truth works = is_usable(s, i), power = is_privileged(inputs_, i);
    const bool of_people = s.accounts.kind[i] == model::AccountKind::user;
    if (of_people && works == Truth::yes) ++usable_.values[source];
    if (of_people && works == Truth::unknown) usable_open[source] = true;
    if (works == Truth::yes && power == Truth::yes) ++privileged_seen_.values[source];
    if (works != Truth::no && power != Truth::no && (works == Truth::unknown || power == Truth::unknown)) {
      power_open[source] = true;
    }
  }
  privileged_.values = privileged_seen_.values;
  const base::TextId unseen = text_.intern("the source was not completely seen");
  const base::TextId untold = text_.intern("it is not known of every account whether it works");
  const base::TextId power = text_.intern("it is not known of every account whether it works and is privileged");
  for (std::size_t i = 0; i < s.sources.size(); ++i) {
    const bool hidden = hides_records(s.sources[i].coverage);
    usable_.unknown.push_back(hidden ? unseen : usable_open[i] ? untold : base::TextId());
    privileged_.unknown.push_back(hidden ? unseen : power_open[i] ? power : base::TextId());
  }
}

}  // namespace tally::evaluation
