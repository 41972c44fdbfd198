#include <fmt/format.h>
#include <re2/re2.h>

#include "policy/cel/checker_scope.h"
#include "policy/cel/limits.h"

namespace tally::cel {
namespace {

Op text_op(Function function) {
  switch (function) {
    case Function::contains: return Op::contains;
    case Function::starts_with: return Op::starts_with;
    case Function::ends_with: return Op::ends_with;
    case Function::matches: return Op::matches;
    default: return Op::lower_ascii;
  }
}

bool in_range(base::Instant moment) {
  const std::int64_t at = moment.time_since_epoch().count();
  return at >= kEarliestTimestampMicroseconds && at <= kLatestTimestampMicroseconds;
}

/// True when an RFC 3339 text names a moment between two microseconds.
bool finer_than_microsecond(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == text.npos) return false;
  const std::size_t end = std::min(text.find_first_not_of("0123456789", dot + 1), text.size());
  return end > dot + 7 && text.substr(dot + 7, end - dot - 7).find_first_not_of('0') != text.npos;
}

tl::expected<Value, std::string> read_timestamp(const std::string& text) {
  const auto moment = base::parse_instant(text);
  if (!moment) {
    return tl::unexpected(fmt::format("\"{}\" is not an RFC 3339 time such as 2026-03-31T22:00:00Z", text));
  }
  if (finer_than_microsecond(text)) {
    return tl::unexpected(fmt::format("\"{}\" is finer than a microsecond, which is not supported", text));
  }
  if (!in_range(*moment)) return tl::unexpected(fmt::format("\"{}\" is out of range: years 0001 to 9999", text));
  return Value::moment(*moment);
}

}  // namespace

Checker::Checked Checker::check_call(NodeId id) {
  const FunctionInfo* info = find_function(node(id).name);
  if (info == nullptr) return unknown_function(node(id));
  const bool method = node(id).op == Op::method;
  const std::size_t given = node(id).inputs.size() - (method ? 1 : 0);
  const std::size_t wanted = info->arguments + (info->function == Function::size && !method ? 1 : 0);
  if (!(method ? info->method : info->global)) return wrong_form(node(id), *info);
  if (given != wanted) {
    return refuse(node(id).position,
                  fmt::format("{} takes {} argument{}, not {}", info->name, wanted, wanted == 1 ? "" : "s", given));
  }
  switch (info->function) {
    case Function::duration:
    case Function::timestamp: return check_literal_call(id, info->function);
    case Function::size: return check_size(id);
    case Function::exists: return check_fold(id, Op::exists);
    case Function::all: return check_fold(id, Op::all);
    default: return check_text_method(id, *info);
  }
}

Checker::Checked Checker::unknown_function(const Node& call) {
  if (const auto why = refused_function(call.name); !why.empty()) return refuse(call.position, std::string(why));
  std::vector<std::string_view> names;
  for (const FunctionInfo& info : functions()) names.push_back(info.name);
  const std::string_view nearest = base::nearest_word(call.name, names);
  return refuse(call.position, fmt::format("there is no function \"{}\"", call.name),
                nearest.empty() ? std::string{} : fmt::format("did you mean \"{}\"?", nearest));
}

Checker::Checked Checker::wrong_form(const Node& call, const FunctionInfo& info) {
  if (info.method) {
    return refuse(call.position, fmt::format("{} is called on a value", info.name),
                  fmt::format("write value.{}(…)", info.name));
  }
  return refuse(call.position, fmt::format("{} is not called on a value", info.name),
                fmt::format("write {}(…)", info.name));
}

Checker::Checked Checker::check_literal_call(NodeId id, Function function) {
  const NodeId argument = node(id).inputs.front();
  const Checked step = check(argument);
  if (!step) return std::nullopt;
  const Value* value = constant(*step);
  if (value == nullptr || value->type() != Type::string()) {
    return refuse(
        node(argument).position, fmt::format("{} is read from a literal text only", node(id).name),
        function == Function::duration ? "such as duration(\"45d\")" : "such as timestamp(\"2026-03-31T22:00:00Z\")");
  }
  const std::string& text = value->as<std::string>();
  if (function == Function::timestamp) {
    auto moment = read_timestamp(text);
    return moment ? check_constant(id, std::move(*moment)) : refuse(node(argument).position, moment.error());
  }
  const auto span = parse_duration(text);
  return span ? check_constant(id, Value::span(*span)) : refuse(node(argument).position, span.error());
}

Checker::Checked Checker::check_size(NodeId id) {
  const auto inputs = check_inputs(id);
  if (!inputs) return std::nullopt;
  const Type given = type(inputs->front());
  if (given != Type::string() && !given.is_list()) {
    return refuse(node(id).position, fmt::format("size takes a text or a list; this is a {}", given.name()));
  }
  return add(id, Op::size, Type::integer(), *inputs);
}

Checker::Checked Checker::check_text_method(NodeId id, const FunctionInfo& info) {
  const auto inputs = check_inputs(id);
  if (!inputs) return std::nullopt;
  for (const StepId input : *inputs) {
    if (type(input) == Type::string()) continue;
    return refuse(node(id).position, fmt::format("{} takes texts; this is a {}", info.name, type(input).name()));
  }
  if (info.function == Function::matches) return check_pattern(id, inputs->front(), inputs->back());
  const Type result = info.function == Function::lower_ascii ? Type::string() : Type::boolean();
  return add(id, text_op(info.function), result, *inputs);
}

Checker::Checked Checker::check_pattern(NodeId id, StepId text, StepId pattern) {
  const Position where = node(node(id).inputs.back()).position;
  const Value* value = constant(pattern);
  if (value == nullptr) return refuse(where, "the pattern of matches is a literal text or a parameter, not a fact");
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaximumPatternBytes);
  auto compiled = std::make_shared<const re2::RE2>(value->as<std::string>(), options);
  if (!compiled->ok()) {
    return refuse(where, fmt::format("the pattern cannot be read: {}", compiled->error()), "the syntax is RE2's");
  }
  const StepId step = add(id, Op::matches, Type::boolean(), {text});
  plan_.steps[step].pattern = std::move(compiled);
  return step;
}

Checker::Checked Checker::check_fold(NodeId id, Op op) {
  const NodeId name = node(id).inputs[1], predicate = node(id).inputs[2];
  if (node(name).op != Op::name) {
    return refuse(node(name).position, fmt::format("{} takes the name of a variable first", node(id).name),
                  fmt::format("write list.{}(x, x == \"…\")", node(id).name));
  }
  if (variables_.size() == kMaximumNestedFolds) {
    return refuse(node(id).position,
                  fmt::format("exists and all stand more than {} deep in one another", kMaximumNestedFolds),
                  "split the rule");
  }
  const Checked list = check(node(id).inputs[0]);
  if (!list) return std::nullopt;
  if (!type(*list).is_list()) {
    return refuse(node(id).position,
                  fmt::format("{} looks at the elements of a list; this is a {}", node(id).name, type(*list).name()));
  }
  if (type(*list).element == Kind::nothing) return refuse(node(id).position, "the empty list has no elements");
  const StepId variable = add(name, Op::variable, Type{type(*list).element}, {});
  variables_.push_back({node(name).name, variable});
  const Checked body = check(predicate);
  variables_.pop_back();
  if (!body) return std::nullopt;
  if (type(*body) != Type::boolean()) {
    return refuse(node(predicate).position,
                  fmt::format("{} asks for a truth value; this is a {}", node(id).name, type(*body).name()));
  }
  const StepId step = add(id, op, Type::boolean(), {*list, *body});
  plan_.steps[step].variable = variable;
  return step;
}

}  // namespace tally::cel
