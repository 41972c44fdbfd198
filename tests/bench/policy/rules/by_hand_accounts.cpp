// The rules about accounts by hand: one loop over all accounts, every rule asked of each.
#include <algorithm>
#include <array>
#include <string_view>

#include "tests/bench/policy/rules/by_hand_seen.h"

namespace tally::bench {
namespace {

using base::Bounds;
using base::Duration;
using base::Instant;
using correlation::Owner;
using model::AccountId;
using model::AccountKind;
using model::Employment;
using model::GroupId;
using model::PersonId;
using model::TimeFact;
using model::TimeState;
using std::chrono::days;

const std::array<std::string_view, 5> kAllowedTitles{"System Administrator", "Systems Administrator",
                                                     "Domain Administrator", "Directory Administrator",
                                                     "Systems Engineer"};
const std::array<std::string_view, 24> kGeneralNames{"admin", "backup",  "guest",   "helpdesk", "info",    "intern",
                                                     "kiosk", "lab",     "office",  "operator", "print",   "reception",
                                                     "scan",  "scanner", "service", "shared",   "student", "support",
                                                     "temp",  "test",    "trainee", "training", "user",    "warehouse"};

/// One account with what several rules ask.
struct Row {
  std::size_t i = 0;
  Answer usable = kUnknown, expired = kUnknown;
  Answer has_owner = kUnknown;  ///< it is known what kind of owner there is
  Owner owner = Owner::cannot_tell;
  std::size_t person = 0;  ///< where owner is a person
  Answer owner_left = kUnknown, privileged = kUnknown;
  bool active_directory = false;

  [[nodiscard]] Answer owned_by(Owner wanted) const {
    return owner == Owner::cannot_tell ? kUnknown : truth(owner == wanted);
  }
};

class AccountRules {
 public:
  AccountRules(const evaluation::Inputs& inputs, const Seen& seen)
      : inputs_(inputs), s_(inputs.snapshot), a_(s_.accounts), p_(s_.people), now_(s_.as_of), seen_(seen) {}

  Row row(std::size_t i) const {
    Row r;
    r.i = i;
    const TimeFact& expires = a_.expires[i];
    r.expired = expires.state == TimeState::never ? kNo : over(expires, {}, now_);
    r.usable = both(truth(a_.enabled[i]), no(r.expired));
    const correlation::Link& link = inputs_.links.links[i];
    r.owner = link.owner;
    if (link.owner == Owner::person) {
      r.person = link.person.index();
      r.owner_left = seen_.people[r.person].left;
    } else if (link.owner == Owner::ambiguous) {
      const auto candidates = inputs_.links.candidates.row(i);
      const bool all_here = candidates.size() < correlation::kMaxCandidates &&
                            std::all_of(candidates.begin(), candidates.end(),
                                        [&](PersonId person) { return seen_.people[person.index()].left == kNo; });
      r.owner_left = all_here ? kNo : kUnknown;
    } else if (link.owner != Owner::cannot_tell) {
      r.owner_left = kNo;
    }
    const access::Reach& reach = inputs_.access.reach(AccountId::at(i));
    r.privileged = reach.tier != model::Tier::none ? kYes : inputs_.access.view(reach.unseen).empty() ? kNo : kUnknown;
    r.active_directory = seen_.active_directory[a_.source[i].index()];
    return r;
  }

  [[nodiscard]] Answer flag(const Row& r, model::AccountFlag bit) const {
    return (a_.flags_known[r.i] & bit) == 0 ? kUnknown : truth((a_.flags[r.i] & bit) != 0);
  }
  /// What is true of the person behind the account, asked where that may matter.
  [[nodiscard]] Answer left(const Row& r) const {
    return r.owner == Owner::person ? seen_.people[r.person].left : kUnknown;
  }
  [[nodiscard]] Answer status_is(const Row& r, Employment wanted) const {
    if (r.owner != Owner::person || p_.status[r.person] == Employment::unknown) return kUnknown;
    return truth(p_.status[r.person] == wanted);
  }
  [[nodiscard]] const TimeFact& left_at(const Row& r) const {
    return r.owner == Owner::person ? seen_.people[r.person].left_at : unknown_;
  }
  [[nodiscard]] bool human(const Row& r) const {
    return a_.kind[r.i] == AccountKind::user || a_.kind[r.i] == AccountKind::service;
  }
  [[nodiscard]] Answer rid_is(const Row& r, std::string_view end) const {
    return truth(s_.view(a_.sid[r.i]).ends_with(end));
  }

  // ---- leavers
  Answer lvr_001(const Row& r) const {
    if (r.owner_left == kNo) return kNo;
    return both(r.owner_left, truth(inputs_.links.links[r.i].primary), r.usable, over(left_at(r), {}, now_));
  }
  Answer lvr_002(const Row& r) const {
    if (r.owner_left == kNo) return kNo;
    return both(r.owner_left,
                either(after(a_.last_sign_in[r.i], left_at(r), {}), after(a_.password_changed[r.i], left_at(r), {})));
  }
  Answer lvr_003(const Row& r) const {
    if (r.owner_left == kNo || r.usable == kYes) return kNo;
    return both(r.owner_left, no(r.usable), over(left_at(r), {}, now_), has_groups(r));
  }
  Answer has_groups(const Row& r) const {
    for (const GroupId group : s_.groups_of_account.row(r.i)) {
      const std::size_t g = group.index();
      const bool primary = group == a_.primary_group[r.i] && s_.view(s_.groups.sid[g]).empty() &&
                           inputs_.access.tiers().of(group) == model::Tier::none;
      if (!seen_.everybody[g] && !primary) return kYes;
    }
    return seen_.membership_gap[a_.source[r.i].index()] ? kUnknown : kNo;
  }
  Answer lvr_005(const Row& r) const {
    if (r.owner_left == kNo) return kNo;
    return both(r.owner_left, truth(!inputs_.links.links[r.i].primary), r.usable, over(left_at(r), {}, now_));
  }
  Answer lvr_009(const Row& r) const {
    if (r.owner != Owner::person || r.usable == kNo) return r.owner == Owner::cannot_tell ? r.usable : kNo;
    const TimeFact& last = p_.last_day[r.person];
    if (last.state == TimeState::never) return kNo;
    const TimeFact& expires = a_.expires[r.i];
    const Answer late = expires.state == TimeState::never ? kYes : after(expires, last, days{1});
    return both(r.usable, no(seen_.people[r.person].left), over(last, -days{14}, now_), late);
  }
  Answer lvr_010(const Row& r) const {
    if (r.owner_left == kNo || r.usable == kYes) return kNo;
    return both(r.owner_left, no(r.usable), over(left_at(r), days{730}, now_));
  }

  // ---- joiners, movers
  Answer jnr_001(const Row& r) const {
    if (r.owner != Owner::person || r.usable == kNo) return r.owner == Owner::cannot_tell ? r.usable : kNo;
    const TimeFact& first = p_.first_day[r.person];
    const Answer early =
        first.state == TimeState::known ? before(Bounds::exactly(now_ + days{7}), first.bounds) : kUnknown;
    const Answer expected = either(no(is_never(first)), status_is(r, Employment::pre_hire));
    return both(r.usable, no(seen_.people[r.person].left), expected, early);
  }
  Answer jnr_002(const Row& r) const {
    if (r.owner != Owner::nobody && r.owner != Owner::cannot_tell) return kNo;
    const TimeFact& created = a_.created[r.i];
    return both(r.owned_by(Owner::nobody), r.usable, over(created, days{2}, now_), no(over(created, days{30}, now_)));
  }
  /// On leave, hired for later, or gone: somebody who need not use it.
  Answer away(const Row& r) const {
    if (r.owner != Owner::person) return r.owner == Owner::cannot_tell ? kUnknown : kNo;
    return either(left(r), either(status_is(r, Employment::on_leave), status_is(r, Employment::pre_hire)));
  }
  Answer jnr_004(const Row& r) const {
    if (!human(r) || r.usable == kNo || a_.last_sign_in[r.i].state == TimeState::known) return kNo;
    const TimeFact& created = a_.created[r.i];
    return both(both(r.usable, over(created, days{30}, now_), no(over(created, days{45}, now_))),
                is_never(a_.last_sign_in[r.i]), no(r.owned_by(Owner::built_in)), no(away(r)));
  }
  Answer mvr_005(const Row& r) const {
    if (r.owner != Owner::person) return r.owner == Owner::cannot_tell ? r.usable : kNo;
    return both(r.usable,
                either(status_is(r, Employment::suspended), both(status_is(r, Employment::on_leave), r.privileged)));
  }

  // ---- owners, dormant
  Answer orp_001(const Row& r) const { return both(r.owned_by(Owner::nobody), r.usable); }
  Answer orp_002(const Row& r) const {
    const bool unsure = static_cast<int>(inputs_.links.links[r.i].confidence * 100.0F + 0.5F) < 80;
    const Answer open = r.owner == Owner::cannot_tell
                            ? kUnknown
                            : truth(r.owner == Owner::ambiguous || (r.owner == Owner::person && unsure));
    return both(open, r.usable);
  }
  Answer unused(const Row& r, Duration limit) const {
    const TimeFact& last = a_.last_sign_in[r.i];
    return last.state == TimeState::never   ? over(a_.created[r.i], limit, now_)
           : last.state == TimeState::known ? over(last, limit, now_)
                                            : kUnknown;
  }
  Answer dor_001(const Row& r) const {
    if (!human(r) || r.usable == kNo) return kNo;
    const Answer dormant = unused(r, days{45});
    if (dormant == kNo) return kNo;
    return both(r.usable, dormant, no(r.owned_by(Owner::built_in)), no(away(r)));
  }
  Answer dor_002(const Row& r) const {
    if (!human(r) || r.usable == kNo || r.privileged == kNo) return kNo;
    const Answer administrator = both(r.owned_by(Owner::built_in), rid_is(r, "-500"));
    const Answer gone = both(r.owned_by(Owner::person), left(r));
    return both(both(r.usable, unused(r, days{30}), r.privileged), no(administrator), no(gone));
  }
  Answer dor_003(const Row& r) const {
    if (r.expired == kNo) return kNo;
    return both(truth(a_.enabled[r.i]), r.expired, over(a_.expires[r.i], days{30}, now_), no(r.owner_left));
  }

  // ---- privilege
  Answer prv_001(const Row& r) const {
    if (r.privileged == kNo || r.usable == kNo) return kNo;
    const Answer built_in = both(r.owned_by(Owner::built_in), either(rid_is(r, "-500"), controller(r)));
    Answer allowed = kUnknown;
    if (r.owner == Owner::person) {
      const std::string_view title = s_.view(p_.title[r.person]);
      allowed = truth(std::find(kAllowedTitles.begin(), kAllowedTitles.end(), title) != kAllowedTitles.end());
    }
    return both(r.privileged, r.usable, no(built_in), no(both(r.owned_by(Owner::person), allowed)));
  }
  Answer prv_002(const Row& r) const {
    if (r.privileged == kNo || r.usable == kNo) return kNo;
    const auto account = AccountId::at(r.i);
    const access::Reach& reach = inputs_.access.reach(account);
    const bool seen = inputs_.access.view(inputs_.access.ways_unseen(s_, account)).empty();
    const bool sure = seen || (reach.tier == model::Tier::tier0 && reach.distance == 1);
    const Answer far = sure ? truth(reach.distance >= 3) : kUnknown;
    return both(r.privileged, r.usable, either(far, truth(inputs_.access.through_circle(s_, account))));
  }
  Answer controller(const Row& r) const {
    if (a_.kind[r.i] != AccountKind::computer) return kNo;
    const GroupId primary = a_.primary_group[r.i];
    const std::string_view sid = primary.valid() ? s_.view(s_.groups.sid[primary.index()]) : std::string_view();
    if (sid.starts_with("S-1-5-21-") && (sid.ends_with("-516") || sid.ends_with("-521"))) return kYes;
    const std::string_view basis = s_.view(a_.primary_group_basis[r.i]);
    if (!primary.valid() && (basis.starts_with("primaryGroupID=516:") || basis.starts_with("primaryGroupID=521:"))) {
      return kYes;
    }
    return access::doubtful_primary_group(s_, AccountId::at(r.i)) ? kUnknown : kNo;
  }
  Answer prv_003(const Row& r) const {
    if (r.usable == kNo) return kNo;
    const auto account = AccountId::at(r.i);
    const GroupId primary = a_.primary_group[r.i];
    Answer by_primary = kNo;
    if (access::in_root_group(s_, account) || (primary.valid() && inputs_.access.leads_to_privilege(primary))) {
      by_primary = kYes;
    } else if (access::doubtful_primary_group(s_, account) ||
               (primary.valid() && !inputs_.access.view(inputs_.access.ways_unseen(s_, account)).empty())) {
      by_primary = kUnknown;
    }
    return by_primary == kNo ? kNo : both(by_primary, no(controller(r)), r.usable);
  }
  Answer prv_008(const Row& r) const {
    if (!r.active_directory || a_.kind[r.i] == AccountKind::trust) return kNo;
    const Answer delegates = either(flag(r, model::kTrustedForDelegation), flag(r, model::kTrustedToAuthForDelegation));
    return delegates == kNo ? kNo : both(r.usable, no(controller(r)), delegates);
  }
  Answer prv_010(const Row& r) const {
    if (r.privileged == kNo || r.usable == kNo) return kNo;
    return r.owner == Owner::cannot_tell
               ? kUnknown
               : both(truth(r.owner == Owner::person && inputs_.links.links[r.i].primary), r.usable, r.privileged);
  }
  Answer prv_015(const Row& r) const {
    if (!r.active_directory || a_.kind[r.i] != AccountKind::user) return kNo;
    const std::string_view sid = s_.view(a_.sid[r.i]);
    if (sid.ends_with("-501")) return r.usable;
    if (sid.ends_with("-502")) return never_or_over(a_.password_changed[r.i], days{365}, now_);
    if (!sid.ends_with("-500")) return kNo;
    const TimeFact& last = a_.last_sign_in[r.i];
    return last.state == TimeState::never ? kNo : both(r.usable, no(over(last, days{30}, now_)));
  }

  // ---- services, credentials
  Answer svc_001(const Row& r) const {
    if (r.owner != Owner::non_human) return r.owner == Owner::cannot_tell ? r.usable : kNo;
    const PersonId responsible = inputs_.links.links[r.i].person;
    return both(r.usable, responsible.valid() ? seen_.people[responsible.index()].left : kYes);
  }
  Answer svc_003(const Row& r) const {
    if (!r.active_directory || a_.kind[r.i] != AccountKind::user) return kNo;
    const Answer service = flag(r, model::kHasServicePrincipal);
    return service == kNo ? kNo : both(r.usable, service, never_or_over(a_.password_changed[r.i], days{365}, now_));
  }
  Answer svc_004(const Row& r) const {
    const bool may_be = r.owner == Owner::person || r.owner == Owner::ambiguous || r.owner == Owner::cannot_tell;
    if (!may_be || r.usable == kNo || !general(s_.view(a_.login[r.i]))) return kNo;
    return both(r.usable, r.owner == Owner::cannot_tell ? kUnknown : kYes);
  }
  static bool general(std::string_view login) {
    constexpr std::size_t kLongest = 9;
    if (login.size() > kLongest) return false;
    std::array<char, kLongest> small{};
    std::transform(login.begin(), login.end(), small.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return std::binary_search(kGeneralNames.begin(), kGeneralNames.end(), std::string_view(small.data(), login.size()));
  }
  Answer crd_001(const Row& r) const {
    if (!r.active_directory || a_.kind[r.i] == AccountKind::trust) return kNo;
    const Answer weak = either(either(flag(r, model::kPasswordNotRequired), flag(r, model::kPreauthNotRequired)),
                               either(flag(r, model::kDesKeysOnly), flag(r, model::kReversiblePassword)));
    return both(weak, r.usable);
  }
  Answer crd_002(const Row& r) const {
    if (!r.active_directory || a_.kind[r.i] != AccountKind::user) return kNo;
    const Answer for_ever = flag(r, model::kPasswordNeverExpires);
    if (for_ever == kNo) return kNo;
    return both(r.usable, r.owned_by(Owner::person), for_ever, no(flag(r, model::kSmartcardRequired)));
  }

 private:
  const evaluation::Inputs& inputs_;
  const model::Snapshot& s_;
  const model::Accounts& a_;
  const model::People& p_;
  Instant now_;
  const Seen& seen_;
  TimeFact unknown_;
};

}  // namespace

void ask_accounts(const evaluation::Inputs& inputs, const Seen& seen, std::vector<Answers>& out) {
  const std::size_t n = inputs.snapshot.accounts.size();
  for (const char* rule :
       {"LVR-001", "LVR-002", "LVR-003", "LVR-005", "LVR-009", "LVR-010", "JNR-001", "JNR-002", "JNR-004",
        "MVR-005", "ORP-001", "ORP-002", "DOR-001", "DOR-002", "DOR-003", "PRV-001", "PRV-002", "PRV-003",
        "PRV-008", "PRV-010", "PRV-015", "SVC-001", "SVC-003", "SVC-004", "CRD-001", "CRD-002"}) {
    out.push_back({rule, std::vector<model::Outcome>(n)});
  }
  const AccountRules ask(inputs, seen);
  for (std::size_t i = 0; i < n; ++i) {
    const Row r = ask.row(i);
    Answers* next = out.data();
    for (const Answer answer :
         {ask.lvr_001(r), ask.lvr_002(r), ask.lvr_003(r), ask.lvr_005(r), ask.lvr_009(r), ask.lvr_010(r),
          ask.jnr_001(r), ask.jnr_002(r), ask.jnr_004(r), ask.mvr_005(r), ask.orp_001(r), ask.orp_002(r),
          ask.dor_001(r), ask.dor_002(r), ask.dor_003(r), ask.prv_001(r), ask.prv_002(r), ask.prv_003(r),
          ask.prv_008(r), ask.prv_010(r), ask.prv_015(r), ask.svc_001(r), ask.svc_003(r), ask.svc_004(r),
          ask.crd_001(r), ask.crd_002(r)}) {
      count(*next++, i, answer);
    }
  }
}

}  // namespace tally::bench
