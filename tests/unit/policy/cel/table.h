// A small table of facts for tests of the rule language: columns are written down, rules are evaluated, answers read as
// text ("yes", "no", "unknown: <sentences>").
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "policy/cel/program.h"

namespace tally::cel::test {

inline base::Instant at(const char* rfc3339) { return *base::parse_instant(rfc3339); }

/// A time fact as a source gives it.
struct Moment {
  base::Bounds bounds;
  std::uint8_t state = kTimeUnknown;
  base::TextId reason;
};
inline Moment exactly(base::Instant t) { return {base::Bounds::exactly(t), kTimeKnown, {}}; }
inline Moment between(base::Instant a, base::Instant b) { return {{a, b}, kTimeKnown, {}}; }
inline Moment never() { return {{}, kTimeNever, {}}; }
inline Moment unknown_moment() { return {}; }

class Table {
 public:
  Environment names;
  Columns columns;
  std::size_t rows = 0;

  Table& booleans(const std::string& name, const std::vector<std::optional<bool>>& values) {
    auto& bytes = bytes_.emplace_back();
    for (const auto& value : values) bytes.push_back(value ? (*value ? kBoolYes : kBoolNo) : kBoolUnknown);
    return add(name, Type::boolean(), BoolView{bytes}, all_reasons(name, values.size()), values.size());
  }
  Table& integers(const std::string& name, const std::vector<std::optional<std::int64_t>>& values) {
    auto& numbers = ints_.emplace_back();
    for (const auto& value : values) numbers.push_back(value.value_or(0));
    return add(name, Type::integer(), IntView{numbers}, reasons(name, values), values.size());
  }
  Table& uintegers(const std::string& name, const std::vector<std::optional<std::uint64_t>>& values) {
    auto& numbers = uints_.emplace_back();
    for (const auto& value : values) numbers.push_back(value.value_or(0));
    return add(name, Type::uinteger(), UintView{numbers}, reasons(name, values), values.size());
  }
  Table& reals(const std::string& name, const std::vector<std::optional<double>>& values) {
    auto& numbers = reals_.emplace_back();
    for (const auto& value : values) numbers.push_back(value.value_or(0));
    return add(name, Type::real(), RealView{numbers}, reasons(name, values), values.size());
  }
  Table& durations(const std::string& name, const std::vector<std::optional<base::Duration>>& values) {
    auto& spans = spans_.emplace_back();
    for (const auto& value : values) spans.push_back(value.value_or(base::Duration{0}));
    return add(name, Type::duration(), DurationView{spans}, reasons(name, values), values.size());
  }
  Table& texts(const std::string& name, const std::vector<std::optional<std::string>>& values, Through through = {}) {
    auto& ids = ids_.emplace_back();
    for (const auto& value : values) ids.push_back(pool_.add(value.value_or("")));
    const std::size_t count = through.rows.empty() ? values.size() : through.rows.size();
    return add(name, Type::string(), TextView{ids, &pool_}, reasons(name, values), count, through);
  }
  Table& times(const std::string& name, std::vector<Moment> values) {
    auto& moments = moments_.emplace_back(std::move(values));
    for (Moment& moment : moments) {
      if (moment.state == kTimeUnknown) moment.reason = pool_.intern(name + " was not read");
    }
    return add(name, Type::timestamp(), TimeView{{moments, &Moment::bounds}, {moments, &Moment::state}},
               {{moments, &Moment::reason}, &pool_}, moments.size());
  }
  Table& text_lists(const std::string& name, const std::vector<std::optional<std::vector<std::string>>>& values) {
    auto& ids = ids_.emplace_back();
    auto& offsets = offsets_.emplace_back(std::vector<std::uint64_t>{0});
    for (const auto& value : values) {
      for (const std::string& text : value.value_or(std::vector<std::string>{})) ids.push_back(pool_.add(text));
      offsets.push_back(ids.size());
    }
    return add(name, Type::list_of(Kind::string), TextListView{offsets, ids, &pool_}, reasons(name, values),
               values.size());
  }
  Table& int_lists(const std::string& name, const std::vector<std::optional<std::vector<std::int64_t>>>& values) {
    auto& numbers = ints_.emplace_back();
    auto& offsets = offsets_.emplace_back(std::vector<std::uint64_t>{0});
    for (const auto& value : values) {
      for (const std::int64_t number : value.value_or(std::vector<std::int64_t>{})) numbers.push_back(number);
      offsets.push_back(numbers.size());
    }
    return add(name, Type::list_of(Kind::integer), IntListView{offsets, numbers}, reasons(name, values), values.size());
  }
  /// A fact with one value for every row.
  Table& shared(const std::string& name, const Value& value) {
    names.declare_fact(name, value.type());
    columns.bind(name, value);
    return *this;
  }

  [[nodiscard]] Program program(const std::string& text) const {
    auto compiled = compile("rule", text, names);
    if (!compiled) {
      std::string all;
      for (const auto& diagnostic : compiled.error()) all += to_string(diagnostic) + "\n";
      ADD_FAILURE() << text << "\n" << all;
      return *compile("rule", "false", names);
    }
    return *compiled;
  }
  /// The answer of every row: "yes", "no", or "unknown: " and the sentences with " | " between.
  [[nodiscard]] std::vector<std::string> answers(const std::string& text) const {
    const TruthColumn column = program(text).evaluate(columns, rows);
    std::vector<std::string> answers;
    for (std::size_t row = 0; row < rows; ++row) answers.push_back(answer(column, row));
    return answers;
  }
  /// The answer of the first row.
  [[nodiscard]] std::string answer(const std::string& text) const { return answers(text).at(0); }

 private:
  static std::string answer(const TruthColumn& column, std::size_t row) {
    if (column.at(row) != Truth::unknown) return column.at(row) == Truth::yes ? "yes" : "no";
    std::string text = "unknown: ";
    bool first = true;
    for (const Reason& reason : column.reasons(column.reason_set(row))) {
      text += (first ? "" : " | ") + reason.sentence;
      first = false;
    }
    return text;
  }
  template <class T>
  ReasonView reasons(const std::string& name, const std::vector<std::optional<T>>& values) {
    auto& ids = ids_.emplace_back();
    for (const auto& value : values) ids.push_back(value ? base::TextId{} : pool_.intern(name + " was not read"));
    return {ids, &pool_};
  }
  ReasonView all_reasons(const std::string& name, std::size_t count) {
    return {ids_.emplace_back(count, pool_.intern(name + " was not read")), &pool_};
  }
  Table& add(const std::string& name, Type type, ColumnView view, ReasonView why, std::size_t count,
             Through through = {}) {
    rows = std::max(rows, count);
    names.declare_fact(name, type);
    columns.bind(name, FactColumn{view, why, through});
    return *this;
  }

  base::TextPool pool_;
  std::deque<std::vector<std::uint8_t>> bytes_;
  std::deque<std::vector<std::int64_t>> ints_;
  std::deque<std::vector<std::uint64_t>> uints_, offsets_;
  std::deque<std::vector<double>> reals_;
  std::deque<std::vector<base::Duration>> spans_;
  std::deque<std::vector<base::TextId>> ids_;
  std::deque<std::vector<Moment>> moments_;
};

}  // namespace tally::cel::test
