// Program: a rule's expression, checked against an environment and ready to be evaluated over columns.
//
//   tl::expected<Program, base::Diagnostics> rule =
//       compile("dormant.toml", "account.enabled && account.last_sign_in < now - params.dormant_after", names);
//   TruthColumn verdicts = rule->evaluate(columns, rows);
//
// The language is CEL (https://github.com/google/cel-spec, langdef.md), less protocol-buffer messages; the grammar is
// in parser.h, the functions in functions.h, `never` in environment.h. As there: nothing converts by itself; && and ||
// are commutative over errors and unknowns (false && unknown is false); integer overflow and division by zero are
// errors of the row.
//
// One plan runs in two ways that mean the same: steps over columns where every type has a column, and islands for what
// has none (planner.h), which an interpreter computes row by row.
//
// Added: a value may be unknown with a reason, and a moment may lie between two bounds. A comparison that the bounds
// decide is true or false, else unknown. An error makes its row unknown too. An unknown is dropped where it cannot
// change the answer: beside the deciding side of && and ||, in `c ? a : b` when both branches are the same known
// value, in `x in []`; but what can be an error (meaning.h: may_fail) is not dropped in the latter two, since an error
// there is one.
// KNOWN GAP: the same imprecise fact used twice counts as two: `t < x || t >= x` is unknown although it must be true.
// It errs to "cannot tell", never to an answer that is wrong.
//
// Not a scripting language: no loops but the macros over lists and maps, no state, no clock.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "policy/base/diagnostic.h"
#include "policy/cel/answer.h"
#include "policy/cel/columns.h"
#include "policy/cel/environment.h"
#include "policy/cel/position.h"

namespace tally::cel {

struct Plan;

/// One value, or why it is not known.
struct Outcome {
  Value value;                  ///< nowhere unknown; meaningless where there are reasons
  std::vector<Reason> reasons;  ///< ordered by fact, then kind, then sentence
};

class Program {
 public:
  /// Takes a checked plan; compile() makes them.
  explicit Program(std::shared_ptr<const Plan> plan);

  /// The type of the whole expression: bool for a rule, string for a message.
  [[nodiscard]] Type type() const;
  /// The facts that the expression reads, sorted, each once ("now" too when it is declared as a fact). Constants are
  /// not among them. For the evidence of a finding and for what must have been seen completely.
  [[nodiscard]] const std::vector<std::string>& facts() const;
  /// The expression as it was written.
  [[nodiscard]] std::string_view text() const;

  /// One truth value per row [0, rows). Asks for type bool, and that every fact is bound to a view of its declared type
  /// that covers the rows. Reentrant: one program may run on many threads.
  [[nodiscard]] TruthColumn evaluate(const Columns& columns, std::size_t rows) const;
  /// One text per row. Asks for type string; otherwise as evaluate().
  [[nodiscard]] TextColumn evaluate_text(const Columns& columns, std::size_t rows) const;
  /// The value of row 0, of any type. Asks that every fact is bound.
  [[nodiscard]] Outcome evaluate_one(const Columns& columns) const;

 private:
  std::shared_ptr<const Plan> plan_;
};

/// Checks `text` and makes it a program, or reports all that is wrong with it. `origin` is where the first character of
/// `text` stands in `file`; diagnostics count lines and columns (in characters) from there.
tl::expected<Program, base::Diagnostics> compile(std::string_view file, std::string_view text,
                                                 const Environment& environment, Position origin = {});

/// A program, and what the checker objects to in it.
struct Attempt {
  Program program;
  base::Diagnostics objections;
};

/// As compile(), but what the checker objects to still becomes a program, which evaluates it as cel-spec says for
/// expressions that were not checked: an error where it matters. Fails only when `text` cannot be read.
tl::expected<Attempt, base::Diagnostics> attempt(std::string_view file, std::string_view text,
                                                 const Environment& environment);

}  // namespace tally::cel
