// account.*: what the directory says on the account itself. Owner, groups and privilege: account_links.cpp.
#include "policy/evaluation/account_facts.h"

#include <fmt/format.h>

#include <array>

#include "policy/base/assert.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using model::BoolFact;
using model::TimeState;
using model::Truth;

constexpr std::array<std::pair<std::string_view, model::AccountFlag>, 11> kFlags{{
    {"account.password_not_required", model::kPasswordNotRequired},
    {"account.preauth_not_required", model::kPreauthNotRequired},
    {"account.des_keys_only", model::kDesKeysOnly},
    {"account.reversible_password", model::kReversiblePassword},
    {"account.password_never_expires", model::kPasswordNeverExpires},
    {"account.smartcard_required", model::kSmartcardRequired},
    {"account.trusted_for_delegation", model::kTrustedForDelegation},
    {"account.trusted_to_delegate", model::kTrustedToAuthForDelegation},
    {"account.not_delegated", model::kNotDelegated},
    {"account.must_change_password", model::kMustChangePassword},
    {"account.has_service_principal", model::kHasServicePrincipal},
}};

}  // namespace

cel::FactColumn AccountFacts::column(std::string_view fact) {
  const model::Snapshot& s = inputs_.snapshot;
  const model::Accounts& a = s.accounts;
  if (fact == "account.login") return view(a.login, s.text);
  if (fact == "account.dn") return view(a.dn, s.text);
  if (fact == "account.name") return view(a.display_name, s.text);
  if (fact == "account.mail") return view(a.mail, s.text);
  if (fact == "account.sid") return view(a.sid, s.text);
  if (fact == "account.kind") return kinds();
  if (fact == "account.source") return sources();
  if (fact == "account.enabled") return view(a.enabled, s.text);
  if (fact == "account.locked") return view(a.locked, s.text);
  if (fact == "account.expires") return view(a.expires, s.text);
  if (fact == "account.last_sign_in") return view(a.last_sign_in, s.text);
  if (fact == "account.password_changed") return view(a.password_changed, s.text);
  if (fact == "account.created") return view(a.created, s.text);
  if (fact == "account.expired") return expired();
  if (fact == "account.usable") return usable();
  for (const auto& [name, bit] : kFlags) {
    if (fact == name) return flag(bit);
  }
  if (fact == "account.owner") return owner();
  if (fact == "account.owner_left") return owner_left();
  if (fact == "account.owner_confidence") return owner_confidence();
  if (fact == "account.primary") return primary();
  if (fact == "account.groups") return group_names();
  if (fact == "account.has_groups") return has_groups();
  if (fact == "account.groups_count") return groups_count();
  if (fact == "account.privileged") return privileged();
  if (fact == "account.privileged_tier") return privileged_tier();
  if (fact == "account.privileged_only_through_nesting") return only_through_nesting();
  if (fact == "account.privileged_through_circle") return through_circle();
  if (fact == "account.privileged_distance") return privileged_distance();
  if (fact == "account.effective_groups") return effective_groups();
  if (fact == "account.entitlements") return entitlements_.of_accounts(EntitlementFacts::Which::all);
  if (fact == "account.entitlements_at_least") return entitlements_.of_accounts(EntitlementFacts::Which::at_least);
  if (fact == "account.domain_controller") return domain_controller();
  TALLY_ASSERT(fact == "account.privileged_by_primary_group");
  return by_primary_group();
}

cel::FactColumn AccountFacts::kinds() {
  std::vector<base::TextId>& out = texts();
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = text_.intern(to_string(inputs_.snapshot.accounts.kind[i]));
  return view(out, text_);
}

cel::FactColumn AccountFacts::sources() {
  std::vector<base::TextId>& out = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = text_.intern(inputs_.snapshot.source(inputs_.snapshot.accounts.source[i]).name);
  }
  return view(out, text_);
}

/// The moment itself is over: from `expires` on nobody gets in (MS-ADA1 2.8, accountExpires).
Truth AccountFacts::is_expired(std::size_t row) const {
  const model::TimeFact& expires = inputs_.snapshot.accounts.expires[row];
  if (expires.state == TimeState::never) return Truth::no;
  if (expires.state == TimeState::unknown) return Truth::unknown;
  if (expires.bounds.latest <= inputs_.snapshot.as_of) return Truth::yes;
  return expires.bounds.earliest > inputs_.snapshot.as_of ? Truth::no : Truth::unknown;
}

cel::FactColumn AccountFacts::expired() {
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Truth value = is_expired(i);
    const model::TimeFact& expires = inputs_.snapshot.accounts.expires[i];
    const bool imprecise = expires.state == TimeState::known;
    base::TextId why;
    if (value == Truth::unknown) {
      why = text_.intern(
          imprecise ? std::string_view("the expiry date is known only between two bounds, and now lies between")
                    : inputs_.snapshot.view(expires.basis));
    }
    out[i] = {value, why};
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::usable() {
  std::vector<BoolFact>& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const BoolFact& enabled = inputs_.snapshot.accounts.enabled[i];
    const Truth expired = is_expired(i);
    if (enabled.value == Truth::no || expired == Truth::yes) {
      out[i].value = Truth::no;
    } else if (enabled.value == Truth::yes && expired == Truth::no) {
      out[i].value = Truth::yes;
    } else if (enabled.value == Truth::unknown) {
      out[i] = BoolFact::unknown(text_.intern(
          fmt::format("it is not known whether the account is enabled: {}", inputs_.snapshot.view(enabled.basis))));
    } else {
      out[i] = BoolFact::unknown(text_.intern("it is not known whether the account has expired"));
    }
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::flag(model::AccountFlag bit) {
  std::vector<BoolFact>& out = bools();
  const base::TextId untold = text_.intern("the directory does not tell");
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool known = (inputs_.snapshot.accounts.flags_known[i] & bit) != 0;
    const bool set = (inputs_.snapshot.accounts.flags[i] & bit) != 0;
    out[i] = known ? BoolFact::known(set, {}) : BoolFact::unknown(untold);
  }
  return view(out, text_);
}

std::string AccountFacts::basis(std::string_view fact, std::size_t row) const {
  const model::Snapshot& s = inputs_.snapshot;
  const model::Accounts& a = s.accounts;
  const auto text = [&](base::TextId id) { return std::string(s.view(id)); };
  if (fact == "account.enabled") return text(a.enabled[row].basis);
  if (fact == "account.locked") return text(a.locked[row].basis);
  if (fact == "account.expires" || fact == "account.expired") return text(a.expires[row].basis);
  if (fact == "account.usable") return fmt::format("{}; {}", text(a.enabled[row].basis), text(a.expires[row].basis));
  if (fact == "account.last_sign_in") return text(a.last_sign_in[row].basis);
  if (fact == "account.password_changed") return text(a.password_changed[row].basis);
  if (fact == "account.created") return text(a.created[row].basis);
  for (const auto& [name, bit] : kFlags) {
    if (fact == name) return text(a.flags_basis[row]);
  }
  if (fact.starts_with("account.owner") || fact == "account.primary") {
    const correlation::Link& link = inputs_.links.links[row];
    return std::string(inputs_.links.text.view(link.reason));
  }
  if (fact.starts_with("account.privileged")) {
    const access::Reach& reach = inputs_.access.reach(model::AccountId::at(row));
    const std::string unseen(inputs_.access.view(reach.unseen));
    const std::string tier = reach.group.valid() ? std::string(inputs_.access.tiers().basis(s, reach.group))
                             : reach.tier != model::Tier::none ? text(a.primary_group_basis[row])
                                                               : "no privileged group reached";
    return unseen.empty() ? tier : fmt::format("{}; {}", tier, unseen);
  }
  if (fact.starts_with("account.entitlements")) return entitlements_.basis(row);
  if (fact == "account.groups" || fact == "account.has_groups" || fact == "account.groups_count") {
    return groups_in_words(row);
  }
  return text(a.dn[row]);
}

}  // namespace tally::evaluation
