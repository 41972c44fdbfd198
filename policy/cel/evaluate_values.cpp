// The evaluator's operators and functions on single values (evaluator.h).
#include <algorithm>
#include <functional>

#include "policy/cel/arithmetic.h"
#include "policy/cel/evaluator.h"

namespace tally::cel {
namespace {

/// Calls `visit` with the comparison as a function object, so that the loop over lanes has no switch in it.
template <class Visit>
void with_comparison(Op op, Visit visit) {
  switch (op) {
    case Op::less: return visit(std::less<>{});
    case Op::less_equal: return visit(std::less_equal<>{});
    case Op::greater: return visit(std::greater<>{});
    case Op::greater_equal: return visit(std::greater_equal<>{});
    case Op::not_equal: return visit(std::not_equal_to<>{});
    default: return visit(std::equal_to<>{});
  }
}

}  // namespace

void Evaluator::run_arithmetic(StepId id, Selection lanes) {
  switch (step(id).type.kind) {
    case Kind::integer: return run_int_arithmetic(id, lanes);
    case Kind::uinteger: return run_uint_arithmetic(id, lanes);
    case Kind::real: return run_real_arithmetic(id, lanes);
    case Kind::string: return run_concatenation(id, lanes);
    default: return run_time_arithmetic(id, lanes);
  }
}

void Evaluator::run_int_arithmetic(StepId id, Selection lanes) {
  const Register &left = input(id, 0), &right = input(id, 1);
  Register& out = reg(id);
  const Op op = step(id).op;
  strict(left, right, lanes, out, [&](std::size_t lane) {
    const Failure failure = integer_operation(op, left.ints[lane], right.ints[lane], out.ints[lane]);
    if (failure != Failure::none) out.set_unknown(lane, reasons_.error(step(id).node, failure));
  });
}

void Evaluator::run_uint_arithmetic(StepId id, Selection lanes) {
  const Register &left = input(id, 0), &right = input(id, 1);
  Register& out = reg(id);
  const Op op = step(id).op;
  strict(left, right, lanes, out, [&](std::size_t lane) {
    const Failure failure = integer_operation(op, left.uints[lane], right.uints[lane], out.uints[lane]);
    if (failure != Failure::none) out.set_unknown(lane, reasons_.error(step(id).node, failure));
  });
}

void Evaluator::run_real_arithmetic(StepId id, Selection lanes) {
  const Register &left = input(id, 0), &right = input(id, 1);
  Register& out = reg(id);
  const Op op = step(id).op;
  strict(left, right, lanes, out,
         [&](std::size_t lane) { out.reals[lane] = real_operation(op, left.reals[lane], right.reals[lane]); });
}

void Evaluator::run_time_arithmetic(StepId id, Selection lanes) {
  const Register &left = input(id, 0), &right = input(id, 1);
  Register& out = reg(id);
  const Op op = step(id).op;
  const Kind kind = step(id).type.kind;
  strict(left, right, lanes, out, [&](std::size_t lane) {
    const Interval &a = left.times[lane], &b = right.times[lane];
    if (a.never() || b.never()) {
      const ReasonSetId of_left = a.never() ? reasons_.never(operand(id, 0)) : 0;
      const ReasonSetId of_right = b.never() ? reasons_.never(operand(id, 1)) : 0;
      out.set_unknown(lane, reasons_.merge(of_left, of_right));
    } else if (const auto result = combine(op, a, b, kind)) {
      out.times[lane] = *result;
    } else {
      out.set_unknown(lane, reasons_.error(step(id).node, Failure::time_range));
    }
  });
}

void Evaluator::run_concatenation(StepId id, Selection lanes) {
  const Register &left = input(id, 0), &right = input(id, 1);
  Register& out = reg(id);
  strict(left, right, lanes, out,
         [&](std::size_t lane) { out.texts[lane] = arena_->store(left.texts[lane], right.texts[lane]); });
}

void Evaluator::run_negate(StepId id, Selection lanes) {
  const Register& given = input(id, 0);
  Register& out = reg(id);
  const bool real = step(id).type.kind == Kind::real;
  strict(given, given, lanes, out, [&](std::size_t lane) {
    if (real) {
      out.reals[lane] = -given.reals[lane];
    } else if (__builtin_sub_overflow(std::int64_t{0}, given.ints[lane], &out.ints[lane])) {
      out.set_unknown(lane, reasons_.error(step(id).node, Failure::overflow));
    }
  });
}

/// `left op right` into `out.flags`; `id` is the step that reasons name.
void Evaluator::compare(StepId id, Op op, const Register& a, const Register& b, Kind kind, Selection lanes,
                        Register& out) {
  const auto by = [&](const auto& x, const auto& y) {
    with_comparison(op, [&](auto holds) {
      const auto *const left = x.data(), *const right = y.data();
      std::uint8_t* const flags = out.flags.data();
      strict(a, b, lanes, out, [=](std::size_t lane) { flags[lane] = holds(left[lane], right[lane]); });
    });
  };
  switch (kind) {
    case Kind::boolean: return by(a.flags, b.flags);
    case Kind::integer: return by(a.ints, b.ints);
    case Kind::uinteger: return by(a.uints, b.uints);
    case Kind::real: return by(a.reals, b.reals);
    case Kind::string: return by(a.texts, b.texts);
    case Kind::timestamp:
    case Kind::duration: return compare_times(id, op, a, b, lanes, out);
    default: break;
  }
}

/// Most moments are exact and decide: the loop does no more for them than to compare.
template <Op op>
void Evaluator::compare_times(StepId id, const Register& a, const Register& b, Selection lanes, Register& out) {
  const Interval *const lefts = a.times.data(), *const rights = b.times.data();
  std::uint8_t* const flags = out.flags.data();
  strict(a, b, lanes, out, [&, lefts, rights, flags](std::size_t lane) {
    const Decision decision = cel::compare(op, lefts[lane], rights[lane]);
    flags[lane] = decision == Decision::yes;
    if (decision == Decision::imprecise || decision == Decision::never) undecided_times(id, a, b, lane, out);
  });
}

void Evaluator::undecided_times(StepId id, const Register& a, const Register& b, std::size_t lane, Register& out) {
  const Interval &left = a.times[lane], &right = b.times[lane];
  if (!left.never() && !right.never()) {
    return out.set_unknown(lane, reasons_.imprecise(step(id).node, left, right));
  }
  const ReasonSetId of_left = left.never() ? reasons_.never(operand(id, 0)) : 0;
  const ReasonSetId of_right = right.never() ? reasons_.never(operand(id, 1)) : 0;
  out.set_unknown(lane, reasons_.merge(of_left, of_right));
}

void Evaluator::compare_times(StepId id, Op op, const Register& a, const Register& b, Selection lanes, Register& out) {
  switch (op) {
    case Op::less: return compare_times<Op::less>(id, a, b, lanes, out);
    case Op::less_equal: return compare_times<Op::less_equal>(id, a, b, lanes, out);
    case Op::greater: return compare_times<Op::greater>(id, a, b, lanes, out);
    case Op::greater_equal: return compare_times<Op::greater_equal>(id, a, b, lanes, out);
    case Op::not_equal: return compare_times<Op::not_equal>(id, a, b, lanes, out);
    default: return compare_times<Op::equal>(id, a, b, lanes, out);
  }
}

}  // namespace tally::cel
