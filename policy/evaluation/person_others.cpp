// person.*: beside other people: the manager and the sponsor whom HR names by their number, those with the same job.
#include <fmt/format.h>

#include <algorithm>

#include "policy/evaluation/peers.h"
#include "policy/evaluation/person_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {

using model::BoolFact;
using model::PersonId;
using model::Truth;

const PersonFacts::Number PersonFacts::kManagerId{&model::People::manager_id, "manager_id"};
const PersonFacts::Number PersonFacts::kSponsorId{&model::People::sponsor_id, "sponsor_id"};

FactRows<PersonFacts> PersonFacts::others_rows() {
  using F = PersonFacts;
  static constexpr auto kManager = [](const F& f, std::size_t i) {
    return fmt::format("line {}, manager {}", f.people().line[i], f.shown(f.people().manager_id[i]));
  };
  static constexpr auto kSponsor = [](const F& f, std::size_t i) {
    return fmt::format("line {}, sponsor {}", f.people().line[i], f.shown(f.people().sponsor_id[i]));
  };
  static constexpr FactRow<F> kRows[] = {
      {"person.manager_known", [](F& f) { return f.named_known(kManagerId); }, kManager},
      {"person.manager_left", [](F& f) { return f.named_left(kManagerId); }, kManager},
      {"person.manager_cycle", [](F& f) { return f.manager_cycle(); }, kManager},
      {"person.peers", [](F& f) { return f.peers_count(); }},
      {"person.sponsor_known", [](F& f) { return f.named_known(kSponsorId); }, kSponsor},
      {"person.sponsor_left", [](F& f) { return f.named_left(kSponsorId); }, kSponsor},
  };
  return kRows;
}

const PersonFacts::ByNumber& PersonFacts::by_number() {
  if (by_number_) return *by_number_;
  by_number_.emplace();
  by_number_->first.reserve(people().size());
  by_number_->next.resize(people().size());
  // From the last to the first, so that of each feed the first one stays. A feed's people lie side by side.
  for (std::size_t i = people().size(); i-- > 0;) {
    PersonId& first = by_number_->first[inputs_.snapshot.view(people().employee_id[i])];
    const bool same_feed = first.valid() && people().source[first.index()] == people().source[i];
    by_number_->next[i] = same_feed ? by_number_->next[first.index()] : first;
    first = PersonId::at(i);
  }
  return *by_number_;
}

std::vector<PersonId> PersonFacts::named(Number number) {
  std::vector<PersonId> out(people().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string_view other = inputs_.snapshot.view((people().*number.column)[i]);
    if (other.empty()) continue;
    const auto found = by_number().first.find(other);
    if (found == by_number().first.end()) continue;
    out[i] = found->second;
    for (PersonId at = found->second; at.valid(); at = by_number().next[at.index()]) {
      if (people().source[at.index()] != people().source[i]) continue;
      out[i] = at;
      break;
    }
  }
  return out;
}

base::TextId PersonFacts::unseen_people() {
  std::string why;
  for (const model::SourceRecord& source : inputs_.snapshot.sources) {
    if (source.kind != model::SourceKind::hr || !hides_records(source.coverage)) continue;
    why += fmt::format("{}HR source {} was not completely seen ({})", why.empty() ? "" : "; ", source.name,
                       source.coverage.in_words());
  }
  return why.empty() ? base::TextId() : text_.intern(why);
}

base::TextId PersonFacts::job_untold(PersonId person) {
  const std::size_t i = person.index();
  const BoolFact& gone = left(person);
  if (gone.value == Truth::yes) return text_.intern("they left");
  if (gone.value == Truth::unknown) return gone.basis;
  for (const auto& [column, name] :
       {Number{&model::People::title, "title"}, Number{&model::People::department, "department"}}) {
    if (const base::TextId why = untold(column, name, i); why.valid()) return why;
  }
  return inputs_.snapshot.view(people().title[i]).empty() ? text_.intern("HR gives no job title") : unseen_people();
}

const Peers& PersonFacts::peers() {
  if (!peers_) peers_ = std::make_shared<Peers>(inputs_, *this);
  return *peers_;
}

/// Whoever left is nobody's peer, and that is known.
cel::FactColumn PersonFacts::peers_count() {
  std::vector<std::int64_t>& out = numbers_.emplace_back(people().size());
  std::vector<base::TextId>& why = reasons_of_rows();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const PersonId person = PersonId::at(i);
    if (left(person).value == Truth::yes) continue;
    why[i] = peers().why(person);
    if (!why[i].valid()) out[i] = peers().count(person);
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn PersonFacts::named_known(Number number) {
  derive();
  const std::vector<PersonId> others = named(number);
  const base::TextId unseen = unseen_people();
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool names_one = !inputs_.snapshot.view((people().*number.column)[i]).empty();
    if (const base::TextId why = untold(number.column, number.name, i); why.valid()) {
      out[i] = BoolFact::unknown(why);
    } else if (names_one && !others[i].valid() && unseen.valid()) {
      out[i] = BoolFact::unknown(unseen);
    } else {
      out[i] = BoolFact::known(others[i].valid(), {});
    }
  }
  return evaluation::view(out, text_);
}

cel::FactColumn PersonFacts::named_left(Number number) {
  derive();
  const std::vector<PersonId> others = named(number);
  const base::TextId stranger = text_.intern("HR has no row for the person it names");
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (const base::TextId why = untold(number.column, number.name, i); why.valid()) {
      out[i] = BoolFact::unknown(why);
    } else if (inputs_.snapshot.view((people().*number.column)[i]).empty()) {
      out[i] = BoolFact::known(false, {});
    } else if (!others[i].valid()) {
      out[i] = BoolFact::unknown(stranger);
    } else {
      out[i] = left(others[i]);
    }
  }
  return evaluation::view(out, text_);
}

/// Each follows one manager at most, so a walk that marks its own steps finds every circle once; linear in people.
cel::FactColumn PersonFacts::manager_cycle() {
  derive();
  const std::vector<PersonId> managers = named(kManagerId);
  const base::TextId unseen = unseen_people();
  std::vector<std::uint32_t> walk(people().size(), 0);  // the number of the walk that came by; 0: none yet
  std::vector<bool> circular(people().size(), false);
  for (std::uint32_t start = 0; start < walk.size(); ++start) {
    std::uint32_t at = start;
    const std::uint32_t own = start + 1;
    while (walk[at] == 0 && managers[at].valid()) {
      walk[at] = own;
      at = managers[at].index();
    }
    if (walk[at] != own) continue;
    for (std::uint32_t in = at; !circular[in]; in = managers[in].index()) circular[in] = true;
  }
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const base::TextId own = untold(kManagerId.column, kManagerId.name, i);
    const base::TextId why = own.valid() ? own : circular[i] ? base::TextId() : unseen;
    out[i] = why.valid() ? BoolFact::unknown(why) : BoolFact::known(circular[i], {});
  }
  return evaluation::view(out, text_);
}

}  // namespace tally::evaluation
