#include "policy/cel/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "policy/base/utf8.h"
#include "policy/cel/lexer.h"
#include "policy/cel/limits.h"
#include "policy/cel/number.h"

namespace tally::cel {
namespace {

/// Recursive descent. After the first failure `failed_` is set and every level returns at once.
class Parser {
 public:
  Parser(std::string_view file, std::string_view text, std::vector<Token> tokens, base::Diagnostics& diagnostics)
      : file_(file), tokens_(std::move(tokens)), diagnostics_(diagnostics) {
    syntax_.text = text;
  }

  Syntax run() {
    syntax_.root = expression();
    if (!failed_ && peek().kind != TokenKind::end) unexpected("an operator or the end");
    return std::move(syntax_);
  }

 private:
  [[nodiscard]] const Token& peek() const { return tokens_[at_]; }
  [[nodiscard]] bool at(std::string_view word) const {
    return (peek().kind == TokenKind::symbol || peek().kind == TokenKind::name) && peek().text == word;
  }
  const Token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool accept(std::string_view word) {
    if (failed_ || !at(word)) return false;
    take();
    return true;
  }
  void expect(std::string_view word) {
    if (!failed_ && !accept(word)) unexpected(fmt::format("\"{}\"", word));
  }

  NodeId fail(Position where, std::string message, std::string hint = {}) {
    if (!failed_) {
      diagnostics_.push_back({std::string(file_), where.line, where.column, std::move(message), std::move(hint)});
    }
    failed_ = true;
    return 0;
  }
  NodeId unexpected(std::string_view wanted) {
    const Token& token = peek();
    std::string hint;
    if (token.text == "and") hint = "\"and\" is written &&";
    if (token.text == "or") hint = "\"or\" is written ||";
    if (token.text == "not") hint = "\"not\" is written !";
    const auto found = token.kind == TokenKind::end ? "the expression ends" : fmt::format("found \"{}\"", token.text);
    return fail(token.position, fmt::format("{} where {} was expected", found, wanted), hint);
  }

  NodeId add(Node node) {
    if (failed_) return 0;
    for (const NodeId input : node.inputs) node.depth = std::max(node.depth, syntax_.nodes[input].depth + 1);
    if (node.depth > kMaximumDepth) return too_deep(node.position);
    if (syntax_.nodes.size() >= kMaximumNodes) {
      return fail(node.position, fmt::format("the expression has more than {} parts", kMaximumNodes), "split the rule");
    }
    syntax_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(syntax_.nodes.size() - 1);
  }
  NodeId too_deep(Position where) {
    return fail(where, fmt::format("the expression is nested more than {} levels deep", kMaximumDepth),
                "split the rule");
  }
  /// A node of `op` at `token` that spans its inputs.
  NodeId join(Op op, const Token& token, std::vector<NodeId> inputs) {
    if (failed_) return 0;
    const std::size_t begin = std::min(syntax_.nodes[inputs.front()].begin, token.offset);
    const std::size_t end = syntax_.nodes[inputs.back()].end;
    Node node{op, token.position, begin, end, std::move(inputs)};
    return add(std::move(node));
  }

  NodeId expression() {
    if (failed_) return 0;
    if (++nesting_ > kMaximumDepth) return too_deep(peek().position);
    NodeId result = chain(Op::any_of, "||", [this] { return chain(Op::all_of, "&&", [this] { return relation(); }); });
    if (!failed_ && at("?")) {
      const Token token = take();
      const NodeId yes =
          chain(Op::any_of, "||", [this] { return chain(Op::all_of, "&&", [this] { return relation(); }); });
      expect(":");
      const NodeId no = expression();
      result = join(Op::conditional, token, {result, yes, no});
    }
    --nesting_;
    return result;
  }

  /// One node for a whole chain of && or ||, however long.
  template <class Next>
  NodeId chain(Op op, std::string_view symbol, Next next) {
    std::vector<NodeId> inputs{next()};
    std::optional<Token> first;
    while (!failed_ && at(symbol)) {
      const Token& token = take();
      if (!first) first = token;
      inputs.push_back(next());
    }
    return first ? join(op, *first, std::move(inputs)) : inputs.front();
  }

  template <class Next>
  NodeId left_associative(std::initializer_list<std::pair<std::string_view, Op>> operators, Next next) {
    NodeId left = next();
    while (!failed_) {
      const auto found =
          std::find_if(operators.begin(), operators.end(), [&](const auto& pair) { return at(pair.first); });
      if (found == operators.end()) break;
      const Token token = take();
      const NodeId right = next();
      left = join(found->second, token, {left, right});
    }
    return left;
  }

  NodeId relation() {
    return left_associative({{"<", Op::less},
                             {"<=", Op::less_equal},
                             {">=", Op::greater_equal},
                             {">", Op::greater},
                             {"==", Op::equal},
                             {"!=", Op::not_equal},
                             {"in", Op::in}},
                            [this] { return addition(); });
  }
  NodeId addition() {
    return left_associative({{"+", Op::add}, {"-", Op::subtract}}, [this] { return multiplication(); });
  }
  NodeId multiplication() {
    return left_associative({{"*", Op::multiply}, {"/", Op::divide}, {"%", Op::modulo}}, [this] { return unary(); });
  }

  NodeId unary() {
    if (failed_) return 0;
    if (!at("!") && !at("-")) return member(primary());
    const Token token = take();
    const bool number = peek().kind == TokenKind::integer || peek().kind == TokenKind::real;
    if (token.text == "-" && number) return member(number_literal(&token));
    if (++nesting_ > kMaximumDepth) return too_deep(token.position);
    const NodeId input = unary();
    --nesting_;
    return join(token.text == "!" ? Op::logical_not : Op::negate, token, {input});
  }

  NodeId member(NodeId left) {
    while (!failed_ && (at(".") || at("[") || at("{"))) {
      if (at("{")) return no_message(left);
      left = accept(".") ? dotted(left) : indexed(left);
    }
    return left;
  }
  NodeId no_message(NodeId left) {
    const Op op = syntax_.nodes[left].op;
    if (op != Op::name && op != Op::select) return unexpected("an operator or the end");
    return fail(peek().position, "messages are not supported: this is CEL without protocol buffers",
                "a map is written {\"key\": value}");
  }
  NodeId dotted(NodeId left) {
    const bool quoted = peek().kind == TokenKind::field;
    if (!quoted && (peek().kind != TokenKind::name || is_keyword(peek().text))) {
      return unexpected("a name after \".\"");
    }
    const Token name = take();
    Node node;
    node.op = Op::select;
    node.quoted = quoted;
    node.position = name.position;
    node.begin = syntax_.nodes[left].begin;
    node.end = name.offset + name.text.size();
    node.name = quoted ? std::string_view(name.decoded) : name.text;
    node.inputs = {left};
    const Op receiver = syntax_.nodes[left].op;
    if (!quoted && accept("(")) {
      node.op = Op::method;
      arguments(")", node);
    } else if (!quoted && (receiver == Op::name || receiver == Op::select)) {
      node.position = syntax_.nodes[left].position;  // a dotted name is where it starts
    }
    return add(std::move(node));
  }
  NodeId indexed(NodeId left) {
    const Token bracket = take();
    const NodeId position = expression();
    const std::size_t end = peek().offset + 1;
    expect("]");
    if (failed_) return 0;
    return add({Op::index, bracket.position, syntax_.nodes[left].begin, end, {left, position}});
  }
  /// Expressions with commas between, up to and with `close`; sets the node's inputs and end.
  void arguments(std::string_view close, Node& node) {
    while (!failed_ && !at(close)) {
      node.inputs.push_back(expression());
      if (!accept(",")) break;
      if (at(close) && close == ")") unexpected("an argument");
    }
    node.end = peek().offset + 1;
    expect(close);
  }

  NodeId primary() {
    const Token& token = peek();
    switch (token.kind) {
      case TokenKind::integer:
      case TokenKind::uinteger:
      case TokenKind::real: return number_literal(nullptr);
      case TokenKind::text: return literal(take(), Value::text(token.decoded));
      case TokenKind::bytes: return literal(take(), Value::bytes(token.decoded));
      case TokenKind::name: return named(false);
      default: break;
    }
    if (accept("(")) {
      const NodeId inner = expression();
      expect(")");
      return inner;
    }
    if (at("[")) {
      const Token bracket = take();
      Node node{Op::list, bracket.position, bracket.offset, bracket.offset, {}};
      arguments("]", node);
      return add(std::move(node));
    }
    if (at("{")) return map();
    if (at(".")) return rooted();
    return unexpected("a value");
  }

  NodeId map() {
    const Token brace = take();
    Node node{Op::map, brace.position, brace.offset, brace.offset, {}};
    while (!failed_ && !at("}")) {
      node.inputs.push_back(expression());
      expect(":");
      node.inputs.push_back(expression());
      if (!accept(",")) break;
    }
    node.end = peek().offset + 1;
    expect("}");
    return add(std::move(node));
  }

  NodeId rooted() {
    take();
    if (peek().kind != TokenKind::name) return unexpected("a name after \".\"");
    return named(true);
  }

  /// `is_rooted`: a dot stands before the name.
  NodeId named(bool is_rooted) {
    const Token token = take();
    if (!is_rooted) {
      if (token.text == "true" || token.text == "false") return literal(token, Value::boolean(token.text == "true"));
      if (token.text == "null") return literal(token, Value{});
    }
    if (is_reserved_word(token.text)) {
      return fail(token.position, fmt::format("\"{}\" is a word of CEL and cannot be a name", token.text));
    }
    Node node{Op::name, token.position, token.offset, token.offset + token.text.size(), {}};
    node.name = token.text;
    node.rooted = is_rooted;
    if (accept("(")) {
      node.op = Op::call;
      arguments(")", node);
    }
    return add(std::move(node));
  }

  NodeId literal(const Token& token, Value value) {
    Node node{Op::constant, token.position, token.offset, token.offset + token.text.size(), {}};
    node.literal = std::move(value);
    return add(std::move(node));
  }

  /// The number at hand; `minus` is the sign before it, when there is one.
  NodeId number_literal(const Token* minus) {
    const Token& token = take();
    auto value = read_number(token, minus != nullptr);
    if (!value) return fail(token.position, value.error());
    const Token& start = minus != nullptr ? *minus : token;
    Node node{Op::constant, start.position, start.offset, token.offset + token.text.size(), {}};
    node.literal = std::move(*value);
    return add(std::move(node));
  }

  std::string_view file_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  base::Diagnostics& diagnostics_;
  Syntax syntax_;
  int nesting_ = 0;
  bool failed_ = false;
};

}  // namespace

tl::expected<Syntax, base::Diagnostics> parse(std::string_view file, std::string_view text, Position origin) {
  base::Diagnostics diagnostics;
  const auto refuse = [&](std::string message, std::string hint) {
    diagnostics.push_back({std::string(file), origin.line, origin.column, std::move(message), std::move(hint)});
    return tl::unexpected(diagnostics);
  };
  if (text.size() > kMaximumExpressionBytes) {
    return refuse(fmt::format("the expression is longer than {} bytes", kMaximumExpressionBytes), "split the rule");
  }
  if (!base::is_utf8(text)) return refuse("the expression is not valid UTF-8", "");
  std::vector<Token> tokens = tokenize(file, text, origin, diagnostics);
  if (!diagnostics.empty()) return tl::unexpected(diagnostics);
  Syntax syntax = Parser(file, text, std::move(tokens), diagnostics).run();
  if (!diagnostics.empty()) return tl::unexpected(diagnostics);
  return syntax;
}

}  // namespace tally::cel
