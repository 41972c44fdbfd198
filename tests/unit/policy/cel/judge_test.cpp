// Properties over random expressions and random columns:
//  - the columnar evaluator gives what the naive one gives, reasons included;
//  - an answer that is known holds in every world that fits what is known (no false all-clear, no false alarm).
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
