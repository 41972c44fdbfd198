// Properties over random expressions and random columns:
//  - the columnar evaluator gives what the naive one gives, reasons included;
//  - an answer that is known holds in every world that fits what is known (no false all-clear, no false alarm).
#include <numeric>

#include "policy/cel/parser.h"
#include "tests/unit/policy/cel/judged_rows.h"

namespace tally::cel::test {
namespace {

/// Writes random well-typed expressions.
class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}

  std::string boolean(int depth) {
    if (depth == 0) return pick<std::string>(random_, {"b1", "b2", "true", "false"});
    switch (below(random_, 20)) {
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
      case 13: return conditional(boolean(depth - 1), boolean(depth - 1), boolean(depth - 1));
      case 14: return both(lists(depth - 1), pick<std::string>(random_, {"==", "!="}), lists(depth - 1));
      case 15:
        return both(anything(depth - 1), pick<std::string>(random_, {"==", "!=", "<", ">="}), anything(depth - 1));
      case 16: return macro(depth);
      case 17:
        return both(anything(depth - 1), "in",
                    pick<std::string>(random_, {"m", "{}", "dyn([])", "[1, s1, t1]", "{s1: b1, 7u: i1}"}));
      case 18:
        return pick<std::string>(random_,
                                 {"has(m.a)", "has({s1: t1}.Ab)", "(dyn(b1) || false)", "bool(s1)", "(dyn(i1) && b1)"});
      default:
        return both(integer(depth - 1), pick<std::string>(random_, {"<", ">=", ">"}),
                    pick<std::string>(random_, {"d1", "u1"}));
    }
  }

 private:
  /// A value of some type, which the checker forgets.
  std::string anything(int depth) {
    switch (below(random_, 8)) {
      case 0: return "dyn(" + integer(depth) + ")";
      case 1: return "dyn(" + text(depth) + ")";
      case 2: return "dyn(" + moment(depth) + ")";
      case 3: return "dyn(" + lists(depth) + ")";
      case 4:
        return pick<std::string>(random_, {"dyn(d1)", "dyn(u1)", "dyn(null)", "dyn(b'a')", "dyn(bytes(s1))",
                                           "dyn({s1: i1})", "dyn(type(m))"});
      case 5: return "m[" + pick<std::string>(random_, {"dyn(s1)", "dyn(i1)", "dyn(d1)", "dyn('Ab')"}) + "]";
      case 6: return "dyn(" + conditional("b1", "dyn(" + text(depth) + ")", "dyn(" + integer(depth) + ")") + ")";
      default: return "[1, s1, " + moment(depth) + ", u1][" + pick<std::string>(random_, {"i1", "i2", "2"}) + "]";
    }
  }
  /// A list of dyn.
  std::string lists(int depth) {
    if (depth <= 0)
      return pick<std::string>(random_, {"[i1, dyn(s1)]", "[dyn(t1)]", "dyn(texts)", "dyn(ints)", "[dyn(1)]"});
    switch (below(random_, 5)) {
      case 0: return both(lists(depth - 1), "+", lists(depth - 1));
      case 1: return "dyn(ints.filter(x, " + both("x", comparison(), integer(depth - 1)) + "))";
      case 2: return "dyn(texts.map(x, " + boolean(depth - 1) + ", x + " + text(depth - 1) + "))";
      case 3: return "dyn([t1, t2].map(x, " + both("x", "+", span(depth - 1)) + "))";
      default: return conditional(boolean(depth - 1), lists(depth - 1), lists(depth - 1));
    }
  }
  std::string macro(int depth) {
    switch (below(random_, 5)) {
      case 0: return "texts.exists_one(x, " + both("x", comparison(), text(depth - 1)) + ")";
      case 1: return "[t1, t2].exists_one(x, " + both("x", comparison(), moment(depth - 1)) + ")";
      case 2: return "m.exists(k, " + both("dyn(k)", "==", anything(depth - 1)) + ")";
      case 3: return "ints.map(x, [x, i1]).all(y, y[0] <= " + integer(depth - 1) + ")";
      default: return "{s1: t1, s2: t2}.all(k, " + both("{s1: t1, 'a': t2}[k]", comparison(), moment(depth - 1)) + ")";
    }
  }

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
    switch (below(random_, 8)) {
      case 5: return "int(" + pick<std::string>(random_, {"d1", "u1", "s1", "t1", "'7'", "string(i1)"}) + ")";
      case 6:
        return moment(depth - 1) +
               pick<std::string>(random_, {".getDate()", ".getMonth()", ".getDayOfWeek('+05:30')",
                                           ".getHours('-01:00')", ".getFullYear()", ".getDayOfYear(s1)"});
      case 7:
        return pick<std::string>(random_, {"size([b1, b2])", "(t1 - t2).getHours()", "g1.getSeconds()", "size(m)",
                                           "size(bytes(s1))", "[[i1], [i2]][1][0]", "{'a': i1}.a"});
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
    switch (below(random_, 6)) {
      case 4:
        return "string(" + pick<std::string>(random_, {"i1", "u1", "d1", "b1", "t1", "g1", "bytes(s1)", "b'\\xff'"}) +
               ")";
      case 5: return "{'a': s1, s2: 'b'}[" + text(depth - 1) + "]";
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

Checked understood(const Table& table, const std::string& text) {
  auto syntax = parse("rule", text);
  if (!syntax) ADD_FAILURE() << text << ": " << base::to_string(syntax.error().front());
  Checked checked = check("rule", std::move(*syntax), table.names);
  if (!checked.diagnostics.empty()) ADD_FAILURE() << text << ": " << base::to_string(checked.diagnostics.front());
  return checked;
}

TEST(ColumnarEvaluator, GivesWhatTheNaiveOneGives) {
  Random random(20260331);
  for (const std::size_t count : {std::size_t{1}, std::size_t{1023}, std::size_t{1024}, std::size_t{2100}}) {
    std::vector<Reference::Row> rows;
    for (std::size_t row = 0; row < count; ++row) rows.push_back(any_row(random));
    Table table;
    std::vector<std::uint32_t> links;
    fill(table, rows, links);
    const int expressions = count == 1 ? 800 : 8;
    for (int n = 0; n < expressions; ++n) {
      const std::string text = Writer(random).boolean(1 + n % 4);
      const Checked checked = understood(table, text);
      const TruthColumn answers = table.program(text).evaluate(table.columns, count);
      for (std::size_t row = 0; row < count; ++row) {
        ASSERT_EQ(spell(answers, row), spell(Reference(*checked.tree, rows[row], kShared).run()))
            << text << " in row " << row;
      }
    }
  }
}

TEST(ColumnarEvaluator, NeverKnowsMoreWhenMoreIsUnknown) {
  Random random(20261122);
  constexpr std::size_t kRows = 32;
  std::size_t still_known = 0, no_longer_known = 0;
  for (int n = 0; n < 300; ++n) {
    std::vector<Reference::Row> rows, blurred;
    for (std::size_t row = 0; row < kRows; ++row) {
      rows.push_back(any_row(random));
      blurred.push_back(rows.back());
      for (auto& [name, cell] : blurred.back()) {
        if (kShared.count(name) == 0 && below(random, 3) == 0) cell = missing(name);
      }
    }
    Table before, after;
    std::vector<std::uint32_t> links_before, links_after;
    fill(before, rows, links_before);
    fill(after, blurred, links_after);
    const std::string text = Writer(random).boolean(1 + n % 4);
    const TruthColumn whole = before.program(text).evaluate(before.columns, kRows);
    const TruthColumn less = after.program(text).evaluate(after.columns, kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      no_longer_known += less.at(row) == Truth::unknown && whole.at(row) != Truth::unknown;
      if (less.at(row) == Truth::unknown) continue;
      ++still_known;
      ASSERT_EQ(whole.at(row), less.at(row)) << text << " in row " << row;
    }
  }
  EXPECT_GT(still_known, 1000U);
  EXPECT_GT(no_longer_known, 500U);
}

TEST(ColumnarEvaluator, GivesEachRowTheSameInAnyOrder) {
  Random random(99);
  constexpr std::size_t kRows = 1500;
  for (int n = 0; n < 20; ++n) {
    std::vector<Reference::Row> rows;
    for (std::size_t row = 0; row < kRows; ++row) rows.push_back(any_row(random));
    std::vector<std::size_t> order(kRows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    std::vector<Reference::Row> shuffled;
    for (const std::size_t row : order) shuffled.push_back(rows[row]);
    Table straight, mixed;
    std::vector<std::uint32_t> links_straight, links_mixed;
    fill(straight, rows, links_straight);
    fill(mixed, shuffled, links_mixed);
    const std::string text = Writer(random).boolean(1 + n % 4);
    const TruthColumn one = straight.program(text).evaluate(straight.columns, kRows);
    const TruthColumn other = mixed.program(text).evaluate(mixed.columns, kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      ASSERT_EQ(spell(other, row), spell(one, order[row])) << text << " in row " << row;
    }
  }
}

TEST(ColumnarEvaluator, KnowsOnlyWhatHoldsInEveryWorldThatFits) {
  Random random(7);
  constexpr std::size_t kRows = 24;
  std::size_t known_answers = 0;
  for (int n = 0; n < 300; ++n) {
    std::vector<Reference::Row> rows;
    for (std::size_t row = 0; row < kRows; ++row) rows.push_back(any_row(random));
    Table table;
    std::vector<std::uint32_t> links;
    fill(table, rows, links);
    const std::string text = Writer(random).boolean(1 + n % 4);
    const Checked checked = understood(table, text);
    const TruthColumn answers = table.program(text).evaluate(table.columns, kRows);
    for (std::size_t row = 0; row < kRows; ++row) {
      if (answers.at(row) == Truth::unknown) continue;
      ++known_answers;
      for (int world = 0; world < 6; ++world) {
        const Cell truth = Reference(*checked.tree, any_world(random, rows[row]), kShared).run();
        if (!truth.known()) continue;  // an error there, or a never that the rule does not name
        ASSERT_EQ(std::get<bool>(truth.data), answers.at(row) == Truth::yes) << text << " in row " << row;
      }
    }
  }
  EXPECT_GT(known_answers, 1500U);
}

}  // namespace
}  // namespace tally::cel::test
