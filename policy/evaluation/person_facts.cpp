#include "policy/evaluation/person_facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/base/assert.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using model::Employment;
using model::TimeFact;
using model::TimeState;
using model::Truth;

Departure left_by_status(const TimeFact& last_day, base::Instant read, base::Instant now) {
  if (last_day.state != TimeState::known) {
    return {Truth::yes, TimeState::known, {base::kBeginningOfTime, std::min(read, now)}, {}};
  }
  if (last_day.bounds.earliest > now) {
    return {Truth::unknown, TimeState::unknown, {}, "HR says left, but the last day is still to come"};
  }
  return {Truth::yes, TimeState::known, {last_day.bounds.earliest, std::min(last_day.bounds.latest, now)}, {}};
}

/// Whoever had left then still has; whether the others have since, an earlier feed cannot say.
std::string may_have_changed(const model::SourceRecord& source) {
  return fmt::format("the newest feed of {} is quarantined, and the one in force is of {}", source.name,
                     base::format_instant(*source.in_force_since));
}

}  // namespace

Departure departure(Employment status, const TimeFact& first_day, const TimeFact& last_day, base::Instant read,
                    base::Instant now) {
  if (status == Employment::left) return left_by_status(last_day, read, now);
  if (last_day.state == TimeState::unknown) return {};
  const bool ended = last_day.state == TimeState::known;
  if (ended && first_day.state == TimeState::known && last_day.bounds.latest <= first_day.bounds.earliest) {
    return {Truth::unknown, TimeState::unknown, {}, "the last day lies before the first day"};
  }
  if (ended && last_day.bounds.latest <= now) return {Truth::yes, TimeState::known, last_day.bounds, {}};
  if (ended && last_day.bounds.earliest <= now) {
    return {Truth::unknown, TimeState::known, last_day.bounds, "the last day is over in some time zones only"};
  }
  if (status == Employment::unknown) return {};
  return {Truth::no, last_day.state, last_day.bounds, {}};
}

void PersonFacts::find_doubts() {
  if (doubts_found_) return;
  doubts_found_ = true;
  const model::People& people = inputs_.snapshot.people;
  std::vector<base::TextId> of_source;
  for (const model::SourceRecord& source : inputs_.snapshot.sources) {
    const bool unusable = source.kind == model::SourceKind::hr && quarantined(source.coverage);
    of_source.push_back(unusable
                            ? text_.intern(fmt::format("HR source {} is {}: {}", source.name,
                                                       to_string(source.coverage.state), source.coverage.in_words()))
                            : base::TextId());
  }
  const auto doubt_of = [&](std::size_t i) {
    const base::TextId whole = of_source[people.source[i].index()];
    if (whole.valid()) return whole;
    const std::string_view own = inputs_.snapshot.view(people.doubt[i]);
    return own.empty() ? base::TextId() : text_.intern(own);
  };
  for (std::size_t i = 0; i < people.size(); ++i) {
    const base::TextId doubt = doubt_of(i);
    if (doubt.valid() && doubt_.empty()) doubt_.resize(people.size());
    if (doubt.valid()) doubt_[i] = doubt;
  }
}

std::vector<std::string> PersonFacts::doubts() const {
  std::vector<std::string> out;
  for (const base::TextId doubt : doubt_) out.emplace_back(text_.view(doubt));
  return out;
}

void PersonFacts::derive() {
  find_doubts();
  if (!left_.empty() || inputs_.snapshot.people.size() == 0) return;
  const model::People& people = inputs_.snapshot.people;
  left_.resize(people.size());
  left_at_.resize(people.size());
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (!doubt_.empty() && doubt_[i].valid()) {
      left_[i] = model::BoolFact::unknown(doubt_[i]);
      left_at_[i] = TimeFact::unknown(doubt_[i]);
      note(outdated_, people.size(), i, doubt_[i]);
      continue;
    }
    const model::SourceRecord& source = inputs_.snapshot.source(people.source[i]);
    const Departure d = departure(people.status[i], people.first_day[i], people.last_day[i],
                                  source.in_force_since.value_or(source.finished), inputs_.snapshot.as_of);
    base::TextId why;
    if (source.in_force_since && d.left != Truth::yes) {
      why = text_.intern(may_have_changed(source));
      left_[i] = model::BoolFact::unknown(why);
      left_at_[i] = TimeFact::unknown(why);
      note(outdated_, people.size(), i, why);
      continue;
    }
    if (!d.why.empty()) {
      why = text_.intern(d.why);
    } else if (d.left == Truth::unknown) {
      const base::TextId own =
          people.last_day[i].state == TimeState::unknown ? people.last_day[i].basis : people.status_basis[i];
      why = text_.intern(inputs_.snapshot.view(own));
    }
    left_[i] = {d.left, why};
    left_at_[i] = {d.at, d.at_state, why};
  }
}

cel::FactColumn PersonFacts::names() {
  const model::People& people = inputs_.snapshot.people;
  if (name_.empty()) {
    name_.reserve(people.size());
    std::string name;
    for (std::size_t i = 0; i < people.size(); ++i) {
      name = inputs_.snapshot.view(people.display_name[i]);
      if (name.empty()) {
        const std::string_view given = inputs_.snapshot.view(people.given_name[i]);
        const std::string_view family = inputs_.snapshot.view(people.family_name[i]);
        name.append(given).append(given.empty() || family.empty() ? "" : " ").append(family);
      }
      // A sentence without a name would say "although  left": the employee number stands in.
      if (name.empty()) name = inputs_.snapshot.view(people.employee_id[i]);
      name_.push_back(text_.add(name));
    }
  }
  return {cel::TextView{{name_}, &text_}, reasons(doubt_, text_)};
}

cel::FactColumn PersonFacts::statuses() {
  const model::People& people = inputs_.snapshot.people;
  if (status_.empty()) {
    status_unknown_ = doubt_;
    status_.reserve(people.size());
    Words<Employment> words(text_);
    for (std::size_t i = 0; i < people.size(); ++i) {
      status_.push_back(words.of(people.status[i]));
      const model::SourceRecord& source = inputs_.snapshot.source(people.source[i]);
      const bool stale = source.in_force_since && people.status[i] != Employment::left;
      if (people.status[i] != Employment::unknown && !stale) continue;
      status_unknown_.resize(people.size());
      if (status_unknown_[i].valid()) continue;
      status_unknown_[i] =
          text_.intern(stale ? may_have_changed(source) : std::string(inputs_.snapshot.view(people.status_basis[i])));
    }
  }
  return {cel::TextView{{status_}, &text_}, reasons(status_unknown_, text_)};
}

base::TextId PersonFacts::untold(std::vector<base::TextId> model::People::*column, std::string_view name,
                                 std::size_t row) {
  if (const base::TextId why = outdated(row); why.valid()) return why;
  if ((people().*column)[row].valid()) return {};
  const model::SourceId source = people().source[row];
  base::TextId& why = columns_missing_[{source, name}];
  if (!why.valid()) {
    why = text_.intern(fmt::format("HR source {} has no column for it (columns.{} is not mapped)",
                                   inputs_.snapshot.source(source).name, name));
  }
  return why;
}

/// Who somebody is: an earlier feed tells that as well as today's.
cel::FactColumn PersonFacts::identity(std::vector<base::TextId> model::People::*column) {
  return {cel::TextView{{people().*column}, &inputs_.snapshot.text}, reasons(doubt_, text_)};
}

cel::FactColumn PersonFacts::text(std::vector<base::TextId> model::People::*column, std::string_view name) {
  derive();
  std::vector<base::TextId>& why = texts_.emplace_back();
  for (std::size_t i = 0; i < people().size(); ++i) note(why, people().size(), i, untold(column, name, i));
  return {cel::TextView{{people().*column}, &inputs_.snapshot.text}, reasons(why, text_)};
}

cel::FactColumn PersonFacts::times(std::vector<TimeFact> model::People::*column) {
  derive();
  const std::vector<TimeFact>& said = people().*column;
  if (outdated_.empty()) return evaluation::view(said, inputs_.snapshot.text);
  std::vector<TimeFact>& doubted = with_own_reasons(said);
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (const base::TextId why = outdated(i); why.valid()) doubted[i] = TimeFact::unknown(why);
  }
  return evaluation::view(doubted, text_);
}

/// A copy whose reasons are texts of this table's pool, beside which others can stand.
std::vector<TimeFact>& PersonFacts::with_own_reasons(const std::vector<TimeFact>& said) {
  std::vector<TimeFact>& out = times_.emplace_back(said);
  for (TimeFact& fact : out) fact.basis = text_.intern(inputs_.snapshot.view(fact.basis));
  return out;
}

/// An end that lies before this beginning, whatever the bounds of the two.
cel::FactColumn PersonFacts::rehired() {
  derive();
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const TimeFact &ended = people().previous_last_day[i], &began = people().first_day[i];
    if (const base::TextId why = outdated(i); why.valid()) {
      out[i] = model::BoolFact::unknown(why);
    } else if (ended.state == TimeState::never) {
      out[i] = model::BoolFact::known(false, {});
    } else if (ended.state == TimeState::unknown || began.state != TimeState::known) {
      const base::TextId own = ended.state == TimeState::unknown ? ended.basis : began.basis;
      out[i] = model::BoolFact::unknown(text_.intern(inputs_.snapshot.view(own)));
    } else if (ended.bounds.latest <= began.bounds.earliest) {
      out[i] = model::BoolFact::known(true, {});
    } else {
      const bool after = ended.bounds.earliest > began.bounds.latest;
      out[i] = model::BoolFact::unknown(
          text_.intern(after ? "the employment before ended after this one began"
                             : "whether the employment before ended before this one began depends on the time zone"));
    }
  }
  return evaluation::view(out, text_);
}

cel::FactColumn PersonFacts::contradicted() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = model::BoolFact::known(!inputs_.snapshot.view(people().doubt[i]).empty(), {});
  }
  return evaluation::view(out, text_);
}

FactRows<PersonFacts> PersonFacts::own_rows() {
  using F = PersonFacts;
  using P = model::People;
  static constexpr auto kLeft = [](const F& f, std::size_t i) {
    return fmt::format("{}; {}", f.shown(f.people().status_basis[i]), f.shown(f.people().last_day[i].basis));
  };
  static constexpr auto kPrevious = [](const F& f, std::size_t i) {
    return f.shown(f.people().previous_last_day[i].basis);
  };
  static constexpr FactRow<F> kRows[] = {
      {"person.employee_id", [](F& f) { return f.identity(&P::employee_id); }},
      {"person.name", [](F& f) { return f.names(); }},
      {"person.mail", [](F& f) { return f.text(&P::mail, "mail"); }},
      {"person.status", [](F& f) { return f.statuses(); },
       [](const F& f, std::size_t i) { return f.shown(f.people().status_basis[i]); }},
      {"person.department", [](F& f) { return f.text(&P::department, "department"); }},
      {"person.title", [](F& f) { return f.text(&P::title, "title"); }},
      {"person.cost_center", [](F& f) { return f.text(&P::cost_center, "cost_center"); }},
      {"person.manager", [](F& f) { return f.text(&P::manager_id, "manager_id"); }},
      {"person.sponsor", [](F& f) { return f.text(&P::sponsor_id, "sponsor_id"); }},
      {"person.employment_type", [](F& f) { return f.text(&P::employment_type, "employment_type"); }},
      {"person.location", [](F& f) { return f.text(&P::location, "location"); }},
      {"person.first_day", [](F& f) { return f.times(&P::first_day); },
       [](const F& f, std::size_t i) { return f.shown(f.people().first_day[i].basis); }},
      {"person.last_day", [](F& f) { return f.times(&P::last_day); },
       [](const F& f, std::size_t i) { return f.shown(f.people().last_day[i].basis); }},
      {"person.previous_last_day", [](F& f) { return f.times(&P::previous_last_day); }, kPrevious},
      {"person.rehired", [](F& f) { return f.rehired(); }, kPrevious},
      {"person.moved_at", [](F& f) { return f.times(&P::moved); },
       [](const F& f, std::size_t i) { return f.shown(f.people().moved[i].basis); }},
      {"person.leave_from", [](F& f) { return f.times(&P::leave_from); },
       [](const F& f, std::size_t i) { return f.shown(f.people().leave_from[i].basis); }},
      {"person.leave_until", [](F& f) { return f.times(&P::leave_until); },
       [](const F& f, std::size_t i) { return f.shown(f.people().leave_until[i].basis); }},
      {"person.training_valid_until", [](F& f) { return f.times(&P::training_valid_until); },
       [](const F& f, std::size_t i) { return f.shown(f.people().training_valid_until[i].basis); }},
      {"person.screening_done", [](F& f) { return f.times(&P::screening_done); },
       [](const F& f, std::size_t i) { return f.shown(f.people().screening_done[i].basis); }},
      {"person.nda_signed", [](F& f) { return f.times(&P::nda_signed); },
       [](const F& f, std::size_t i) { return f.shown(f.people().nda_signed[i].basis); }},
      {"person.last_working_day", [](F& f) { return f.times(&P::last_working_day); },
       [](const F& f, std::size_t i) { return f.shown(f.people().last_working_day[i].basis); }},
      {"person.leaving_entered", [](F& f) { return f.times(&P::leaving_entered); },
       [](const F& f, std::size_t i) { return f.shown(f.people().leaving_entered[i].basis); }},
      {"person.left",
       [](F& f) {
         f.derive();
         return evaluation::view(f.left_, f.text_);
       },
       kLeft},
      {"person.left_at",
       [](F& f) {
         f.derive();
         return evaluation::view(f.left_at_, f.text_);
       },
       kLeft},
      {"person.contradicted", [](F& f) { return f.contradicted(); }},
  };
  return kRows;
}

cel::FactColumn PersonFacts::column(std::string_view fact) {
  find_doubts();
  return fact_row<PersonFacts>(fact, own_rows(), others_rows(), account_rows(), identity_rows()).column(*this);
}

std::string PersonFacts::basis(std::string_view fact, std::size_t row) const {
  if (std::string doubt = shown(people().doubt[row]); !doubt.empty()) return doubt;
  const auto& entry = fact_row<PersonFacts>(fact, own_rows(), others_rows(), account_rows(), identity_rows());
  return entry.basis == nullptr ? fmt::format("line {}", people().line[row]) : entry.basis(*this, row);
}

}  // namespace tally::evaluation
