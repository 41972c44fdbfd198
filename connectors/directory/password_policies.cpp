#include "connectors/directory/password_policies.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "connectors/directory/control_rows.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

using model::AccountKind;
using model::TimeFact;

constexpr std::string_view kContainer = "CN=Password Settings Container,CN=System,";
/// What expires later than any date that can be written, never does.
constexpr base::Instant kLastMoment = date::sys_days{date::year{9999} / 12 / 31};
/// groupType (MS-ADTS 2.2.12); LDAP shows bit 31, a security group, as a minus sign.
constexpr std::int64_t kGlobal = 0x2, kSecurity = 0x80000000;

PolicyTime time_of(const Entry& entry, std::string_view attribute) {
  const auto written = entry.first(attribute);
  const auto steps = written ? large_integer(*written) : std::nullopt;
  if (!steps || *steps > 0) return {};
  return {true, filetime_interval(*steps)};
}

/// "Finance" of "CN=Finance,CN=Password Settings Container,…".
std::string first_name(std::string_view dn) {
  const std::size_t begin = dn.find('='), end = dn.find(',');
  return begin == std::string_view::npos || end == std::string_view::npos || end < begin
             ? std::string(dn)
             : std::string(dn.substr(begin + 1, end - begin - 1));
}

bool comes_first(const PasswordPolicy& a, const PasswordPolicy& b) {
  return std::tie(*a.precedence, a.guid) < std::tie(*b.precedence, b.guid);
}

const PasswordPolicy* first_of(const PasswordPolicy* a, const PasswordPolicy* b) {
  if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
  return comes_first(*b, *a) ? b : a;
}

}  // namespace

/// The policy of each account of one harvest.
class PasswordPolicies::InForce {
 public:
  struct Answer {
    const PasswordPolicy* policy = nullptr;
    std::string why_not;  ///< there is none that is known
  };

  InForce(const PasswordPolicies& policies, const model::Harvest& harvest)
      : policies_(policies), harvest_(harvest), of_group_(harvest.groups.size()) {
    for (const auto& [head, domain] : policies.domains_) look_at(head, domain);
    find_named();
    spread();
  }

  [[nodiscard]] Answer of(std::size_t account) const {
    const std::string head = normal_dn(domain_head(harvest_.text.view(harvest_.accounts.dn[account])));
    const auto domain = policies_.domains_.find(head);
    if (domain == policies_.domains_.end() || !domain->second.own)
      return {nullptr, "the password policy of its domain was not read"};
    if (!domain->second.container)
      return {nullptr, "a fine-grained password policy may hold for it: the container of these is not shown"};
    if (const auto own = own_.find(account); own != own_.end()) return {own->second, {}};
    if (const auto why = incomplete_.find(head); why != incomplete_.end()) return {nullptr, why->second};
    const PasswordPolicy* best = nullptr;
    if (account < harvest_.groups_of_account.rows()) {
      for (const model::GroupId group : harvest_.groups_of_account.row(account))
        best = first_of(best, of_group_[group.index()]);
    }
    return {best != nullptr ? best : &*domain->second.own, {}};
  }

 private:
  void look_at(const std::string& head, const Domain& domain) {
    for (const PasswordPolicy& policy : domain.fine) {
      if (!policy.precedence || policy.applies_to_more)
        incomplete_.emplace(head, "a fine-grained password policy could not be wholly read");
      if (!policy.precedence) continue;
      for (const std::string& dn : policy.applies_to) named_[dn].emplace_back(head, &policy);
    }
  }

  /// Whoever policies name, among the entries that were read.
  void find_named() {
    if (named_.empty()) return;
    const auto take = [&](base::TextId dn, auto found) {
      const auto at = named_.find(normal_dn(harvest_.text.view(dn)));
      if (at == named_.end()) return;
      for (const auto& [head, policy] : at->second) found(head, policy);
      named_.erase(at);
    };
    for (std::size_t i = 0; i < harvest_.accounts.size() && !named_.empty(); ++i) {
      take(harvest_.accounts.dn[i],
           [&](const std::string&, const PasswordPolicy* policy) { own_[i] = first_of(own_[i], policy); });
    }
    for (std::size_t i = 0; i < harvest_.groups.size() && !named_.empty(); ++i) {
      take(harvest_.groups.dn[i],
           [&](const std::string& head, const PasswordPolicy* policy) { take_named_group(i, head, policy); });
    }
    for (const auto& [dn, all] : named_) {
      for (const auto& [head, policy] : all)
        incomplete_.emplace(head, "a fine-grained password policy names an entry that was not read");
    }
  }

  void take_named_group(std::size_t group, const std::string& head, const PasswordPolicy* policy) {
    switch (group < policies_.named_groups_.size() ? policies_.named_groups_[group] : NamedGroup::not_told) {
      case NamedGroup::counts:
        of_group_[group] = first_of(of_group_[group], policy);
        heads_[group] = head;
        return;
      case NamedGroup::differs:
        incomplete_.emplace(
            head, "a fine-grained password policy names a group that is not global, and servers differ in that");
        return;
      case NamedGroup::not_told:
        incomplete_.emplace(head, "a fine-grained password policy names a group of unknown type");
        return;
    }
  }

  /// What holds for a group holds for the groups in it.
  void spread() {
    if (heads_.empty()) return;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t g = 0; g < harvest_.groups_of_group.rows(); ++g) {
        for (const model::GroupId above : harvest_.groups_of_group.row(g)) {
          const PasswordPolicy* best = first_of(of_group_[g], of_group_[above.index()]);
          if (best == of_group_[g]) continue;
          of_group_[g] = best;
          heads_[g] = heads_[above.index()];
          changed = true;
        }
      }
    }
    for (const auto& [g, head] : heads_) {
      if (!harvest_.text.view(harvest_.groups.members_unknown[g]).empty())
        incomplete_.emplace(head, "not all members of a group that a fine-grained password policy names were read");
    }
  }

  const PasswordPolicies& policies_;
  const model::Harvest& harvest_;
  std::vector<const PasswordPolicy*> of_group_;
  std::unordered_map<std::size_t, std::string> heads_;  ///< domains of the groups that a policy is for
  std::unordered_map<std::size_t, const PasswordPolicy*> own_;
  std::unordered_map<std::string, std::vector<std::pair<std::string, const PasswordPolicy*>>> named_;
  std::map<std::string, std::string> incomplete_;  ///< by domain: why groups' policies may not be all
};

bool PasswordPolicies::take(const Entry& entry) {
  if (entry.has_value("objectClass", "domainDNS")) {
    if (!entry.has("maxPwdAge") && !entry.has("lockoutDuration")) return false;
    domains_[normal_dn(entry.dn())].own =
        PasswordPolicy{"the domain", time_of(entry, "maxPwdAge"), time_of(entry, "lockoutDuration"), {}, {}, {}, false};
    return true;
  }
  const bool container = entry.has_value("objectClass", "msDS-PasswordSettingsContainer");
  if (container) domains_[normal_dn(domain_head(entry.dn()))].container = true;
  const bool fine = entry.has_value("objectClass", "msDS-PasswordSettings");
  if (fine) take_fine(entry);
  return container || fine;
}

void PasswordPolicies::take_fine(const Entry& entry) {
  PasswordPolicy policy;
  policy.name = first_name(entry.dn());
  policy.age = time_of(entry, "msDS-MaximumPasswordAge");
  policy.lockout = time_of(entry, "msDS-LockoutDuration");
  if (const auto precedence = entry.first("msDS-PasswordSettingsPrecedence"))
    policy.precedence = large_integer(*precedence);
  policy.guid = entry.first("objectGUID").value_or("");
  for (const std::string_view dn : entry.values("msDS-PSOAppliesTo")) policy.applies_to.push_back(normal_dn(dn));
  policy.applies_to_more = entry.range("msDS-PSOAppliesTo").has_value();
  domains_[normal_dn(domain_head(entry.dn()))].fine.push_back(std::move(policy));
}

void PasswordPolicies::take_group(model::GroupId group, std::optional<std::int64_t> type) {
  if (named_groups_.size() <= group.index()) named_groups_.resize(group.index() + 1, NamedGroup::not_told);
  NamedGroup& means = named_groups_[group.index()];
  if (!type) return;
  means = (*type & kSecurity) != 0 && (*type & kGlobal) != 0 ? NamedGroup::counts : NamedGroup::differs;
}

TimeFact PasswordPolicies::expiry(model::Harvest& harvest, std::size_t account, const InForce& in_force) const {
  const model::Accounts& a = harvest.accounts;
  base::TextPool& text = harvest.text;
  const std::uint32_t flags = a.flags[account] & a.flags_known[account];
  if (a.kind[account] != AccountKind::user)
    return TimeFact::never(text.intern("a machine's, or made by the directory: nobody chooses it"));
  if ((flags & (model::kPasswordNeverExpires | model::kSmartcardRequired)) != 0)
    return TimeFact::never(a.flags_basis[account]);
  if ((a.flags_known[account] & model::kPasswordNeverExpires) == 0) return TimeFact::unknown(a.flags_basis[account]);
  const auto answer = in_force.of(account);
  if (answer.policy == nullptr) return TimeFact::unknown(text.intern(answer.why_not));
  const PolicyTime& age = answer.policy->age;
  if (!age.told) return TimeFact::unknown(text.intern("how old a password may be was not delivered of its policy"));
  if (!age.length)
    return TimeFact::never(text.intern("passwords never expire by the policy of " + answer.policy->name));
  const TimeFact& set = a.password_changed[account];
  if ((flags & model::kMustChangePassword) != 0 || set.state != model::TimeState::known)
    return TimeFact::unknown(set.basis);
  const base::Bounds at = base::add(set.bounds, *age.length);
  const base::TextId basis = text.intern("pwdLastSet and the policy of " + answer.policy->name);
  return at.latest > kLastMoment ? TimeFact::never(basis) : TimeFact::known(at, basis);
}

model::BoolFact PasswordPolicies::locked(model::Harvest& harvest, const Lockout& lockout, const InForce& in_force,
                                         base::Instant now) const {
  base::TextPool& text = harvest.text;
  const auto answer = in_force.of(lockout.account.index());
  if (answer.policy == nullptr || !answer.policy->lockout.told) {
    const std::string why = answer.why_not.empty() ? "" : ": " + answer.why_not;
    return model::BoolFact::unknown(text.intern("lockoutTime is set, and how long a lockout lasts was not read" + why));
  }
  const auto& length = answer.policy->lockout.length;
  const bool still = !length || base::add(lockout.since, *length) > now;
  return model::BoolFact::known(
      still, text.intern(fmt::format("lockoutTime{} and the policy of {}", length ? "" : ", until somebody unlocks,",
                                     answer.policy->name)));
}

void PasswordPolicies::tell(model::Harvest& harvest, std::span<const Lockout> lockouts, base::Instant now) const {
  const InForce in_force(*this, harvest);
  for (std::size_t i = 0; i < harvest.accounts.size(); ++i)
    harvest.accounts.password_expires[i] = expiry(harvest, i, in_force);
  for (const Lockout& lockout : lockouts)
    harvest.accounts.locked[lockout.account.index()] = locked(harvest, lockout, in_force, now);
}

std::string password_policies_hidden(Session& session, const std::string& head, const Patience& patience) {
  bool shown = false;
  read_entry(session, std::string(kContainer) + head, {"objectClass"}, patience,
             [&](const Entry& entry) { shown = entry.has("objectClass"); });
  return shown ? "" : fmt::format("the container of fine-grained policies of {} is not shown to this account", head);
}

std::vector<std::string> read_password_policies(Session& session, const std::vector<std::string>& bases,
                                                const Patience& patience, const EachEntry& each) {
  std::vector<std::string> notes;
  for (const std::string& head : domain_heads(bases)) {
    read_entry(session, head, {"objectClass", "maxPwdAge", "lockoutDuration"}, patience, each);
    if (std::string why = password_policies_hidden(session, head, patience); !why.empty()) {
      notes.push_back("password-policies: cannot tell which is in force: " + std::move(why));
      continue;
    }
    Search what;
    what.base = std::string(kContainer) + head;
    what.scope = Scope::one_level;
    what.query = {"(objectClass=*)",
                  {"objectClass", "objectGUID", "msDS-PasswordSettingsPrecedence", "msDS-PSOAppliesTo",
                   "msDS-MaximumPasswordAge", "msDS-LockoutDuration"}};
    bool hidden = false;
    const SearchOutcome outcome = search(session, what, patience, [&](const Entry& entry) {
      hidden = hidden || !entry.has("objectClass");
      each(entry);
    });
    if (outcome.whole() && !hidden) {
      // Only now: that the container is shown says that all in it was.
      read_entry(session, what.base, {"objectClass"}, patience, each);
      notes.push_back(fmt::format("password-policies: {} fine-grained ones of {}", outcome.entries, head));
    } else {
      notes.push_back(
          fmt::format("password-policies: cannot tell which is in force: not all fine-grained ones of {} "
                      "could be read",
                      head));
    }
  }
  return notes;
}

}  // namespace tally::directory
