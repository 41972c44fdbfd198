// The limits of an expression. They bound memory, stack and time of what a pack's author can ask for; each is far
// beyond the shipped rules (the longest has about 60 nodes) and beyond what cel-spec asks every implementation to take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace tally::cel {

/// Bytes of one expression: a page of text is readable, sixteen are not.
inline constexpr std::size_t kMaximumExpressionBytes = std::size_t{16} * 1024;
/// Nested parentheses, operators, calls and branches: parser, checker and evaluator recurse this deep on the stack.
inline constexpr int kMaximumDepth = 64;
/// Nodes of one expression: each has a register of some 20 KiB during evaluation.
inline constexpr std::size_t kMaximumNodes = 2048;
/// Steps of one row in the interpreter (nodes visited and elements looked at): the macros make lists of lists, and four
/// of them over lists of a hundred elements are a second of time.
inline constexpr std::size_t kMaximumIslandSteps = 1'000'000;
/// Steps that the compiler spends on one constant part; more is left to the evaluation.
inline constexpr std::size_t kMaximumFoldSteps = 20'000;
/// Macros over lists within one another: each multiplies the time by the length of its list, so without a limit a line
/// of text could ask for more steps than there is time.
inline constexpr std::size_t kMaximumNestedFolds = 4;
/// Memory that RE2 may use for one pattern; it refuses a pattern that needs more (repetitions of repetitions).
inline constexpr std::int64_t kMaximumPatternBytes = 1 << 20;
/// The range that cel-spec promises for durations: what 64 bits of nanoseconds can hold, 292 years.
inline constexpr std::int64_t kMaximumDurationMicroseconds = 9'223'372'036'854'775;
inline constexpr std::int64_t kSmallestDurationNanoseconds = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t kLargestDurationNanoseconds = std::numeric_limits<std::int64_t>::max();
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z, the range of timestamps (cel-spec, "timestamp").
inline constexpr std::int64_t kEarliestTimestampMicroseconds = -62'135'596'800'000'000;
inline constexpr std::int64_t kLatestTimestampMicroseconds = 253'402'300'799'999'999;

}  // namespace tally::cel
