// account.*: power by rights on privileged entries, without a group.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "policy/access/control.h"
#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {

using model::AccountId;
using model::BoolFact;
using model::Truth;

AccountFacts::~AccountFacts() = default;

FactRows<AccountFacts> AccountFacts::control_rows() {
  using F = AccountFacts;
  static constexpr FactRow<F> kRows[] = {
      {"account.controls_privileged", [](F& f) { return f.controls_privileged(); },
       [](const F& f, std::size_t i) { return f.control_in_words(i); }},
      {"account.may_replicate_secrets", [](F& f) { return f.may_replicate_secrets(); },
       [](const F& f, std::size_t i) { return f.replication_in_words(i); }},
  };
  return kRows;
}

const access::Control& AccountFacts::control() {
  if (!control_) control_ = std::make_unique<access::Control>(inputs_.snapshot, inputs_.access);
  return *control_;
}

cel::FactColumn AccountFacts::controls_privileged() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const BoolFact fact = control().of(AccountId::at(i));
    out[i] = fact.value == Truth::unknown ? BoolFact::unknown(text_.intern(control().view(fact.basis))) : fact;
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::may_replicate_secrets() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const BoolFact fact = control().replicates(AccountId::at(i));
    out[i] = fact.value == Truth::unknown ? BoolFact::unknown(text_.intern(control().view(fact.basis))) : fact;
  }
  return view(out, text_);
}

/// The path, as one line: "anna → member of → helpdesk → may reset the password of → adm-mueller".
std::string AccountFacts::control_in_words(std::size_t row) const {
  if (!control_) return {};
  const BoolFact fact = control_->of(AccountId::at(row));
  if (fact.value == Truth::yes) {
    const std::string_view rule = control_->rule(AccountId::at(row));
    const std::string path = fmt::format("{}", fmt::join(control_->path(AccountId::at(row)), " → "));
    return rule.empty() ? path : fmt::format("{} (by {})", path, rule);
  }
  if (fact.value == Truth::unknown) return std::string(control_->view(fact.basis));
  return "no right over a privileged entry that its groups do not give it anyway";
}

std::string AccountFacts::replication_in_words(std::size_t row) const {
  if (!control_) return {};
  const BoolFact fact = control_->replicates(AccountId::at(row));
  if (fact.value == Truth::yes) return control_->replication_in_words(AccountId::at(row));
  if (fact.value == Truth::unknown) return std::string(control_->view(fact.basis));
  return "not both rights over the head of a domain";
}

}  // namespace tally::evaluation
