// Range retrieval: the rest of a group's members, of which AD sends 1,500 at a time (MS-ADTS 3.1.1.3.1.3.3).
//
//   RangeOutcome ranges = read_ranges(session, builder, patience);
//
// Asks group by group, until no range is open or the server stops. What stays open is marked on the group by the
// builder, and lowers the coverage there.
#pragma once

#include <cstdint>
#include <functional>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/table_builder.h"

namespace tally::directory {

struct RangeOutcome {
  std::uint64_t groups = 0;  ///< with more members than came at first
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;  ///< groups of which members stay unknown
};

/// The group that was asked for, and the answer.
using EachRange = std::function<void(const OpenRange&, const Entry&)>;

RangeOutcome read_ranges(Session& session, TableBuilder& builder, const Patience& patience,
                         const EachRange& each = nullptr);

}  // namespace tally::directory
