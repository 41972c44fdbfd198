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
  if (!left_.empty() || inputs_.snapshot.people.size() == 0) return;
  const model::People& people = inputs_.snapshot.people;
  left_.resize(people.size());
  left_at_.resize(people.size());
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (!doubt_.empty() && doubt_[i].valid()) {
      left_[i] = model::BoolFact::unknown(doubt_[i]);
      left_at_[i] = TimeFact::unknown(doubt_[i]);
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

const model::BoolFact& PersonFacts::left(model::PersonId person) {
  find_doubts();
  derive();
  return left_[person.index()];
}

cel::FactColumn PersonFacts::names() {
  const model::People& people = inputs_.snapshot.people;
  if (name_.empty()) {
    for (std::size_t i = 0; i < people.size(); ++i) {
      const std::string_view shown = inputs_.snapshot.view(people.display_name[i]);
      const std::string_view given = inputs_.snapshot.view(people.given_name[i]);
      const std::string_view family = inputs_.snapshot.view(people.family_name[i]);
      const std::string_view gap = given.empty() || family.empty() ? "" : " ";
      std::string name = shown.empty() ? fmt::format("{}{}{}", given, gap, family) : std::string(shown);
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
    for (std::size_t i = 0; i < people.size(); ++i) {
      status_.push_back(text_.intern(to_string(people.status[i])));
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

cel::FactColumn PersonFacts::texts(const std::vector<base::TextId>& column) {
  return {cel::TextView{{column}, &inputs_.snapshot.text}, reasons(doubt_, text_)};
}

cel::FactColumn PersonFacts::times(const std::vector<TimeFact>& column, std::vector<TimeFact>& doubted) {
  if (doubt_.empty()) return evaluation::view(column, inputs_.snapshot.text);
  doubted = column;
  for (std::size_t i = 0; i < doubted.size(); ++i) {
    const bool own = !doubt_[i].valid();
    doubted[i].basis = own ? text_.intern(inputs_.snapshot.view(column[i].basis)) : doubt_[i];
    if (!own) doubted[i].state = TimeState::unknown;
  }
  return evaluation::view(doubted, text_);
}

cel::FactColumn PersonFacts::column(std::string_view fact) {
  find_doubts();
  const model::People& people = inputs_.snapshot.people;
  if (fact == "person.employee_id") return texts(people.employee_id);
  if (fact == "person.name") return names();
  if (fact == "person.mail") return texts(people.mail);
  if (fact == "person.status") return statuses();
  if (fact == "person.department") return texts(people.department);
  if (fact == "person.title") return texts(people.title);
  if (fact == "person.manager") return texts(people.manager_id);
  if (fact == "person.employment_type") return texts(people.employment_type);
  if (fact == "person.location") return texts(people.location);
  if (fact == "person.first_day") return times(people.first_day, first_day_);
  if (fact == "person.last_day") return times(people.last_day, last_day_);
  if (fact == "person.entitlements") return entitlements_.of_people(EntitlementFacts::Which::all, doubts());
  if (fact == "person.entitlements_at_least") {
    return entitlements_.of_people(EntitlementFacts::Which::at_least, doubts());
  }
  derive();
  if (fact == "person.left") return evaluation::view(left_, text_);
  TALLY_ASSERT(fact == "person.left_at");
  return evaluation::view(left_at_, text_);
}

std::string PersonFacts::basis(std::string_view fact, std::size_t row) const {
  const model::People& people = inputs_.snapshot.people;
  const auto text = [&](base::TextId id) { return std::string(inputs_.snapshot.view(id)); };
  if (!text(people.doubt[row]).empty()) return text(people.doubt[row]);
  if (fact == "person.status") return text(people.status_basis[row]);
  if (fact == "person.first_day") return text(people.first_day[row].basis);
  if (fact == "person.last_day") return text(people.last_day[row].basis);
  if (fact == "person.left" || fact == "person.left_at") {
    return fmt::format("{}; {}", text(people.status_basis[row]), text(people.last_day[row].basis));
  }
  return fmt::format("line {}", people.line[row]);
}

}  // namespace tally::evaluation
