#include "policy/cel/fold.h"

#include <algorithm>

#include "policy/cel/interpreter.h"
#include "policy/cel/limits.h"
#include "policy/cel/pattern.h"

namespace tally::cel {
namespace {

bool holds_unknown(const Value& value) {
  if (value.is_unknown()) return true;
  if (value.kind() == Kind::list) {
    const auto& elements = value.as<Value::List>();
    return std::any_of(elements.begin(), elements.end(), holds_unknown);
  }
  if (value.kind() != Kind::map) return false;
  const auto& entries = value.as<Value::Map>();
  return std::any_of(entries.begin(), entries.end(), [](const auto& entry) { return holds_unknown(entry.second); });
}

class Folder {
 public:
  explicit Folder(Tree& tree)
      : tree_(tree),
        reasons_(std::shared_ptr<const Tree>(std::shared_ptr<const Tree>(), &tree)),
        interpreter_(tree, reasons_, kMaximumFoldSteps) {}

  /// `depth` macros stand around the node.
  void fold(NodeId id, std::uint32_t depth) {
    Meaning& meaning = tree_.meanings[id];
    if (meaning.op == Op::constant || meaning.op == Op::fact) return;
    if (is_closed(id, depth)) {
      Value value = interpreter_.run(id);
      if (!holds_unknown(value)) return settle(meaning, std::move(value));
    }
    const bool macro = meaning.op >= Op::exists;
    const std::vector<NodeId> operands = tree_.operands(id);
    for (std::size_t i = 0; i < operands.size(); ++i) fold(operands[i], depth + (macro && i > 0 ? 1 : 0));
    if (meaning.op == Op::matches && meaning.pattern == nullptr) read_pattern(id, meaning);
  }

 private:
  /// It reads no fact, no undeclared name and no variable of a macro around it.
  [[nodiscard]] bool is_closed(NodeId id, std::uint32_t depth) const {
    const Meaning& meaning = tree_.meaning(id);
    if (meaning.op == Op::fact || meaning.op == Op::undeclared) return false;
    if (meaning.op == Op::variable) return meaning.place >= depth;
    const std::vector<NodeId> operands = tree_.operands(id);
    return std::all_of(operands.begin(), operands.end(), [&](NodeId operand) { return is_closed(operand, depth); });
  }

  static void settle(Meaning& meaning, Value value) {
    if (meaning.type.kind == Kind::dyn) meaning.type = value.type();
    meaning.op = Op::constant;
    meaning.constant = std::move(value);
    meaning.may_fail = false;
  }

  /// A pattern that has become a constant.
  void read_pattern(NodeId id, Meaning& meaning) {
    const Meaning& text = tree_.meaning(tree_.node(id).inputs.back());
    if (text.op != Op::constant || text.constant.kind() != Kind::string) return;
    if (auto compiled = compile_pattern(text.constant.as<std::string>())) meaning.pattern = std::move(*compiled);
  }

  Tree& tree_;
  ReasonPool reasons_;
  Interpreter interpreter_;
};

}  // namespace

void fold_constants(Tree& tree) { Folder(tree).fold(tree.root(), 0); }

}  // namespace tally::cel
