#include "connectors/directory/linked_past.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "connectors/directory/deleted_objects.h"
#include "connectors/directory/link_reading.h"

namespace tally::directory {
namespace {

/// By its SID, or because the site says so.
bool means_power(TableBuilder& builder, std::uint32_t row, const ProfileOptions& options) {
  if (builder.groups().tier[row] != model::Tier::none) return true;
  const std::string_view name = builder.text().view(builder.groups().name[row]);
  return std::any_of(options.privileged_groups.begin(), options.privileged_groups.end(), [&](const auto& named) {
    return equal_ignoring_case(name, named.group) || builder.find(named.group) == Node{NodeKind::group, row};
  });
}

}  // namespace

void LinkedPast::read(Session& session, TableBuilder& builder, const std::vector<std::string>& /*naming_contexts*/,
                      const Patience& patience) {
  for (const std::string& line : read_deleted_objects(session, options_, builder.harvest(), patience)) note(line);
  std::size_t groups = 0;
  for (std::uint32_t row = 0; row < builder.groups().size(); ++row) {
    if (!means_power(builder, row, options_.profile) || ++groups > kMaxGroups) continue;
    if (!read_group(session, builder, model::GroupId(row), patience))
      return note("msDS-ReplValueMetaData: the connection was lost");
  }
  note(fmt::format("msDS-ReplValueMetaData: {} links of {} groups of power", links_, std::min(groups, kMaxGroups)));
  if (groups > kMaxGroups)
    note(fmt::format("{} groups of power more were not asked: the limit is {}", groups - kMaxGroups, kMaxGroups));
  if (cut_ > 0)
    note(fmt::format("of {} groups of power the links were read up to a limit of {} ranges", cut_, kMaxRanges));
}

bool LinkedPast::read_group(Session& session, TableBuilder& builder, model::GroupId group, const Patience& patience) {
  const std::string dn(builder.text().view(builder.groups().dn[group.index()]));
  LinkReading reading(builder, group);
  std::optional<std::uint64_t> next = 0;
  for (std::size_t round = 0; next && round < kMaxRanges; ++round) {
    const std::uint64_t from = *next;
    next.reset();
    const SearchOutcome outcome =
        read_entry(session, dn, {LinkReading::asked(from)}, patience, [&](const Entry& entry) {
          reading.take(entry, from);
          next = reading.more();
        });
    if (outcome.connection_lost()) return false;
  }
  links_ += reading.links();
  if (next) ++cut_;
  return true;
}

}  // namespace tally::directory
