#include "connectors/directory/hidden_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "connectors/directory/dn.h"
#include "connectors/directory/read_check.h"
#include "connectors/directory/who_am_i.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

/// Groups that a reason names.
constexpr std::size_t kNamed = 3;
/// Servers have up to 1,000 entries in a page (MaxPageSize, [MS-ADTS] 3.1.1.3.4.6).
constexpr std::uint32_t kPageSize = 500;
/// schemaIDGUID ([MS-ADA2] 2.4), and the property set that it is in ([MS-ADTS] 3.1.1.2.3.3, "Membership").
constexpr Guid kMember("bf9679c0-0de6-11d0-a285-00aa003049e2");
constexpr Guid kMembership("bc0ac240-79a9-11d0-9020-00c04fc2d4cf");

}  // namespace

void doubt_members(TableBuilder& builder, std::string_view attribute, const std::vector<model::GroupId>& groups) {
  if (groups.empty()) return;
  std::string named;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    builder.mark_members_unknown(groups[i], fmt::format("{} is not shown, and {}", attribute, kMayBeHidden));
    if (i >= kNamed) continue;
    const base::TextId name = builder.groups().name[groups[i].index()];
    named += (named.empty() ? "" : ", ") + base::displayable(builder.text().view(name));
  }
  if (groups.size() > kNamed) named += fmt::format(" and {} more", groups.size() - kNamed);
  builder.harvest().source.coverage.lower(
      model::CoverageState::partial, model::Gap::Kind::range_cut,
      fmt::format("{} group{} not show {}, and {}: {}", groups.size(), groups.size() == 1 ? " does" : "s do", attribute,
                  kMayBeHidden, named));
}

void each_empty_group(const Inquiry& ask, const std::vector<std::string>& bases,
                      const std::function<void(std::string_view dn)>& each) {
  const ReadCheck check(token_sids(ask));
  for (const std::string& base : DnScope::outermost(bases)) {
    Search what;
    what.base = base;
    what.query = {"(&(objectClass=group)(!(member=*)))", {"nTSecurityDescriptor"}};
    what.page_size = kPageSize;
    what.descriptors = true;
    ask.search(what, [&](const Entry& entry) {
      const auto list = entry.first("nTSecurityDescriptor");
      if (list && check.surely_reads(*list, kMember, &kMembership)) each(entry.dn());
    });
  }
}

void MemberlessGroups::take(model::GroupId group, const Entry& entry) {
  const auto& shown = entry.attributes();
  const bool member = std::any_of(shown.begin(), shown.end(), [](const Entry::Attribute& attribute) {
    return equal_ignoring_case(attribute.name.substr(0, attribute.name.find(';')), "member");
  });
  if (!member) open_.push_back(group);
}

std::vector<std::string> MemberlessGroups::look_at_lists(const Inquiry& ask, const std::vector<std::string>& bases,
                                                         TableBuilder& builder) {
  if (open_.empty()) return {};
  const std::size_t all = open_.size();
  std::set<std::uint32_t> empty;
  each_empty_group(ask, bases, [&](std::string_view dn) {
    const auto node = builder.find(dn);
    if (node && node->kind == NodeKind::group) empty.insert(node->row);
  });
  std::erase_if(open_, [&](model::GroupId group) { return empty.contains(group.index()); });
  return {
      fmt::format("absence: {} groups show no member, and {} of them are seen to have none", all, all - open_.size())};
}

void MemberlessGroups::doubt(TableBuilder& builder) const { doubt_members(builder, "member", open_); }

}  // namespace tally::directory
