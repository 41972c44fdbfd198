// Properties over random expressions and random columns:
//  - the columnar evaluator gives what the naive one gives, reasons included;
//  - an answer that is known holds in every world that fits what is known (no false all-clear, no false alarm).
#include <random>

#include "policy/cel/interval.h"
#include "policy/cel/parser.h"
#include "tests/unit/policy/cel/reference_evaluator.h"
#include "tests/unit/policy/cel/table.h"

namespace tally::cel::test {
namespace {

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }
template <class T>
T pick(Random& random, const std::vector<T>& from) {
  return from[below(random, from.size())];
}

constexpr std::int64_t kDay = 86'400'000'000;
const std::int64_t kStart = at("2026-01-01T00:00:00Z").time_since_epoch().count();
const std::vector<std::string> kTexts{"", "a", "Ab", "abc", "É"};
const std::vector<std::int64_t> kInts{0, 1, 2, -1, 7, std::numeric_limits<std::int64_t>::max()};

/// Writes random well-typed expressions.
class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}

  std::string boolean(int depth) {
    if (depth == 0) return pick<std::string>(random_, {"b1", "b2", "true", "false"});
    switch (below(random_, 14)) {
      case 0: return both(boolean(depth - 1), "&&", boolean(depth - 1));
      case 1: return both(boolean(depth - 1), "||", boolean(depth - 1));
      case 2: return "(" + boolean(depth - 1) + " && " + boolean(depth - 1) + " && " + boolean(depth - 1) + ")";
      case 3: return "!" + boolean(depth - 1);
      case 4: return both(integer(depth - 1), comparison(), integer(depth - 1));
      case 5: return both(text(depth - 1), comparison(), text(depth - 1));
      case 6:
      case 7: return both(moment(depth - 1), comparison(), moment(depth - 1));
      case 8: return both(span(depth - 1), comparison(), span(depth - 1));
      case 9:
        return text(depth - 1) + pick<std::string>(random_, {".contains(", ".startsWith(", ".endsWith("}) +
               text(depth - 1) + ")";
      case 10: return text(depth - 1) + ".matches(\"" + pick<std::string>(random_, {"^a", "b", "a.c", ""}) + "\")";
      case 11: return membership(depth);
      case 12: return fold(depth);
      default: return conditional(boolean(depth - 1), boolean(depth - 1), boolean(depth - 1));
    }
  }

 private:
  static std::string both(const std::string& a, const std::string& op, const std::string& b) {
    return "(" + a + " " + op + " " + b + ")";
  }
  static std::string conditional(const std::string& c, const std::string& a, const std::string& b) {
    return "(" + c + " ? " + a + " : " + b + ")";
  }
  std::string comparison() { return pick<std::string>(random_, {"==", "!=", "<", "<=", ">", ">="}); }

  std::string membership(int depth) {
    switch (below(random_, 4)) {
      case 0: return both(text(depth - 1), "in", "texts");
      case 1: return both(integer(depth - 1), "in", pick<std::string>(random_, {"ints", "[]"}));
      case 2: return both(moment(depth - 1), "in", "[t1, " + moment(depth - 1) + "]");
      default: return both(text(depth - 1), "in", "[s1, \"a\", " + text(depth - 1) + "]");
    }
  }
  std::string fold(int depth) {
    const std::string which = pick<std::string>(random_, {".exists(x, ", ".all(x, "});
    switch (below(random_, 3)) {
      case 0: return "texts" + which + both("x", comparison(), text(depth - 1)) + ")";
      case 1: return "ints" + which + both(both("x", "%", integer(depth - 1)), comparison(), integer(depth - 1)) + ")";
      default:
        return "[t2, " + moment(depth - 1) + "]" + which + both("x", comparison(), moment(depth - 1)) + " || " +
               boolean(depth - 1) + ")";
    }
  }
  std::string integer(int depth) {
    if (depth == 0) return pick<std::string>(random_, {"i1", "i2", "0", "1", "7", "-1", "9223372036854775807"});
    switch (below(random_, 5)) {
      case 0:
        return both(integer(depth - 1), pick<std::string>(random_, {"+", "-", "*", "/", "%"}), integer(depth - 1));
      case 1: return "size(" + pick<std::string>(random_, {"texts", "ints", "s1", "p.s3"}) + ")";
      case 2: return "ints[" + integer(depth - 1) + "]";
      case 3: return "-" + both(integer(depth - 1), "+", "i1");
      default: return conditional(boolean(depth - 1), integer(depth - 1), integer(depth - 1));
    }
  }
  std::string text(int depth) {
    if (depth == 0) return pick<std::string>(random_, {"s1", "s2", "p.s3", "\"a\"", "\"Ab\"", "\"\""});
    switch (below(random_, 4)) {
      case 0: return both(text(depth - 1), "+", text(depth - 1));
      case 1: return text(depth - 1) + ".lowerAscii()";
      case 2: return "texts[" + integer(depth - 1) + "]";
      default: return conditional(boolean(depth - 1), text(depth - 1), text(depth - 1));
    }
  }
  std::string moment(int depth) {
    if (depth == 0)
      return pick<std::string>(random_,
                               {"t1", "t2", "t1", "t2", "now", "never", "timestamp(\"2026-01-02T00:00:00Z\")"});
    if (below(random_, 3) == 0) return conditional(boolean(depth - 1), moment(depth - 1), moment(depth - 1));
    return both(moment(depth - 1), pick<std::string>(random_, {"+", "-"}), span(depth - 1));
  }
  std::string span(int depth) {
    if (depth == 0) return pick<std::string>(random_, {"g1", "duration(\"24h\")", "duration(\"2d\")"});
    if (below(random_, 2) == 0) return both(moment(depth - 1), "-", moment(depth - 1));
    return both(span(depth - 1), "+", span(depth - 1));
  }

  Random& random_;
};

Cell known(decltype(Cell::data) data, bool timestamp = false) { return {std::move(data), {}, timestamp}; }
Cell missing(const std::string& name) { return {{}, {{ReasonKind::missing, name}}, false}; }

Cell any_value(Random& random, const std::string& name) {
  const auto day = [&] { return kStart + static_cast<std::int64_t>(below(random, 4)) * kDay; };
  if (name[0] == 'b') return known(below(random, 2) == 0);
  if (name[0] == 'i' && name != "ints") return known(pick(random, kInts));
  if (name == "g1") {
    const auto span = static_cast<std::int64_t>(below(random, 3)) * kDay;
    return known(Span{span, span});
  }
  if (name == "now") return known(Span{kStart + 2 * kDay, kStart + 2 * kDay}, true);
  if (name == "t1" || name == "t2") {
    if (below(random, 4) == 0) return known(Span{Interval::kOpenHigh, Interval::kOpenLow}, true);
    const std::int64_t start = day();
    return known(Span{start, start}, true);
  }
  if (name == "texts" || name == "ints") {
    std::vector<Cell> cells;
    for (std::size_t n = below(random, 4); n > 0; --n) {
      cells.push_back(name == "texts" ? known(pick(random, kTexts)) : known(pick(random, kInts)));
    }
    return known(cells);
  }
  return known(pick(random, kTexts));
}

const std::vector<std::string> kNames{"b1", "b2", "i1",    "i2",   "s1",   "s2", "t1",
                                      "t2", "g1", "texts", "ints", "p.s3", "now"};

/// A row in which a quarter of the facts is unknown and half of the moments are imprecise.
Reference::Row any_row(Random& random) {
  Reference::Row row;
  for (const std::string& name : kNames) {
    row[name] = name != "now" && below(random, 4) == 0 ? missing(name) : any_value(random, name);
    auto* span = std::get_if<Span>(&row[name].data);
    if (span != nullptr && row[name].timestamp && name != "now" && span->low <= span->high && below(random, 2) == 0) {
      span->high += static_cast<std::int64_t>(below(random, 3)) * kDay;
    }
  }
  return row;
}

/// A world that fits the row: every unknown gets a value, every imprecise moment one of its moments.
Reference::Row any_world(Random& random, const Reference::Row& row) {
  Reference::Row world = row;
  for (auto& [name, cell] : world) {
    if (!cell.known()) cell = any_value(random, name);
    auto* span = std::get_if<Span>(&cell.data);
    if (span == nullptr || span->low >= span->high) continue;
    const auto days = static_cast<std::size_t>((span->high - span->low) / kDay);
    span->low += static_cast<std::int64_t>(below(random, days + 1)) * kDay;
    span->high = span->low;
  }
  return world;
}

template <class T>
std::vector<std::optional<T>> column(const std::vector<Reference::Row>& rows, const std::string& name) {
  std::vector<std::optional<T>> values;
  for (const auto& row : rows) {
    const Cell& cell = row.at(name);
    values.push_back(cell.known() ? std::optional<T>(std::get<T>(cell.data)) : std::nullopt);
  }
  return values;
}

template <class T>
std::vector<std::optional<std::vector<T>>> list_column(const std::vector<Reference::Row>& rows,
                                                       const std::string& name) {
  std::vector<std::optional<std::vector<T>>> values;
  for (const auto& row : rows) {
    const Cell& cell = row.at(name);
    values.emplace_back();
    if (!cell.known()) continue;
    values.back().emplace();
    for (const Cell& element : std::get<std::vector<Cell>>(cell.data))
      values.back()->push_back(std::get<T>(element.data));
  }
  return values;
}

std::vector<Moment> moments(const std::vector<Reference::Row>& rows, const std::string& name) {
  std::vector<Moment> values;
  for (const auto& row : rows) {
    const Cell& cell = row.at(name);
    const Span span = cell.known() ? std::get<Span>(cell.data) : Span{0, 0};
    values.push_back(!cell.known() ? unknown_moment()
                     : span.low > span.high
                         ? never()
                         : between(base::Instant{base::Duration{span.low}}, base::Instant{base::Duration{span.high}}));
  }
  return values;
}

void fill(Table& table, const std::vector<Reference::Row>& rows, std::vector<std::uint32_t>& reversed) {
  for (const char* name : {"b1", "b2"}) table.booleans(name, column<bool>(rows, name));
  for (const char* name : {"i1", "i2"}) table.integers(name, column<std::int64_t>(rows, name));
  for (const char* name : {"s1", "s2"}) table.texts(name, column<std::string>(rows, name));
  for (const char* name : {"t1", "t2"}) table.times(name, moments(rows, name));
  std::vector<std::optional<base::Duration>> spans;
  for (const auto& span : column<Span>(rows, "g1")) {
    spans.push_back(span ? std::optional(base::Duration{span->low}) : std::nullopt);
  }
  table.durations("g1", spans);
  table.text_lists("texts", list_column<std::string>(rows, "texts"));
  table.int_lists("ints", list_column<std::int64_t>(rows, "ints"));
  table.shared("now", Value::moment(base::Instant{base::Duration{kStart + 2 * kDay}}));
  // p.s3 is read through a link: its table has the rows in reverse, and rows without a value have no link.
  auto linked = column<std::string>(rows, "p.s3");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    reversed.push_back(linked[row] ? static_cast<std::uint32_t>(rows.size() - 1 - row) : Through::kNoRow);
  }
  std::reverse(linked.begin(), linked.end());
  table.texts("p.s3", linked, Through{reversed, "no link"});
}

std::string spell(bool is_known, bool value, const std::set<Why>& why) {
  if (is_known) return value ? "yes" : "no";
  std::string text = "unknown";
  for (const Why& one : why) text += " | " + std::string(to_string(one.kind)) + " " + one.about;
  return text;
}
std::string spell(const Cell& cell) { return spell(cell.known(), cell.known() && std::get<bool>(cell.data), cell.why); }
std::string spell(const TruthColumn& column, std::size_t row) {
  std::set<Why> why;
  for (const Reason& reason : column.reasons(column.reason_set(row))) why.insert({reason.kind, reason.fact});
  return spell(column.at(row) != Truth::unknown, column.at(row) == Truth::yes, why);
}

TEST(ColumnarEvaluator, GivesWhatTheNaiveOneGives) {
  Random random(20260331);
  for (const std::size_t count : {std::size_t{1}, std::size_t{1023}, std::size_t{1024}, std::size_t{2100}}) {
    std::vector<Reference::Row> rows;
    for (std::size_t row = 0; row < count; ++row) rows.push_back(any_row(random));
    Table table;
    std::vector<std::uint32_t> links;
    fill(table, rows, links);
    const int expressions = count == 1 ? 500 : 40;
    for (int n = 0; n < expressions; ++n) {
      const std::string text = Writer(random).boolean(1 + n % 4);
      const auto syntax = parse("rule", text);
      ASSERT_TRUE(syntax) << text;
      const TruthColumn answers = table.program(text).evaluate(table.columns, count);
      for (std::size_t row = 0; row < count; ++row) {
        ASSERT_EQ(spell(answers, row), spell(Reference(*syntax, rows[row], {"now"}).run()))
            << text << " in row " << row;
      }
    }
  }
}

TEST(ColumnarEvaluator, KnowsOnlyWhatHoldsInEveryWorldThatFits) {
  Random random(7);
  constexpr std::size_t kRows = 64;
  std::size_t known_answers = 0;
  for (int n = 0; n < 400; ++n) {
    std::vector<Reference::Row> rows;
    for (std::size_t row = 0; row < kRows; ++row) rows.push_back(any_row(random));
    Table table;
    std::vector<std::uint32_t> links;
    fill(table, rows, links);
    const std::string text = Writer(random).boolean(1 + n % 4);
    const auto syntax = parse("rule", text);
    const TruthColumn answers = table.program(text).evaluate(table.columns, kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      if (answers.at(row) == Truth::unknown) continue;
      ++known_answers;
      for (int world = 0; world < 8; ++world) {
        const Cell truth = Reference(*syntax, any_world(random, rows[row]), {"now"}).run();
        if (!truth.known()) continue;  // an error there, or a never that the rule does not name
        ASSERT_EQ(std::get<bool>(truth.data), answers.at(row) == Truth::yes) << text << " in row " << row;
      }
    }
  }
  EXPECT_GT(known_answers, 5000U);
}

}  // namespace
}  // namespace tally::cel::test
