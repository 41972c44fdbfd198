// The evaluator's lists (evaluator.h): [ ], size, in, exists, all.
#include <algorithm>
#include <array>

#include "policy/cel/evaluator.h"
#include "policy/cel/text.h"

namespace tally::cel {

/// A list written out has the same length in every row; its elements stay in the registers of the inputs. An unknown
/// element that can fail may be no element at all, and then there is no list (cel-spec: an error in it is an error of
/// the whole).
void Evaluator::run_list(StepId id, Selection lanes) {
  Register& out = reg(id);
  const auto& inputs = step(id).inputs;
  out.any_unknown = false;
  for (const Lane lane : lanes) out.lists[lane] = {0, inputs.size()};
  for (const StepId doubtful : inputs) {
    if (!meaning(doubtful).may_fail || !reg(doubtful).any_unknown) continue;
    for (const Lane lane : lanes) {
      if (reg(doubtful).unknown_at(lane) == 0) continue;
      ReasonSetId all = 0;
      for (const StepId input : inputs) all = reasons_.merge(all, reg(input).unknown_at(lane));
      out.set_unknown(lane, all);
    }
  }
}

void Evaluator::run_size(StepId id, Selection lanes) {
  const Register& given = input(id, 0);
  Register& out = reg(id);
  const bool list = step(step(id).inputs[0]).type.is_list();
  strict(given, given, lanes, out, [&](std::size_t lane) {
    out.ints[lane] = list ? static_cast<std::int64_t>(given.lists[lane].count) : code_points(given.texts[lane]);
  });
}

/// Element `n` of the list that `lane` has in the step `list`; unknown when the element is.
void Evaluator::load_element(StepId list, std::uint64_t n, std::size_t lane, Register& out) {
  if (readers_[list] != nullptr) return readers_[list]->load_element(reg(list).lists[lane].first + n, lane, out);
  if (values_[list] != nullptr) return store(values_[list]->as<Value::List>()[n], lane, out);
  const Register& element = input(list, n);
  copy_lane(step(list).type.element().kind, element, lane, out);
  if (const ReasonSetId reasons = element.unknown_at(lane)) out.set_unknown(lane, reasons);
}

void Evaluator::run_index(StepId id, Selection lanes) {
  const StepId list = step(id).inputs[0];
  const Register &lists = reg(list), &positions = input(id, 1);
  Register& out = reg(id);
  strict(lists, positions, lanes, out, [&](std::size_t lane) {
    const std::int64_t n = positions.ints[lane];
    if (n < 0 || static_cast<std::uint64_t>(n) >= lists.lists[lane].count) {
      out.set_unknown(lane, reasons_.error(step(id).node, Failure::index));
    } else {
      load_element(list, static_cast<std::uint64_t>(n), lane, out);
    }
  });
}

/// || (decisive true) or && (decisive false) over the elements of each lane's list: element by element, over the lanes
/// that are still open. `element` receives the element, `predicate(lanes)` gives the register with the truth values.
template <class Predicate>
void Evaluator::fold(StepId list, Register& element, bool decisive, Selection lanes, Register& out,
                     Predicate predicate) {
  const Register& lists = reg(list);
  std::array<Lane, kBatchRows> open{};
  std::size_t count = 0;
  strict(lists, lists, lanes, out, [&](std::size_t lane) {
    out.flags[lane] = !decisive;
    if (lists.lists[lane].count > 0) open[count++] = static_cast<Lane>(lane);
  });
  for (std::uint64_t n = 0; count > 0; ++n) {
    element.any_unknown = false;
    for (const Lane lane : Selection(open).first(count)) load_element(list, n, lane, element);
    const Register& holds = predicate(Selection(open).first(count));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Lane lane = open[i];
      if (const ReasonSetId reasons = holds.unknown_at(lane)) {
        out.set_unknown(lane, reasons_.merge(out.unknown_at(lane), reasons));
      } else if (static_cast<bool>(holds.flags[lane]) == decisive) {
        out.flags[lane] = decisive;
        if (out.any_unknown) out.unknown[lane] = 0;
        continue;
      }
      if (n + 1 < lists.lists[lane].count) open[kept++] = lane;
    }
    count = kept;
  }
}

/// An unknown value is not in the empty list either, unless it can fail.
void Evaluator::run_in(StepId id, Selection lanes) {
  if (text_sets_[id] != nullptr) return run_in_texts(id, lanes);
  const StepId value = step(id).inputs[0], list = step(id).inputs[1];
  Register& out = reg(id);
  Scratch& scratch = *scratch_[id];
  fold(list, scratch.element, true, lanes, out, [&](Selection open) -> const Register& {
    compare(id, Op::equal, reg(value), scratch.element, step(value).type.kind, open, scratch.equal);
    return scratch.equal;
  });
  if (!reg(value).any_unknown || !meaning(value).may_fail) return;
  for (const Lane lane : lanes) {
    const ReasonSetId reasons = reg(value).unknown_at(lane);
    if (reasons != 0 && reg(list).unknown_at(lane) == 0 && reg(list).lists[lane].count == 0) {
      out.set_unknown(lane, reasons);
    }
  }
}

void Evaluator::run_fold(StepId id, Selection lanes) {
  const StepId list = step(id).inputs[0], predicate = step(id).inputs[1];
  run(list, lanes);
  fold(list, reg(step(id).variable), step(id).op == Op::exists, lanes, reg(id), [&](Selection open) -> const Register& {
    run(predicate, open);
    return reg(predicate);
  });
}

}  // namespace tally::cel
