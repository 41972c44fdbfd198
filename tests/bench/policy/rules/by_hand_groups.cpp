// The rules about groups by hand.
#include <algorithm>

#include "tests/bench/policy/rules/by_hand_seen.h"

namespace tally::bench {
namespace {

using correlation::Owner;
using model::AccountId;
using model::GroupId;

class GroupRules {
 public:
  GroupRules(const evaluation::Inputs& inputs, const Seen& seen) : inputs_(inputs), s_(inputs.snapshot), seen_(seen) {}

  Answer lvr_006(std::size_t g) const {
    const auto owners = s_.owners_of_group.row(g);
    Answer any = s_.groups.owners_named[g] > owners.size() ? kUnknown : kNo;
    for (const AccountId owner : owners) any = either(any, group_owner_left(inputs_.links.of(owner)));
    return any;
  }
  [[nodiscard]] Answer group_owner_left(const correlation::Link& link) const {
    if (link.owner == Owner::person && link.person.valid()) return seen_.people[link.person.index()].left;
    return link.owner == Owner::non_human || link.owner == Owner::built_in ? kNo : kUnknown;
  }
  Answer sod_002(std::size_t g) const {
    const auto group = GroupId::at(g);
    const std::size_t source = s_.groups.source[g].index();
    const bool leads = inputs_.access.leads_to_privilege(group);
    const Answer privileged = leads ? kYes : seen_.power_unseen[source] ? kUnknown : kNo;
    if (privileged == kNo) return kNo;
    const auto owners = s_.owners_of_group.row(g);
    const bool member = std::any_of(owners.begin(), owners.end(), [&](AccountId o) { return reaches(o, group); });
    if (member) return privileged;
    const bool hidden = !s_.view(s_.groups.members_unknown[g]).empty() ||
                        s_.sources[source].coverage.state != model::CoverageState::complete;
    const bool stranger = s_.groups.owners_named[g] > owners.size();
    return both(privileged, stranger || (s_.groups.owners_named[g] > 0 && hidden) ? kUnknown : kNo);
  }
  [[nodiscard]] bool reaches(AccountId account, GroupId group) const {
    const auto direct = s_.groups_of_account.row(account.index());
    std::vector<GroupId> seen(direct.begin(), direct.end());
    for (std::size_t i = 0; i < seen.size(); ++i) {
      if (seen[i] == group) return true;
      for (const GroupId above : s_.groups_of_group.row(seen[i].index())) {
        if (std::find(seen.begin(), seen.end(), above) == seen.end()) seen.push_back(above);
      }
    }
    return false;
  }

 private:
  const evaluation::Inputs& inputs_;
  const model::Snapshot& s_;
  const Seen& seen_;
};

}  // namespace

void ask_groups(const evaluation::Inputs& inputs, const Seen& seen, std::vector<Answers>& out) {
  const std::size_t n = inputs.snapshot.groups.size();
  const GroupRules ask(inputs, seen);
  Answers owners{"LVR-006", std::vector<model::Outcome>(n)}, members{"SOD-002", std::vector<model::Outcome>(n)};
  for (std::size_t g = 0; g < n; ++g) {
    count(owners, g, ask.lvr_006(g));
    count(members, g, ask.sod_002(g));
  }
  out.push_back(std::move(owners));
  out.push_back(std::move(members));
}

}  // namespace tally::bench
