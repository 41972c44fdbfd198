// The answers of a program: a truth value (or text) per row, and why a row cannot be told.
//
//   TruthColumn verdicts = rule.evaluate(columns, rows);
//   if (verdicts.at(row) == Truth::unknown)
//     for (const Reason& reason : verdicts.reasons(verdicts.reason_set(row))) print(reason.sentence);
//
// Unknown is never an all-clear. A reason is listed only when it could have changed the row's answer:
// `false && unknown` is false and has no reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cel {

enum class Truth : std::uint8_t { no, yes, unknown };

enum class ReasonKind : std::uint8_t {
  missing,    ///< the fact itself is unknown; the sentence ends with the reason the caller gave
  imprecise,  ///< the fact is known between two bounds, and they do not decide the comparison
  never,      ///< the fact is "never" and the rule does not say what that means (environment.h)
  error,      ///< the rule itself failed on this row: overflow, division by zero, index out of range
};

/// "missing", "imprecise", "never", "error".
std::string_view to_string(ReasonKind kind);

struct Reason {
  ReasonKind kind = ReasonKind::missing;
  std::string fact;      ///< the fact it is about, "account.last_sign_in"; the failing expression for an error
  std::string sentence;  ///< complete, for people, without a full stop
  friend auto operator<=>(const Reason&, const Reason&) = default;
};

class ReasonPool;

/// A set of reasons within one answer; rows with the same reasons share it. 0 is the empty set: the row is known.
using ReasonSetId = std::uint32_t;

/// One answer per row, in row order. Movable, cheap to copy the reasons of; safe to read from many threads.
class TruthColumn {
 public:
  TruthColumn(std::vector<Truth> values, std::vector<ReasonSetId> sets, std::shared_ptr<const ReasonPool> pool);

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] Truth at(std::size_t row) const { return values_[row]; }
  [[nodiscard]] std::span<const Truth> values() const { return values_; }
  [[nodiscard]] std::size_t count(Truth truth) const;
  /// 0 for a known row.
  [[nodiscard]] ReasonSetId reason_set(std::size_t row) const { return sets_.empty() ? 0 : sets_[row]; }
  /// The distinct reasons of a set, ordered by fact, then kind, then sentence (independent of row order).
  [[nodiscard]] std::vector<Reason> reasons(ReasonSetId set) const;

 private:
  std::vector<Truth> values_;
  std::vector<ReasonSetId> sets_;  ///< empty when every row is known
  std::shared_ptr<const ReasonPool> pool_;
};

/// The answers of a program of type string, for messages.
class TextColumn {
 public:
  TextColumn(std::vector<std::string> values, std::vector<ReasonSetId> sets, std::shared_ptr<const ReasonPool> pool);

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  /// The text; empty for a row that is not known.
  [[nodiscard]] const std::string& at(std::size_t row) const { return values_[row]; }
  [[nodiscard]] ReasonSetId reason_set(std::size_t row) const { return sets_.empty() ? 0 : sets_[row]; }
  [[nodiscard]] std::vector<Reason> reasons(ReasonSetId set) const;

 private:
  std::vector<std::string> values_;
  std::vector<ReasonSetId> sets_;
  std::shared_ptr<const ReasonPool> pool_;
};

}  // namespace tally::cel
