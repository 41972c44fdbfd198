#include "connectors/directory/range.h"

#include <fmt/format.h>

#include <optional>

namespace tally::directory {
namespace {

/// One more range of one group; nothing when it cannot be read any further, and the group says why.
RangeStep read_one(Session& session, TableBuilder& builder, const OpenRange& open, const Patience& patience,
                   const EachRange& each) {
  RangeStep step = RangeStep::refused;
  const SearchOutcome answer = read_entry(session, open.dn, {open.attribute}, patience, [&](const Entry& entry) {
    if (each) each(open, entry);
    step = builder.add_range(open.group, entry);
  });
  if (!answer.gaps.empty()) {
    builder.mark_members_unknown(open.group, "reading the rest of the members: " + answer.gaps.front().sentence);
    return RangeStep::refused;
  }
  if (step == RangeStep::refused) {
    builder.mark_members_unknown(open.group,
                                 fmt::format("the server did not answer the request for {}", open.attribute));
  }
  return step;
}

}  // namespace

RangeOutcome read_ranges(Session& session, TableBuilder& builder, const Patience& patience, const EachRange& each) {
  RangeOutcome out;
  for (const OpenRange& first : builder.open_ranges()) {
    ++out.groups;
    RangeStep step = RangeStep::more;
    for (std::optional<OpenRange> open = first; open && step == RangeStep::more;) {
      if (patience.total.passed() || out.requests >= kMaxRangeRequests) {
        builder.mark_members_unknown(open->group, "the rest of the members was not read in time");
        step = RangeStep::refused;
        break;
      }
      ++out.requests;
      step = read_one(session, builder, *open, patience, each);
      open = builder.open_range(open->group);
    }
    if (step == RangeStep::refused) ++out.failed;
  }
  return out;
}

}  // namespace tally::directory
