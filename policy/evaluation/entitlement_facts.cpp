#include "policy/evaluation/entitlement_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "policy/evaluation/views.h"

namespace tally::evaluation {

using correlation::Owner;
using model::AccountId;

access::Entitlements& EntitlementFacts::held() const {
  if (!held_) {
    held_ = std::make_unique<access::Entitlements>(inputs_.snapshot, inputs_.access.graph(),
                                                   inputs_.rules.entitlement_classes());
  }
  return *held_;
}

void EntitlementFacts::push(Lists& lists, std::span<const std::uint16_t> numbers, std::string_view why) {
  for (const std::uint16_t number : numbers) lists.names.push_back(text_.intern(held().name(number)));
  lists.offsets.push_back(lists.names.size());
  lists.why.push_back(why.empty() ? base::TextId() : text_.intern(why));
}

cel::FactColumn EntitlementFacts::column(const Lists& lists, Which which) const {
  const cel::TextListView view{lists.offsets, lists.names, &text_};
  return {view, which == Which::all ? reasons(lists.why, text_) : cel::ReasonView{}};
}

cel::FactColumn EntitlementFacts::of_accounts(Which which) {
  Lists& lists = lists_.emplace_back();
  const model::Snapshot& s = inputs_.snapshot;
  for (std::size_t i = 0; i < s.accounts.size(); ++i) {
    push(lists, held().of(AccountId::at(i)), held().unseen(s.accounts.source[i]));
  }
  return column(lists, which);
}

/// An account that two people fit is counted for neither, and leaves both in doubt where it holds something.
std::vector<std::string> EntitlementFacts::accounts_unseen() {
  const model::Snapshot& s = inputs_.snapshot;
  std::string hidden;
  for (const model::SourceRecord& source : s.sources) {
    if (source.kind != model::SourceKind::directory || source.coverage.state == model::CoverageState::complete)
      continue;
    hidden += fmt::format("{}directory {} was not completely seen ({})", hidden.empty() ? "" : "; ", source.name,
                          source.coverage.in_words());
  }
  std::vector<std::string> why(s.people.size(), hidden);
  for (std::size_t i = 0; i < s.accounts.size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    const bool holds = !held().of(AccountId::at(i)).empty() || !held().unseen(s.accounts.source[i]).empty();
    if (link.owner != Owner::ambiguous || !holds) continue;
    const auto candidates = inputs_.links.candidates.row(i);
    const std::string_view sentence = "an account that may belong to them, or to somebody else, holds entitlements";
    for (const model::PersonId person : candidates) {
      std::string& own = why[person.index()];
      if (own.empty()) own = sentence;
    }
    if (candidates.size() < correlation::kMaxCandidates) continue;
    for (std::string& own : why) {  // not everybody who fits is named
      if (own.empty()) own = sentence;
    }
  }
  return why;
}

cel::FactColumn EntitlementFacts::of_people(Which which, const std::vector<std::string>& doubts) {
  const model::Snapshot& s = inputs_.snapshot;
  Lists& lists = lists_.emplace_back();
  const std::vector<std::string> unseen = accounts_unseen();
  for (std::size_t person = 0; person < s.people.size(); ++person) {
    Numbers all;
    std::string why = doubts.empty() ? std::string() : doubts[person];
    const bool believed = why.empty();  // a person of whom nothing is known holds nothing for certain
    if (why.empty()) why = unseen[person];
    for (const AccountId account : inputs_.links.accounts_of.row(person)) {
      if (!believed || inputs_.links.of(account).owner != Owner::person) continue;
      const model::SourceId source = s.accounts.source[account.index()];
      if (quarantined(s.source(source).coverage)) continue;
      const auto own = held().of(account);
      all.insert(all.end(), own.begin(), own.end());
      if (why.empty()) why = held().unseen(source);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    push(lists, all, why);
  }
  return column(lists, which);
}

std::string EntitlementFacts::basis(std::size_t account) const {
  std::vector<std::string_view> names;
  for (const std::uint16_t number : held().of(AccountId::at(account))) names.push_back(held().name(number));
  return names.empty() ? "in no group of a class of entitlements" : fmt::format("holds {}", fmt::join(names, ", "));
}

}  // namespace tally::evaluation
