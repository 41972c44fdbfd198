#include "policy/evaluation/account_state.h"

namespace tally::evaluation {

using model::TimeState;
using model::Truth;

Truth is_expired(const model::Snapshot& s, std::size_t account) {
  const model::TimeFact& expires = s.accounts.expires[account];
  if (expires.state == TimeState::never) return Truth::no;
  if (expires.state == TimeState::unknown) return Truth::unknown;
  if (expires.bounds.latest <= s.as_of) return Truth::yes;
  return expires.bounds.earliest > s.as_of ? Truth::no : Truth::unknown;
}

Truth is_usable(const model::Snapshot& s, std::size_t account) {
  const Truth enabled = s.accounts.enabled[account].value, expired = is_expired(s, account);
  if (enabled == Truth::no || expired == Truth::yes) return Truth::no;
  return enabled == Truth::yes && expired == Truth::no ? Truth::yes : Truth::unknown;
}

Truth is_privileged(const Inputs& inputs, std::size_t account) {
  const access::Reach& reach = inputs.access.reach(model::AccountId::at(account));
  if (reach.tier != model::Tier::none) return Truth::yes;
  return inputs.access.view(reach.unseen).empty() ? Truth::no : Truth::unknown;
}

}  // namespace tally::evaluation
