// Coverage: how much of a source was really seen. Every harvest carries one.
//
// complete: everything the configuration asks for was seen, and a second, independent way of counting agrees.
// partial:  something is missing, and `gaps` says what and why. What was seen can be trusted.
// doubtful: the whole feed is quarantined: it was read, but it is not believable (cut in half, far off its envelope),
//           so not even the facts in it may be used.
// failed:   nothing usable was read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::model {

enum class CoverageState : std::uint8_t { complete, partial, doubtful, failed };

std::string_view to_string(CoverageState state);

/// Why something was not seen. The sentence is for people; the kind is for rules, tests and statistics.
struct Gap {
  enum class Kind : std::uint8_t {
    unreachable,     ///< no connection, bind refused, connection lost
    untrusted,       ///< certificate or security layer refused
    timed_out,       ///< a deadline passed
    size_limit,      ///< the server's or our size or administrative limit
    time_limit,      ///< the server's time limit
    referral,        ///< part of the tree lives elsewhere and was not followed
    hidden,          ///< access rules hide entries: canary or context entry not visible, children not shown
    count_mismatch,  ///< two independent counts differ
    range_cut,       ///< members of a group could not all be read
    rejected,        ///< entries or rows that could not be read
    truncated,       ///< the file ends in mid-record
    envelope,        ///< fewer or more records than the last good run allows
    missing_column,  ///< a mapped column or attribute is absent
    stale,           ///< older than its allowed age
  };
  Kind kind = Kind::unreachable;
  std::string sentence;  ///< one line for people, without personal data: "the server stopped after 500 entries
                         ///< (sizeLimitExceeded)"
};

std::string_view to_string(Gap::Kind kind);

/// An input record, or one field of it, that could not be used.
struct Reject {
  std::uint64_t line = 0;    ///< 1-based line in the file; 0 for entries of a live directory
  std::string column;        ///< column or attribute name; empty when the whole record is refused
  std::string value;         ///< the offending value as found (personal data), cut at 200 bytes
  std::string reason;        ///< what was expected and what happens now; no personal data
  bool whole_record = true;  ///< false: the record stays, only this fact is unknown
};

struct Coverage {
  CoverageState state = CoverageState::failed;
  std::vector<Gap> gaps;                         ///< empty only when complete
  std::uint64_t records_read = 0;                ///< rows or entries as counted while reading
  std::optional<std::uint64_t> records_counted;  ///< the same by the second way; absent when there was none
  std::string counted_by;                        ///< how the second count was made, in words
  std::vector<Reject> rejects;                   ///< at most kMaxRejectsKept; all are counted
  std::uint64_t rejects_total = 0;

  static constexpr std::size_t kMaxRejectsKept = 1000;

  /// Adds a gap and lowers the state: failed beats doubtful beats partial beats complete. Never raises it.
  void lower(CoverageState to, Gap::Kind kind, std::string sentence);
  /// Counts the reject and keeps it while there is room. A whole record refused lowers the state to partial.
  void reject(Reject reject);
  /// The gaps as one line, "complete" when there are none.
  [[nodiscard]] std::string in_words() const;
};

}  // namespace tally::model
