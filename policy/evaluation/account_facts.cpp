// account.*: what the directory says on the account itself. Its past: account_past.cpp; owner, groups and privilege:
// account_links.cpp; managers and what compares accounts with one another: account_relations.cpp.
#include "policy/evaluation/account_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "policy/evaluation/account_state.h"
#include "policy/evaluation/views.h"
#include "policy/rules/catalogue.h"

namespace tally::evaluation {
namespace {

using model::BoolFact;
using model::TimeFact;
using model::TimeState;
using model::Truth;

/// A column of truths that the directory writes as a flag.
template <model::AccountFlag bit>
cel::FactColumn written(AccountFacts& facts) {
  return facts.flag(bit);
}

}  // namespace

FactRows<AccountFacts> AccountFacts::own_rows() {
  using F = AccountFacts;
  using A = model::Accounts;
  static constexpr auto kExpires = [](const F& f, std::size_t i) { return f.shown(f.accounts().expires[i].basis); };
  static constexpr FactRow<F> kRows[] = {
      {"account.login", [](F& f) { return f.text(&A::login); }},
      {"account.dn", [](F& f) { return f.text(&A::dn); }},
      {"account.name", [](F& f) { return f.text(&A::display_name); }},
      {"account.mail", [](F& f) { return f.text(&A::mail); }},
      {"account.principal", [](F& f) { return f.text(&A::principal); }},
      {"account.sid", [](F& f) { return f.text(&A::sid); }},
      {"account.rid", [](F& f) { return f.rid(); }},
      {"account.kind", [](F& f) { return f.kinds(); }},
      {"account.source", [](F& f) { return f.sources(); }},
      {"account.employee_number", [](F& f) { return f.text(&A::employee_number); }},
      {"account.department", [](F& f) { return f.text(&A::department); }},
      {"account.title", [](F& f) { return f.text(&A::title); }},
      {"account.employee_type", [](F& f) { return f.text(&A::employee_type); }},
      {"account.enabled", [](F& f) { return f.truths(&A::enabled); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().enabled[i].basis); }},
      {"account.locked", [](F& f) { return f.truths(&A::locked); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().locked[i].basis); }},
      {"account.expires", [](F& f) { return f.times(&A::expires); }, kExpires},
      {"account.expired", [](F& f) { return f.expired(); }, kExpires},
      {"account.usable", [](F& f) { return f.usable(); },
       [](const F& f, std::size_t i) {
         return fmt::format("{}; {}", f.shown(f.accounts().enabled[i].basis), f.shown(f.accounts().expires[i].basis));
       }},
      {"account.last_sign_in", [](F& f) { return f.times(&A::last_sign_in); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().last_sign_in[i].basis); }},
      {"account.password_changed", [](F& f) { return f.times(&A::password_changed); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().password_changed[i].basis); }},
      {"account.password_expires", [](F& f) { return f.times(&A::password_expires); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().password_expires[i].basis); }},
      {"account.created", [](F& f) { return f.times(&A::created); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().created[i].basis); }},
      {"account.modified", [](F& f) { return f.times(&A::modified); },
       [](const F& f, std::size_t i) { return f.shown(f.accounts().modified[i].basis); }},
      {"account.creator", [](F& f) { return f.text(&A::creator); }},
      {"account.password_scheme", [](F& f) { return f.password_scheme(); }},
      {"account.uid_number", [](F& f) { return f.posix_number(&A::uid_number, "the account shows no uidNumber"); }},
      {"account.gid_number", [](F& f) { return f.posix_number(&A::gid_number, "the account shows no gidNumber"); }},
      {"account.conflict", [](F& f) { return f.conflict(); }},
  };
  return kRows;
}

FactRows<AccountFacts> AccountFacts::flag_rows() {
  using F = AccountFacts;
  static constexpr auto kControl = [](const F& f, std::size_t i) { return f.shown(f.accounts().flags_basis[i]); };
  static constexpr FactRow<F> kRows[] = {
      {"account.password_not_required", written<model::kPasswordNotRequired>, kControl},
      {"account.preauth_not_required", written<model::kPreauthNotRequired>, kControl},
      {"account.des_keys_only", written<model::kDesKeysOnly>, kControl},
      {"account.reversible_password", written<model::kReversiblePassword>, kControl},
      {"account.password_never_expires", written<model::kPasswordNeverExpires>, kControl},
      {"account.smartcard_required", written<model::kSmartcardRequired>, kControl},
      {"account.trusted_for_delegation", written<model::kTrustedForDelegation>, kControl},
      {"account.trusted_to_delegate", written<model::kTrustedToAuthForDelegation>, kControl},
      {"account.not_delegated", written<model::kNotDelegated>, kControl},
      {"account.must_change_password", written<model::kMustChangePassword>, kControl},
      {"account.has_service_principal", written<model::kHasServicePrincipal>, kControl},
      {"account.admin_count", written<model::kAdminCount>},
      {"account.sid_history", written<model::kSidHistory>},
      {"account.sid_history_privileged", written<model::kSidHistoryPrivileged>},
      {"account.sid_history_own_domain", written<model::kSidHistoryOwnDomain>},
      {"account.delegates_to_services", written<model::kDelegatesToServices>},
      {"account.resource_delegation", written<model::kResourceDelegation>},
      {"account.key_credential", written<model::kKeyCredential>},
      {"account.alt_security_identity", written<model::kAltSecurityIdentity>},
      {"account.certificate", written<model::kCertificate>},
      {"account.ssh_key", written<model::kSshKey>},
      {"account.kerberos_aes", written<model::kKerberosAes>},
      {"account.password_like_text", written<model::kPasswordLikeText>},
      {"account.login_shell", written<model::kLoginShell>},
      {"account.manager_named", written<model::kManagerNamed>},
  };
  return kRows;
}

cel::FactColumn AccountFacts::column(std::string_view fact) {
  return fact_row<AccountFacts>(fact, own_rows(), past_rows(), flag_rows(), link_rows(), relation_rows(),
                                identity_rows(), control_rows())
      .column(*this);
}

/// Flags are evidenced by what the directory calls them; all else by where the account stands.
std::string AccountFacts::basis(std::string_view fact, std::size_t row) const {
  const auto& entry = fact_row<AccountFacts>(fact, own_rows(), past_rows(), flag_rows(), link_rows(), relation_rows(),
                                             identity_rows(), control_rows());
  if (entry.basis != nullptr) return entry.basis(*this, row);
  const rules::FactInfo* info = rules::find_fact(fact);
  const std::string& connector = inputs_.snapshot.source(accounts().source[row]).connector;
  const std::string_view attribute = info->from.in(connector);
  const bool is_flag = info->type == cel::Type::boolean() && !attribute.empty() && attribute.front() != '(';
  return is_flag ? std::string(attribute) : shown(accounts().dn[row]);
}

cel::FactColumn AccountFacts::text(std::vector<base::TextId> model::Accounts::*column) const {
  return view(accounts().*column, inputs_.snapshot.text);
}

cel::FactColumn AccountFacts::times(std::vector<TimeFact> model::Accounts::*column) const {
  return view(accounts().*column, inputs_.snapshot.text);
}

cel::FactColumn AccountFacts::truths(std::vector<BoolFact> model::Accounts::*column) const {
  return view(accounts().*column, inputs_.snapshot.text);
}

cel::FactColumn AccountFacts::rid() {
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = texts();
  const base::TextId none = text_.intern("the account shows no security identifier");
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string_view sid = inputs_.snapshot.view(accounts().sid[i]);
    const std::string_view last = sid.substr(sid.rfind('-') + 1);
    const auto read = std::from_chars(last.data(), last.data() + last.size(), out[i]);
    if (read.ec != std::errc() || read.ptr != last.data() + last.size()) why[i] = none;
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::password_scheme() {
  std::vector<base::TextId>& why = texts();
  const base::TextId hidden = text_.intern("userPassword was not shown");
  for (std::size_t i = 0; i < why.size(); ++i) {
    if (inputs_.snapshot.view(accounts().password_scheme[i]).empty()) why[i] = hidden;
  }
  return {cel::TextView{{accounts().password_scheme}, &inputs_.snapshot.text}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::posix_number(std::vector<std::uint32_t> model::Accounts::*column, std::string_view none) {
  std::vector<std::int64_t>& out = numbers();
  std::vector<base::TextId>& why = texts();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = (accounts().*column)[i];
    if ((accounts().*column)[i] == model::Accounts::kNoNumber) why[i] = text_.intern(none);
  }
  return {cel::IntView{{out}}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::conflict() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = BoolFact::known(is_conflict_name(inputs_.snapshot.view(accounts().dn[i])), {});
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::kinds() {
  std::vector<base::TextId>& out = texts();
  Words<model::AccountKind> words(text_);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = words.of(accounts().kind[i]);
  return view(out, text_);
}

cel::FactColumn AccountFacts::sources() {
  std::vector<base::TextId>& out = texts();
  std::vector<base::TextId> names;
  for (const model::SourceRecord& source : inputs_.snapshot.sources) names.push_back(text_.intern(source.name));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = names[accounts().source[i].index()];
  return view(out, text_);
}

cel::FactColumn AccountFacts::expired() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Truth value = is_expired(inputs_.snapshot, i);
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
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const BoolFact& enabled = accounts().enabled[i];
    const Truth value = is_usable(inputs_.snapshot, i);
    out[i] = BoolFact::known(value == Truth::yes, {});
    if (value != Truth::unknown) continue;
    out[i] = BoolFact::unknown(enabled.value == Truth::unknown
                                   ? text_.intern(fmt::format("it is not known whether the account is enabled: {}",
                                                              inputs_.snapshot.view(enabled.basis)))
                                   : text_.intern("it is not known whether the account has expired"));
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::flag(model::AccountFlag bit) {
  untold_ = text_.intern("the directory does not tell");
  return {cel::FlagView{{accounts().flags}, {accounts().flags_known}, bit},
          {cel::Strided<base::TextId>::same(untold_, accounts().size()), &text_}};
}

}  // namespace tally::evaluation
