// The language beyond columns, by the words of cel-spec (langdef.md): values, operators, conversions, macros, names.
#include <gmock/gmock.h>

#include "policy/cel/calendar.h"
#include "policy/cel/program.h"

namespace tally::cel {
namespace {

using ::testing::HasSubstr;

struct Given {
  Environment names;
  Columns columns;
  Given& bind(const std::string& name, Value value) {
    names.declare_fact(name, value.type());
    columns.bind(name, std::move(value));
    return *this;
  }
};

/// "true", "false", "unknown: …", or what is wrong.
std::string answer(const std::string& text, const Given& given = {}) {
  const auto tried = attempt("rule", text, given.names);
  if (!tried) return base::to_string(tried.error().front());
  const Outcome outcome = tried->program.evaluate_one(given.columns);
  if (!outcome.reasons.empty())
    return std::string(to_string(outcome.reasons[0].kind)) + ": " + outcome.reasons[0].sentence;
  if (outcome.value.kind() != Kind::boolean) return "a " + outcome.value.type().name();
  return outcome.value.as<bool>() ? "true" : "false";
}

void all_true(const std::vector<std::string>& texts, const Given& given = {}) {
  for (const std::string& text : texts) EXPECT_EQ(answer(text, given), "true") << text;
}
/// Each fails with a sentence that has the word in it.
void all_fail(const std::string& word, const std::vector<std::string>& texts, const Given& given = {}) {
  for (const std::string& text : texts) {
    EXPECT_THAT(answer(text, given), AllOf(HasSubstr("error: "), HasSubstr(word))) << text;
  }
}

TEST(Equality, ComparesNumbersByValueAndOtherTypesAreDifferent) {
  all_true({"dyn(1) == 1.0", "dyn(1u) == 1", "dyn(1) != 1.5", "dyn(-1) != 18446744073709551615u",
            "dyn(9223372036854775807) == 9223372036854775808.0", "!(dyn(9223372036854775807) < 9223372036854775808.0)",
            "dyn(1) != '1'", "dyn(null) != 0", "dyn(b'a') != 'a'", "dyn([]) != {}", "null == null",
            "0.0 / 0.0 != 0.0 / 0.0", "dyn(1) != 0.0 / 0.0", "0.0 == -0.0"});
  all_true({"[1, 2u, 3.0] == [1.0, 2, 3u]", "[1] != [1, 2]", "[[1], []] == [[1], []]",
            "{'a': 1, 2: 'b'} == {2u: 'b', 'a': 1.0}", "{'a': 1} != {'a': 2}", "{'a': 1} != {'b': 1}",
            "{'a': null} != {}", "[1, 'a'] != [1, 2]"});
}

TEST(Order, IsThatOfNumbersTextsBytesAndTimes) {
  all_true({"1 < 1.5", "2u > 1", "-1 < 0u", "9223372036854775807 < 9223372036854777856.0", "!(1 < 0.0 / 0.0)",
            "!(1 >= 0.0 / 0.0)", "'Z' < 'a'", "'é' > 'z'", "b'\\x7f' < b'\\x80'", "b'a' < b'aa'", "false < true",
            "duration('1s') < duration('1.000000001s')",
            "timestamp('0001-01-01T00:00:00Z') < timestamp('9999-12-31T23:59:59.999999999Z')"});
  all_fail("no such overload",
           {"dyn('1') < 2", "[1] < [2]", "{} < {}", "null < null", "dyn(b'a') < 'b'", "int < uint"});
}

TEST(Arithmetic, IsChecked) {
  all_fail("overflow", {"9223372036854775807 + 1", "-9223372036854775808 - 1", "9223372036854775807 * 2",
                        "-(-9223372036854775808)", "-9223372036854775808 / -1", "-9223372036854775808 % -1", "0u - 1u",
                        "18446744073709551615u + 1u", "5000000000u * 5000000000u"});
  all_fail("divide by zero", {"1 / 0", "1u / 0u"});
  all_fail("modulus by zero", {"1 % 0", "1u % 0u"});
  all_fail("no such overload",
           {"1 + 1u", "1.5 % 1.0", "-1u", "'a' * 2", "!1", "true + true", "dyn(1) + 1.0", "[1] + 1"});
  all_true({"-7 / 2 == -3", "-7 % 2 == -1", "1.0 / 0.0 > 1e308", "[1] + [] + ['a'] == [1, 'a']",
            "b'a' + b'\\xff' == b'a\\xff'"});
  all_fail("range",
           {"timestamp('9999-12-31T23:59:59Z') + duration('1s')", "timestamp('0001-01-01T00:00:00Z') - duration('1ns')",
            "timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')",
            "duration('9223372036s') + duration('1s')"});
}

TEST(Logic, IsCommutativeOverErrors) {
  all_true({"1 / 0 == 1 || true", "true || 1 / 0 == 1", "!(1 / 0 == 1 && false)", "'a' || true", "!('a' && false)",
            "nobody || true", "nobody(1) || true", "true ? true : 1 / 0 == 1"});
  all_fail("divide by zero", {"1 / 0 == 1 && true", "false || 1 / 0 == 1", "1 / 0 == 1 ? true : true"});
  all_fail("no such overload", {"'a' || 'b'", "'a' && true", "1 ? true : false"});
  all_fail("undeclared reference to 'nobody", {"nobody && true", "nobody(1)", "nobody.a"});
}

TEST(Conversions, FailWhereAValueDoesNotFit) {
  all_true({"int(1.9) == 1",
            "int(-1.9) == -1",
            "int('-7') == -7",
            "int(7u) == 7",
            "int(timestamp('1969-12-31T23:59:59.5Z')) == -1",
            "uint(7) == 7u",
            "uint(0.9) == 0u",
            "uint('7') == 7u",
            "double('-1.5e3') == -1500.0",
            "double(1) == 1.0",
            "string(1) == '1'",
            "string(-1.5) == '-1.5'",
            "string(true) == 'true'",
            "string(b'\\xc3\\xa9') == 'é'",
            "string(timestamp('2009-02-13T23:31:30.050Z')) == '2009-02-13T23:31:30.05Z'",
            "string(duration('-1m1.5s')) == '-61.5s'",
            "bytes('é') == b'\\xc3\\xa9'",
            "bool('T') && !bool('FALSE')",
            "timestamp(0) == timestamp('1970-01-01T00:00:00Z')",
            "type(1) == int",
            "type(null) == null_type",
            "type(type(1)) == type",
            "type([]) == list && type({}) == map",
            "type(timestamp(0)) == google.protobuf.Timestamp",
            "type(dyn(1u)) == uint"});
  all_fail("range", {"int(9223372036854775808u)", "int(9223372036854775808.0)", "int(-9223372036854775808.0)",
                     "int(0.0 / 0.0)", "int('9223372036854775808')", "uint(-1)", "uint(-1.0)",
                     "uint(18446744073709551616.0)", "timestamp(253402300800)", "timestamp('10000-01-01T00:00:00Z')",
                     "timestamp('0000-01-01T00:00:00Z')", "duration('9223372037s')"});
  all_fail("Type conversion error",
           {"int('1.5')", "int('')", "int(' 1')", "uint('-1')", "double('x')", "bool('yes')", "bool('tRuE')"});
  all_fail("invalid UTF-8", {"string(b'\\xff')"});
  all_fail("no such overload",
           {"int([])", "string(null)", "bool(1)", "bytes(1)", "duration(1)", "timestamp(1.0)", "size(1)"});
}

TEST(Indexing, TakesWholeNumbersOfAnyTypeAndKeys) {
  all_true({"[7, 8, 9][dyn(1u)] == 8", "[7, 8][dyn(1.0)] == 8", "{1: 'a'}[1u] == 'a'", "{1u: 'a'}[dyn(1.0)] == 'a'",
            "{'a': 1}.a == 1", "{'a b/c': 1}.`a b/c` == 1", "{true: 1}[true] == 1", "{'a': {'b': [5]}}.a.b[0] == 5",
            "1 in {1u: 0}", "!('b' in {'a': 0})", "dyn(1.0) in [1, 2]", "has({'a': null}.a)", "!has({'a': 1}.b)",
            "has({'a-b': 1}.`a-b`)"});
  all_fail("index out of bounds", {"[1][1]", "[1][-1]", "[][0]", "[1][dyn(0.5)]"});
  all_fail("no such key",
           {"{1: 2}[3]", "{'a': 1}.b", "{1: 2}[dyn(1.5)]", "{9223372036854775807: 1}[dyn(9223372036854775808.0)]",
            "{1: 2}[dyn(b'')]", "{1: 2}[dyn([])]"});
  all_fail("no such overload", {"[1][dyn('a')]", "1 in 2", "dyn(1)[0]"});
  all_fail("does not support field selection", {"[1].a", "dyn(1).a", "has(dyn(1).a)"});
  all_fail("unsupported key type", {"{1.0: 1}", "{null: 1}", "{[1]: 1}"});
  all_fail("repeated key", {"{1: 1, 1u: 2}", "{'a': 1, 'a': 1}"});
}

TEST(Macros, LookAtElementsAndKeys) {
  all_true({"[1, 2, 3].map(x, x * 2) == [2, 4, 6]", "[1, 2, 3].map(x, x > 1, x * 2) == [4, 6]",
            "[1, 2, 3].filter(x, x > 1) == [2, 3]", "[1, 2].exists_one(x, x > 1)", "![1, 2].existsOne(x, x > 0)",
            "{'a': 1, 'b': 2}.filter(k, k > 'a') == ['b']", "{1: 'a'}.exists(k, k == 1)", "{}.all(k, false)",
            "[[1, 2], [3]].map(x, x.map(y, y + size(x))) == [[3, 4], [4]]",
            "[1, 2].map(x, [3].map(x, x)) == [[3], [3]]", "[].map(x, 1 / 0) == []"});
  all_true({"[1, 0].exists(x, 2 / x == 2)", "![0, 1].all(x, 2 / x == 1)"});
  all_fail("divide by zero",
           {"[1, 0].exists(x, 1 / x == 7)", "[1, 0].exists_one(x, 1 / x == 1)", "[1, 0].filter(x, 1 / x == 1)",
            "[1, 0].map(x, 1 / x)", "[1 / 0, 2][1]", "[1 / 0, 2].exists(x, x == 2)", "{'a': 1 / 0, 'b': 2}.b"});
  all_fail("no such overload", {"[1].all(x, x)", "dyn(1).exists(x, true)", "[1].filter(x, 'a')"});
}

TEST(Macros, GiveUpBeforeTheyTakeForEver) {
  std::string many = "[0";
  for (int i = 0; i < 200; ++i) many += ",0";
  many += "]";
  all_fail("too many steps", {many + ".all(a, " + many + ".all(b, " + many + ".all(c, dyn(a + b + c) == 0)))"});
}

TEST(Names, AreTheLongestThatIsBoundAndVariablesComeFirst) {
  Given given;
  given.bind("a.b", *Value::map({{Value::text("c"), Value::integer(1)}})).bind("a.b.c", Value::integer(2));
  given.bind("x", Value::integer(3)).bind("y.z", Value::integer(4));
  all_true({"a.b.c == 2", "a.b['c'] == 1", "[5].exists(x, x == 5 && .x == 3)",
            "[{'z': 0}].exists(y, y.z == 0 && .y.z == 4)", "has(a.b.c)"},
           given);
  given.names.set_container("a.b");
  all_true({"c == 2", "x == 3", ".x == 3"}, given);
  EXPECT_THAT(answer(".c", given), HasSubstr("undeclared reference to 'c' (in container 'a.b')"));
}

TEST(Calendar, ReadsClocksInTheirZones) {
  const std::string t = "timestamp('2009-02-13T23:31:30.123456789Z')";  // a Friday
  all_true({t + ".getFullYear() == 2009", t + ".getMonth() == 1", t + ".getDate() == 13", t + ".getDayOfMonth() == 12",
            t + ".getDayOfWeek() == 5", t + ".getDayOfYear() == 43", t + ".getHours() == 23", t + ".getMinutes() == 31",
            t + ".getSeconds() == 30", t + ".getMilliseconds() == 123", t + ".getDate('Australia/Sydney') == 14",
            t + ".getHours('+02:00') == 1", t + ".getDayOfWeek('02:00') == 6", t + ".getMinutes('-09:30') == 1",
            t + ".getHours('Europe/Berlin') == 0", "timestamp('2009-07-01T00:00:00Z').getHours('Europe/Berlin') == 2"});
  all_true({"duration('3730.5s').getHours() == 1", "duration('3730.5s').getMinutes() == 62",
            "duration('-3730.5s').getSeconds() == -3730", "duration('3730.25s').getMilliseconds() == 250"});
  all_fail("unknown time zone", {t + ".getHours('Nowhere')", t + ".getHours('+25:00')", t + ".getHours('')"});
  all_fail("no such overload", {"duration('1s').getDate()", "duration('1s').getHours('UTC')", "dyn(1).getHours()"});
}

TEST(Calendar, KnowsAFieldOfAnImpreciseMomentWhereAllOfItHasOne) {
  Given given;
  given.bind("t", Value::moment(base::Bounds{*base::parse_instant("2026-03-01T00:00:00Z"),
                                             *base::parse_instant("2026-03-15T00:00:00Z")}));
  given.bind("n", Value::moment(kNever));
  all_true({"t.getFullYear() == 2026", "t.getMonth() == 2", "t.getMonth() == 2 || t.getDate() == 1",
            "type(n) == type(t)", "n == never", "n in [t, n]", "dyn(t) != 'x'", "[n] == [never]"},
           given);
  EXPECT_EQ(answer("t.getDate() == 1", given),
            "imprecise: t lies between 2026-03-01T00:00:00Z and 2026-03-15T00:00:00Z, which leaves t.getDate() open");
  // At UTC-1 it begins in February.
  EXPECT_THAT(answer("t.getMonth('-01:00') == 2", given), HasSubstr("imprecise: "));
  EXPECT_THAT(answer("n.getMonth() == 2", given), HasSubstr("never: n is never"));
  EXPECT_THAT(answer("{'a': t}.a < timestamp('2026-03-02T00:00:00Z')", given), HasSubstr("imprecise: "));
  EXPECT_EQ(answer("{'a': t}.a < timestamp('2026-03-20T00:00:00Z')", given), "true");
}

TEST(Unknown, IsDroppedOnlyWhereItCannotChangeTheAnswer) {
  Given given;
  given.bind("u", Value::unknown("nobody looked")).bind("k", Value::integer(1));
  given.bind("m", *Value::map({{Value::text("a"), Value::unknown("cut off")}, {Value::text("b"), Value::integer(2)}}));
  all_true({"m.b == 2", "size(m) == 2", "has(m.a)", "m != {}", "m != {'a': 1, 'b': 3}", "k in [k, u]",
            "size([u, k]) == 2", "[u, 1] != [k, 2]", "[u, k].exists(x, x == 1)", "![u, 1, 1].exists_one(x, x == 1)",
            "[k, u].map(x, x == 1)[0]", "u || true", "(u ? k : 1) == 1 || true"},
           given);
  for (const char* open :
       {"u", "m.a == 1", "u in [1]", "u[0] == 1", "m == {'a': 1, 'b': 2}", "[u + 1, k].exists(x, x == 1)",
        "[u].filter(x, x == 1) == []", "has(u.a)", "u.map(x, x) == []", "[1 / u, 2][1] == 2"}) {
    EXPECT_THAT(answer(open, given), HasSubstr("missing: ")) << open;
  }
  EXPECT_EQ(answer("m.a == 1", given), "missing: m is not known: cut off");
}

TEST(Islands, StandAmongColumns) {
  // The map has no column, the comparison around it has one.
  Environment names;
  names.declare_fact("n", Type::integer());
  names.declare_fact("s", Type::string());
  const auto program = compile("rule", "n > 1 && {'a': 10, 'b': 20}[s] + n == 12", names);
  ASSERT_TRUE(program);
  const std::vector<std::int64_t> numbers{1, 2, 2, 2};
  base::TextPool pool;
  const std::vector<base::TextId> texts{pool.add("x"), pool.add("a"), pool.add("b"), pool.add("x")};
  Columns columns;
  columns.bind("n", {IntView{numbers}});
  columns.bind("s", {TextView{texts, &pool}});
  const TruthColumn answers = program->evaluate(columns, 4);
  EXPECT_EQ(answers.at(0), Truth::no);
  EXPECT_EQ(answers.at(1), Truth::yes);
  EXPECT_EQ(answers.at(2), Truth::no);
  ASSERT_EQ(answers.at(3), Truth::unknown);
  EXPECT_THAT(answers.reasons(answers.reason_set(3)).at(0).sentence, HasSubstr("no such key: 'x'"));
}

TEST(Types, AreNamedAndNested) {
  EXPECT_EQ(Type::map_of(Kind::string, Type::list_of(Type::map_of(Kind::integer, Type::real()))).name(),
            "map<string, list<map<int, double>>>");
  EXPECT_EQ(Type::map_of(Kind::string, Type::list_of(Kind::bytes)).value().element(), Type::bytes());
  Type deep = Type::integer();
  for (int i = 0; i < 40; ++i) deep = Type::list_of(deep);
  EXPECT_TRUE(deep.is_list());
  EXPECT_TRUE(compatible(deep, Type::list_of(deep)));
}

}  // namespace
}  // namespace tally::cel
