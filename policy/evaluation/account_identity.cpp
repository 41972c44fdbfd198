// account.*: which of somebody's accounts it is, who answers for it, who may be its owner, whether it was another's.
#include <fmt/format.h>

#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/account_state.h"
#include "policy/evaluation/subject.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {

using correlation::Owner;
using model::BoolFact;
using model::Truth;

FactRows<AccountFacts> AccountFacts::identity_rows() {
  using F = AccountFacts;
  static constexpr auto kOwner = [](const F& f, std::size_t i) {
    return std::string(f.inputs_.links.text.view(f.inputs_.links.links[i].reason));
  };
  static constexpr auto kReuse = [](const F& f, std::size_t i) {
    const auto& reuse = f.inputs_.links.reuse;
    return reuse ? std::string(reuse->text.view(reuse->account[i].basis)) : std::string();
  };
  static constexpr auto kSuggested = [](const F& f, std::size_t i) { return f.suggestions_in_words(i); };
  static constexpr FactRow<F> kRows[] = {
      {"account.persona", [](F& f) { return f.persona(); }, kOwner},
      {"account.registered", [](F& f) { return f.registered(); }, kOwner},
      {"account.registered_owner", [](F& f) { return f.registered_owner(); }, kOwner},
      {"account.identifier_reused", [](F& f) { return f.identifier_reused(); }, kReuse},
      {"account.suggestions", [](F& f) { return f.suggestions(); }, kSuggested},
      {"account.second_main", [](F& f) { return f.second_main(); }, kOwner},
  };
  return kRows;
}

/// What a configured pattern says needs no owner; all else does.
cel::FactColumn AccountFacts::persona() {
  std::vector<base::TextId>& out = texts();
  std::vector<base::TextId>& why = texts();
  const base::TextId several = text_.intern("several people fit the account");
  for (std::size_t i = 0; i < out.size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    const std::string_view kind = inputs_.links.text.view(link.persona);
    if (!kind.empty()) {
      out[i] = text_.intern(kind);
      continue;
    }
    why[i] = link.owner == Owner::ambiguous ? several : owner_unknown(i);
    out[i] = text_.intern(link.owner == Owner::person ? (link.primary ? "primary" : "further") : to_string(link.owner));
  }
  return {cel::TextView{{out}, &text_}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::registered() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = BoolFact::known(inputs_.links.links[i].registered, {});
  return view(out, text_);
}

cel::FactColumn AccountFacts::registered_owner() {
  std::vector<base::TextId>& out = texts();
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = text_.intern(inputs_.links.text.view(inputs_.links.links[i].registered_owner));
  return view(out, text_);
}

cel::FactColumn AccountFacts::second_main() {
  Truths& out = bools();
  const base::TextId untold = text_.intern("it is not known whether another account of theirs works");
  const auto another_works = [&](std::size_t i) {
    Truth any = Truth::no;
    for (const model::AccountId other : inputs_.links.accounts_of.row(inputs_.links.links[i].person.index())) {
      const bool here = accounts().source[other.index()] == accounts().source[i];
      if (!here || other.index() == i || inputs_.links.of(other).marked) continue;
      const Truth works = is_usable(inputs_.snapshot, other.index());
      if (works == Truth::yes || any == Truth::no) any = works;
      if (any == Truth::yes) break;
    }
    return any;
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    out[i] = BoolFact::known(false, {});
    if (const base::TextId why = owner_unknown(i); why.valid()) {
      out[i] = BoolFact::unknown(why);
    } else if (link.owner == Owner::person && !link.marked) {
      const Truth another = another_works(i);
      const base::TextId gap = people_.account_gap(link.person);
      if (another == Truth::yes) out[i] = BoolFact::known(true, {});
      if (another == Truth::unknown) out[i] = BoolFact::unknown(untold);
      if (another == Truth::no && gap.valid()) out[i] = BoolFact::unknown(text_.intern(people_.view(gap)));
    }
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::identifier_reused() {
  if (const auto& reuse = inputs_.links.reuse) return view(reuse->account, reuse->text);
  Truths& out = bools();
  const BoolFact unknown = BoolFact::unknown(text_.intern(kNothingEarlier));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = unknown;
  return view(out, text_);
}

/// In the words that a person decides by: "Ada Weber (1001), 0.86". Nobody is suggested by a feed that nobody believes.
cel::FactColumn AccountFacts::suggestions() {
  std::vector<base::TextId>& out = texts_.emplace_back();
  std::vector<base::TextId>& why = texts();
  suggestion_offsets_.assign(1, 0);
  for (std::size_t i = 0; i < accounts().size(); ++i) {
    for (const correlation::Suggestion& one : inputs_.links.suggestions.row(i)) out.push_back(text_.add(named(one)));
    suggestion_offsets_.push_back(out.size());
    why[i] = owner_unknown(i);
  }
  return {cel::TextListView{suggestion_offsets_, out, &text_}, reasons(why, text_)};
}

std::string AccountFacts::named(const correlation::Suggestion& one) const {
  const std::string number = shown(inputs_.snapshot.people.employee_id[one.person.index()]);
  const std::string name = name_of(inputs_.snapshot, one.person);
  return name.empty() ? fmt::format("{}, {:.2f}", number, one.score)
                      : fmt::format("{} ({}), {:.2f}", name, number, one.score);
}

std::string AccountFacts::suggestions_in_words(std::size_t row) const {
  std::string out;
  for (const correlation::Suggestion& one : inputs_.links.suggestions.row(row))
    out += fmt::format("{}{}: {}", out.empty() ? "" : " | ", named(one), inputs_.links.text.view(one.why));
  return out.empty() ? "nobody in HR looks like its owner" : out;
}

}  // namespace tally::evaluation
