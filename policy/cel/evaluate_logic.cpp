// The evaluator's logic (evaluator.h): &&, ||, !, ?:, and the order in which sides are asked.
#include <algorithm>
#include <array>
#include <cstring>

#include "policy/cel/evaluator.h"

namespace tally::cel {
namespace {

using Lanes = std::array<Lane, kBatchRows>;

/// The lanes [0, end) that the side does not decide, which are few after a good first side: eight are passed at a time.
std::size_t undecided(const Register& side, bool decisive, std::size_t end, Lanes& open) {
  constexpr std::size_t kEight = 8;
  const std::uint64_t eight_decide = decisive ? 0x0101010101010101 : 0;
  const std::array<ReasonSetId, kEight> none{};
  const std::uint8_t* const flags = side.flags.data();
  const ReasonSetId* const unknown = side.any_unknown ? side.unknown.data() : nullptr;
  std::size_t kept = 0;
  const auto look = [&](std::size_t lane) {
    const bool decides = (flags[lane] != 0) == decisive && (unknown == nullptr || unknown[lane] == 0);
    open[kept] = static_cast<Lane>(lane);
    kept += decides ? 0 : 1;
  };
  std::size_t lane = 0;
  for (; lane + kEight <= end; lane += kEight) {
    const bool all_decide = std::memcmp(flags + lane, &eight_decide, kEight) == 0 &&
                            (unknown == nullptr || std::memcmp(unknown + lane, none.data(), sizeof none) == 0);
    for (std::size_t next = lane; !all_decide && next < lane + kEight; ++next) look(next);
  }
  for (; lane < end; ++lane) look(lane);
  return kept;
}

/// Takes one side's answers over: a lane is open until some side decides it. `open` may be where `asked` lies. How many
/// lanes are left in it.
std::size_t settle(const Register& side, bool decisive, Selection asked, Register& out, Lanes& open, ReasonPool& pool) {
  std::size_t kept = 0;
  const std::size_t end = std::size_t{asked.back()} + 1;
  if (asked.size() == end && !out.any_unknown) {
    std::memcpy(out.flags.data(), side.flags.data(), end);
    kept = undecided(side, decisive, end, open);
    for (std::size_t i = 0; side.any_unknown && i < kept; ++i) {
      if (side.unknown[open[i]] != 0) out.set_unknown(open[i], side.unknown[open[i]]);
    }
    return kept;
  }
  for (const Lane lane : asked) {
    const ReasonSetId reasons = side.unknown_at(lane);
    if (reasons != 0) {
      out.set_unknown(lane, pool.merge(out.unknown_at(lane), reasons));
    } else {
      out.flags[lane] = side.flags[lane];
      if ((side.flags[lane] != 0) == decisive) {
        if (out.any_unknown) out.unknown[lane] = 0;
        continue;
      }
    }
    open[kept++] = lane;
  }
  return kept;
}

}  // namespace

/// What a step and all below it cost, roughly: enough to ask the cheap one of two that settle as much.
std::uint64_t Evaluator::cost_of(StepId id) const {
  if (invariant_[id]) return 0;
  const Step& at = step(id);
  std::uint64_t inputs = 0;
  for (const StepId input : at.inputs) inputs += cost_of(input);
  const auto kind = [&](StepId of) { return step(of).type.kind; };
  const auto by_kind = [&](StepId of) -> std::uint64_t {
    return kind(of) == Kind::string ? 4 : kind(of) == Kind::timestamp || kind(of) == Kind::list ? 2 : 1;
  };
  switch (at.op) {
    case Op::fact: return by_kind(id);
    case Op::island: return inputs + 300;
    case Op::exists:
    case Op::all: return inputs * 8;
    case Op::in: return inputs + 12;
    case Op::matches: return inputs + 40;
    case Op::lower_ascii: return inputs + 8;
    case Op::contains:
    case Op::starts_with:
    case Op::ends_with: return texts_[id] != nullptr ? 2 : inputs + 4;
    case Op::equal:
    case Op::not_equal: return texts_[id] != nullptr ? 2 : inputs + by_kind(at.inputs[0]);
    default: return inputs + 1;
  }
}

void Evaluator::find_sides() {
  for (StepId id = 0; id < plan_.steps.size(); ++id) {
    if (step(id).op != Op::any_of && step(id).op != Op::all_of) continue;
    for (const StepId side : step(id).inputs) sides_[id].push_back({side});
  }
}

void Evaluator::weigh_sides() {
  for (std::vector<Side>& sides : sides_) {
    for (Side& side : sides) side.cost = cost_of(side.step) + 1;
  }
}

/// Asks every side about every lane: what it settles beside the others tells nothing about what it would settle alone.
void Evaluator::learn(StepId id, Selection lanes) {
  const bool decisive = step(id).op == Op::any_of;
  for (Side& side : sides_[id]) {
    run(side.step, lanes);
    const Register& answers = reg(side.step);
    side.settled = 0;
    each_lane(lanes, [&](std::size_t lane) {
      side.settled += answers.unknown_at(lane) == 0 && (answers.flags[lane] != 0) == decisive ? 1 : 0;
    });
  }
  std::stable_sort(sides_[id].begin(), sides_[id].end(),
                   [](const Side& a, const Side& b) { return a.settled * b.cost > b.settled * a.cost; });
}

/// One side that decides is enough, whatever is unknown beside it; the lanes it decides ask nothing of the other sides.
void Evaluator::run_logic(StepId id, Selection lanes) {
  if (learning_) learn(id, lanes);
  Register& out = reg(id);
  out.any_unknown = false;
  Lanes open;
  Selection asked = lanes;
  for (const Side& side : sides_[id]) {
    if (!learning_) run(side.step, asked);
    const std::size_t left = settle(reg(side.step), step(id).op == Op::any_of, asked, out, open, reasons_);
    if (left == 0) return;
    asked = Selection(open).first(left);
  }
}

void Evaluator::run_not(StepId id, Selection lanes) {
  const Register& given = input(id, 0);
  Register& out = reg(id);
  const std::uint8_t* const from = given.flags.data();
  std::uint8_t* const flags = out.flags.data();
  strict(given, given, lanes, out, [=](std::size_t lane) { flags[lane] = from[lane] == 0; });
}

/// An unknown condition leaves a known result when both branches agree, unless the condition can fail.
void Evaluator::run_conditional(StepId id, Selection lanes) {
  const StepId condition = step(id).inputs[0], yes = step(id).inputs[1], no = step(id).inputs[2];
  const Kind kind = step(id).type.kind;
  run(condition, lanes);
  Lanes for_yes{}, for_no{};
  std::size_t yes_count = 0, no_count = 0;
  for (const Lane lane : lanes) {
    const bool unknown = reg(condition).unknown_at(lane) != 0;
    if (unknown || reg(condition).flags[lane] != 0) for_yes[yes_count++] = lane;
    if (unknown || reg(condition).flags[lane] == 0) for_no[no_count++] = lane;
  }
  run(yes, Selection(for_yes).first(yes_count));
  run(no, Selection(for_no).first(no_count));
  Register& out = reg(id);
  out.any_unknown = false;
  const bool may_fail = meaning(condition).may_fail;
  for (const Lane lane : lanes) {
    ReasonSetId reasons = reg(condition).unknown_at(lane);
    const Register& branch = reg(reasons != 0 || reg(condition).flags[lane] != 0 ? yes : no);
    if (reasons == 0) {
      reasons = branch.unknown_at(lane);
    } else {
      const ReasonSetId either = reasons_.merge(reg(yes).unknown_at(lane), reg(no).unknown_at(lane));
      const bool agree = either == 0 && !may_fail && same_value(kind, reg(yes), reg(no), lane);
      reasons = agree ? 0 : reasons_.merge(reasons, either);
    }
    if (reasons != 0) out.set_unknown(lane, reasons);
    copy_lane(kind, branch, lane, out);
  }
}

}  // namespace tally::cel
