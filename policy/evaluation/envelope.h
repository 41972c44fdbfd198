// The envelope: a source that shrank too much against its last good run is not believed.
//
//   const EnvelopeLimits limits = envelope_limits(rules);
//   for (model::Harvest& harvest : harvests) apply_envelope(harvest, previous, limits);   // between collect and
//   correlate
//
// "Half the feed is missing" must not read as "half the company left" (pains: keycloak#48781, glpi#984, core#29547).
// From the second run on: the first has nothing to compare with. Shrinking only; a source that grows loses nobody.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/snapshot.h"
#include "policy/rules/rule_set.h"

namespace tally::evaluation {

/// What became of the audits since the last one that finished.
struct RunsBefore {
  std::optional<base::Instant> last_finished;  ///< absent: none has finished yet
  std::uint64_t missed = 0;                    ///< due times of the schedule at which none began, since then
  std::uint64_t abandoned = 0;                 ///< that began since then and came to nothing
};

/// What a source held in one earlier run.
struct ContentBefore {
  base::Digest content;
  base::Instant read;  ///< when reading ended
};

/// What is known of earlier runs. A part of what a verdict depends on: replaying one needs it.
struct Previous {
  /// By source name: record_count() of the last run in which the source was completely seen.
  std::map<std::string, std::uint64_t, std::less<>> last_good;
  /// By name of an HR source: segments_of() of that run.
  std::map<std::string, std::vector<model::Segment>, std::less<>> segments;
  /// By source name: the record of that run, without its rejects.
  std::map<std::string, model::SourceRecord, std::less<>> last_good_record;
  /// By source name: the contents of earlier finished runs in which anything was read, newest first.
  std::map<std::string, std::vector<ContentBefore>, std::less<>> contents;
  RunsBefore runs;

  [[nodiscard]] std::optional<std::uint64_t> records(std::string_view source) const;
};

/// A drop of more than the larger of the two is too much.
struct DropLimit {
  std::uint64_t percent = 1;
  std::uint64_t records = 5;
};

struct EnvelopeLimits {
  DropLimit total;           ///< of a whole source: max(1 %, 5 records)
  DropLimit segment{10, 5};  ///< of one segment of an HR feed: max(10 %, 5 records)
};

/// The limits as the parameters max_drop_percent, max_drop_records, max_segment_drop_percent and
/// max_segment_drop_records of the rule DQ-001 say; the defaults without it.
EnvelopeLimits envelope_limits(const rules::RuleSet& rules);

/// What the envelope counts: rows read of an HR feed, accounts of a directory. Keep it for the next run's Previous when
/// the source was complete.
std::uint64_t record_count(const model::Harvest& harvest);
/// The same for every source of a snapshot, in their order.
std::vector<std::uint64_t> record_counts(const model::Snapshot& snapshot);

/// The people of an HR feed by department, by place of work and by employment type, and those who are not said to have
/// left ("working"): an export that lost one department, or marks everybody as left, shows here and not in the total.
/// Only segments of at least kSmallestSegment people, the kMaxSegments largest of each kind; by kind, then value.
std::vector<model::Segment> segments_of(const model::Harvest& harvest);

/// Smaller ones cannot lose more than the limit in records without losing most of it, and would name few people.
inline constexpr std::uint64_t kSmallestSegment = 20;
/// They are recorded with every run: so many, and names of so many bytes.
inline constexpr std::size_t kMaxSegments = 100;
inline constexpr std::size_t kLongestSegmentName = 200;

/// True when `now` records are too few after `last_good` ones. Exact in integers: a drop of exactly the limit is
/// allowed.
bool too_few(std::uint64_t now, std::uint64_t last_good, const DropLimit& limit);

/// Counts its segments. Lowers the harvest's coverage to doubtful, with Gap::envelope and the numbers, when it has too
/// few records, in total or in a segment that the last good run had.
void apply_envelope(model::Harvest& harvest, const Previous& previous, const EnvelopeLimits& limits);

}  // namespace tally::evaluation
