#include "connectors/directory/range.h"

#include <fmt/format.h>

#include <set>

namespace tally::directory {
namespace {

/// Requests of one collection: 1,500 members each, so a hundred million. Beyond it a server sends ranges without end.
constexpr std::uint64_t kMaxRequests = 70'000;

/// One more range of one group; nothing when it cannot be read any further, and the group says why.
RangeStep read_one(Session& session, TableBuilder& builder, const OpenRange& open, const Patience& patience) {
  RangeStep step = RangeStep::refused;
  const SearchOutcome answer = read_entry(session, open.dn, {open.attribute}, patience,
                                          [&](const Entry& entry) { step = builder.add_range(open.group, entry); });
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

RangeOutcome read_ranges(Session& session, TableBuilder& builder, const Patience& patience) {
  RangeOutcome out;
  std::set<std::uint32_t> given_up;
  std::vector<OpenRange> round = builder.open_ranges();
  out.groups = round.size();
  for (bool progress = true; progress;) {
    progress = false;
    for (const OpenRange& open : round) {
      if (given_up.contains(open.group.index())) continue;
      const bool late = patience.total.passed() || out.requests >= kMaxRequests;
      if (late) builder.mark_members_unknown(open.group, "the rest of the members was not read in time");
      if (!late) ++out.requests;
      const RangeStep step = late ? RangeStep::refused : read_one(session, builder, open, patience);
      if (step == RangeStep::refused) given_up.insert(open.group.index());
      progress |= step == RangeStep::more;
    }
    round = builder.open_ranges();
  }
  out.failed = given_up.size();
  return out;
}

}  // namespace tally::directory
