// person.*: other people whom HR names by their number: the manager, the sponsor.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "policy/evaluation/person_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {

using model::BoolFact;
using model::PersonId;
using model::Truth;

FactRows<PersonFacts> PersonFacts::others_rows() {
  using F = PersonFacts;
  using P = model::People;
  static constexpr auto kManager = [](const F& f, std::size_t i) {
    return fmt::format("line {}, manager {}", f.people().line[i], f.shown(f.people().manager_id[i]));
  };
  static constexpr auto kSponsor = [](const F& f, std::size_t i) {
    return fmt::format("line {}, sponsor {}", f.people().line[i], f.shown(f.people().sponsor_id[i]));
  };
  static constexpr FactRow<F> kRows[] = {
      {"person.manager_known", [](F& f) { return f.named_known(&P::manager_id); }, kManager},
      {"person.manager_left", [](F& f) { return f.named_left(&P::manager_id); }, kManager},
      {"person.manager_cycle", [](F& f) { return f.manager_cycle(); }, kManager},
      {"person.sponsor_known", [](F& f) { return f.named_known(&P::sponsor_id); }, kSponsor},
      {"person.sponsor_left", [](F& f) { return f.named_left(&P::sponsor_id); }, kSponsor},
  };
  return kRows;
}

std::vector<PersonId> PersonFacts::named(Number column) const {
  const model::Snapshot& s = inputs_.snapshot;
  // Two feeds may use one number for two people: the named one is looked for in the feed that names it, then anywhere.
  const auto key = [](std::string_view number, std::uint32_t source) { return fmt::format("{}/{}", source, number); };
  std::unordered_map<std::string, PersonId> in_source;
  std::unordered_map<std::string_view, PersonId> anywhere;
  for (std::size_t i = 0; i < people().size(); ++i) {
    const std::string_view number = s.view(people().employee_id[i]);
    in_source.emplace(key(number, people().source[i].index()), PersonId::at(i));
    anywhere.emplace(number, PersonId::at(i));
  }
  std::vector<PersonId> out(people().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string_view number = s.view((people().*column)[i]);
    if (number.empty()) continue;
    if (const auto here = in_source.find(key(number, people().source[i].index())); here != in_source.end()) {
      out[i] = here->second;
    } else if (const auto there = anywhere.find(number); there != anywhere.end()) {
      out[i] = there->second;
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

cel::FactColumn PersonFacts::named_known(Number column) {
  const std::vector<PersonId> others = named(column);
  const base::TextId unseen = unseen_people();
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool names_one = !inputs_.snapshot.view((people().*column)[i]).empty();
    if (doubt(i).valid()) {
      out[i] = BoolFact::unknown(doubt(i));
    } else if (names_one && !others[i].valid() && unseen.valid()) {
      out[i] = BoolFact::unknown(unseen);
    } else {
      out[i] = BoolFact::known(others[i].valid(), {});
    }
  }
  return evaluation::view(out, text_);
}

cel::FactColumn PersonFacts::named_left(Number column) {
  const std::vector<PersonId> others = named(column);
  const base::TextId stranger = text_.intern("HR has no row for the person it names");
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (doubt(i).valid()) {
      out[i] = BoolFact::unknown(doubt(i));
    } else if (inputs_.snapshot.view((people().*column)[i]).empty()) {
      out[i] = BoolFact::known(false, {});
    } else if (!others[i].valid()) {
      out[i] = BoolFact::unknown(stranger);
    } else {
      out[i] = left(others[i]);
      if (out[i].value != Truth::unknown) out[i].basis = {};
    }
  }
  return evaluation::view(out, text_);
}

/// Each follows one manager at most, so a walk that marks its own steps finds every circle once; linear in people.
cel::FactColumn PersonFacts::manager_cycle() {
  const std::vector<PersonId> managers = named(&model::People::manager_id);
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
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const base::TextId why = doubt(i).valid() ? doubt(i) : unseen;
    out[i] = circular[i] || !why.valid() ? BoolFact::known(circular[i], {}) : BoolFact::unknown(why);
    if (doubt(i).valid()) out[i] = BoolFact::unknown(doubt(i));
  }
  return evaluation::view(out, text_);
}

}  // namespace tally::evaluation
