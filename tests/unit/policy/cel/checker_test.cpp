// What the checker refuses, in words that help; and the values of what it accepts.
#include <gmock/gmock.h>

#include "policy/cel/calendar.h"
#include "policy/cel/limits.h"
#include "tests/unit/policy/cel/table.h"

namespace tally::cel::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;
using namespace std::chrono_literals;

Table company() {
  Table table;
  table.booleans("account.enabled", {true}).texts("account.login", {"Ann"}).integers("account.failures", {3});
  table.uintegers("account.number", {7}).reals("person.share", {0.5}).times("account.last_sign_in", {never()});
  table.durations("account.age", {48h}).text_lists("account.groups", {{{"Staff", "VPN"}}});
  table.shared("now", Value::moment(at("2026-01-20T00:00:00Z")));
  table.names.declare_constant("params.grace", Value::span(24h));
  table.names.declare_constant("params.pattern", Value::text("^svc-"));
  return table;
}

std::vector<std::string> complaints(const std::string& text) {
  const auto program = compile("rule", text, company().names);
  std::vector<std::string> all;
  if (program) return all;
  for (const auto& diagnostic : program.error()) all.push_back(base::to_string(diagnostic));
  return all;
}
std::string complaint(const std::string& text) {
  const auto all = complaints(text);
  return all.empty() ? "accepted" : all.front();
}

TEST(Checker, SuggestsTheNameThatWasMeant) {
  EXPECT_EQ(complaint("account.enabeld"),
            "rule:1:1: there is no fact or parameter \"account.enabeld\" (did you mean \"account.enabled\"?)");
  EXPECT_EQ(complaint("account.last_sign_in == nevr"),
            "rule:1:25: there is no fact or parameter \"nevr\" (did you mean \"never\"?)");
  EXPECT_EQ(complaint("account.login.startWith('a')"),
            "rule:1:15: there is no function \"startWith\" (did you mean \"startsWith\"?)");
  EXPECT_EQ(complaint("account == 'a'"),
            "rule:1:1: \"account\" is not a fact but the start of several (add a dot and a name)");
  EXPECT_EQ(complaint("account.login.length == 3"),
            "rule:1:1: \"account.login\" is a string and has no field \"length\"");
}

TEST(Checker, ReportsAllThatIsWrongAtOnce) {
  EXPECT_THAT(complaints("nope1 && nope2 ||\n account.login"),
              ElementsAre("rule:1:1: there is no fact or parameter \"nope1\"",
                          "rule:1:10: there is no fact or parameter \"nope2\"",
                          "rule:2:2: || takes truth values; this is a string"));
}

TEST(Checker, ConvertsNothingByItself) {
  EXPECT_EQ(complaint("account.number == 7"),
            "rule:1:16: == compares values of one type; these are uint and int (numbers do not convert by themselves: "
            "write 1 for an int, 1u for a uint, 1.0 for a double, or convert with int(), uint(), double())");
  EXPECT_EQ(complaint("account.failures + 1.5 > 2.0"),
            "rule:1:18: there is no int + double (numbers do not convert by themselves: write 1 for an int, 1u for a "
            "uint, 1.0 for a double, or convert with int(), uint(), double())");
  EXPECT_EQ(complaint("account.age > '45d'"),
            "rule:1:13: > compares values of one type; these are duration and string (a length of time is written "
            "duration(\"45d\"))");
  EXPECT_EQ(complaint("account.last_sign_in == null"),
            "rule:1:22: == compares values of one type; these are timestamp and null (a moment that did not come is "
            "compared with never)");
  EXPECT_EQ(complaint("account.login && true"), "rule:1:1: && takes truth values; this is a string");
  EXPECT_EQ(complaint("1.5 % 2.0 > 0.0"), "rule:1:5: there is no double % double");
  EXPECT_EQ(complaint("account.login in ['a', 1]"), "accepted");
  EXPECT_EQ(complaint("account.login in [1]"),
            "rule:1:15: a string cannot be in a list<int> (a number becomes a text with string())");
  EXPECT_EQ(complaint("null < null"), "rule:1:6: values of type null have no order");
  EXPECT_EQ(complaint("-account.number == 1u"), "rule:1:1: unary - takes an int or a double; this is a uint");
}

TEST(Checker, SaysWhatAFunctionTakes) {
  EXPECT_EQ(complaint("size(account.failures) == 1"),
            "rule:1:1: there is no size(int) (size takes string, bytes, list, map)");
  EXPECT_EQ(complaint("account.login.contains(1)"),
            "rule:1:15: there is no contains(string, int) (contains takes (string, string))");
  EXPECT_EQ(complaint("account.login.contains()"), "rule:1:15: contains takes 1 argument, not 0");
  EXPECT_EQ(complaint("now.getHours('UTC', 1) == 1"), "rule:1:5: getHours takes 0 or 1 arguments, not 2");
  EXPECT_THAT(complaint("contains('a')"), StartsWith("rule:1:1: contains is called on a value (write value.contains("));
  EXPECT_THAT(complaint("'45d'.duration() == account.age"), StartsWith("rule:1:7: duration is not called on a value"));
  EXPECT_EQ(complaint("has(account.login)"),
            "rule:1:5: \"account.login\" is a fact, not a key of a map (a fact that is not there is unknown, and the "
            "rule's answer says so)");
  EXPECT_EQ(complaint("has(now)"), "rule:1:5: has() asks for a key of a map (write has(map.key))");
  EXPECT_EQ(complaint("account.groups.map(1, true) == []"),
            "rule:1:20: map takes the name of a variable first (write list.map(x, …))");
  EXPECT_EQ(complaint("account.login.exists(x, true)"),
            "rule:1:15: exists looks at the elements of a list or the keys of a map; this is a string");
  EXPECT_EQ(complaint("account.groups.filter(x, x) == []"), "rule:1:26: filter takes truth values; this is a string");
}

TEST(Checker, KnowsTheTypesOfListsAndMaps) {
  EXPECT_EQ(complaint("{'a': 1}.a == 'x'"),
            "rule:1:12: == compares values of one type; these are int and string (a number becomes a text with "
            "string())");
  EXPECT_EQ(complaint("{'a': 1}[2] == 1"),
            "rule:1:9: the keys of a map<string, int> are not a int (a number becomes a text with string())");
  EXPECT_EQ(complaint("{1.5: 1} == {}"), "rule:1:2: a map's key is a bool, int, uint or string; this is a double");
  EXPECT_EQ(complaint("[1].map(x, [x])[0] == ['a']"),
            "rule:1:20: == compares values of one type; these are list<int> and list<string>");
  EXPECT_EQ(complaint("[1] < [2]"), "rule:1:5: values of type list<int> have no order");
  EXPECT_EQ(complaint("dyn(1) == 'a' && [1, 'a'][0] == 1.5 && {} == {'a': b''}"), "accepted");
}

TEST(Checker, RefusesLoopsThatMultiplyBeyondAllTime) {
  const auto nested = [](std::size_t loops) {
    std::string text;
    for (std::size_t i = 0; i < loops; ++i) text += "account.groups.all(g, ";
    return text + "true" + std::string(loops, ')');
  };
  EXPECT_EQ(complaint(nested(kMaximumNestedFolds)), "accepted");
  EXPECT_EQ(complaint(nested(kMaximumNestedFolds + 1)),
            "rule:1:104: macros stand more than 4 deep in one another (split the rule)");
  EXPECT_EQ(complaint(nested(2) + " && " + nested(3)), "accepted");
}

TEST(Checker, ReadsDurationsTimesAndPatternsBeforehand) {
  EXPECT_EQ(complaint("account.age > duration('45')"),
            "rule:1:24: \"45\" is not a duration: after a number comes d, h, m, s, ms, us or ns");
  EXPECT_EQ(complaint("account.age > duration('')").substr(0, 37), "rule:1:24: \"\" is not a duration: writ");
  EXPECT_EQ(complaint("account.age > duration('1ns')"), "accepted");
  EXPECT_EQ(complaint("account.age > duration('300000d')"),
            "rule:1:24: \"300000d\" is out of range: longer than 292 years");
  EXPECT_EQ(complaint("account.age > duration(account.login)"), "accepted");
  EXPECT_EQ(complaint("now > timestamp('2026-02-30T00:00:00Z')"),
            "rule:1:17: \"2026-02-30T00:00:00Z\" is not an RFC 3339 time such as 2026-03-31T22:00:00Z");
  EXPECT_EQ(complaint("now > timestamp('0000-01-01T00:00:00Z')"),
            "rule:1:17: \"0000-01-01T00:00:00Z\" is out of range: years 0001 to 9999");
  EXPECT_EQ(complaint("now > timestamp('2026-01-01T00:00:00.0000001Z')"), "accepted");
  EXPECT_THAT(complaint("account.login.matches('(')"), StartsWith("rule:1:23: the pattern cannot be read: missing )"));
  EXPECT_THAT(complaint("account.login.matches('((a{1000}){1000}){1000}')"),
              StartsWith("rule:1:23: the pattern cannot be read"));
  EXPECT_EQ(complaint("account.login.matches(account.login)"), "accepted");
  EXPECT_EQ(complaint("account.login.matches(params.pattern)"), "accepted");
}

TEST(Durations, AreReadExactly) {
  EXPECT_EQ(parse_duration("45d"), base::Duration{45 * 24h});
  EXPECT_EQ(parse_duration("1h30m"), base::Duration{90min});
  EXPECT_EQ(parse_duration("-1.5s"), base::Duration{-1500ms});
  EXPECT_EQ(parse_duration("0.000001s"), base::Duration{1us});
  EXPECT_EQ(parse_duration("1500us2ms"), base::Duration{3500us});
  EXPECT_EQ(parse_duration("9223372036854775us")->count(), 9223372036854775);
  for (const char* bad : {"9223372036854776us", "0.0000001s", "d", "1", "1 d", "--1d", "1dd", "1e3s", ".s", "inf"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Program, ListsTheFactsItReadsSortedAndOnce) {
  const Table table = company();
  const Program program = table.program(
      "now - params.grace > account.last_sign_in || account.enabled && account.login == 'a' || account.enabled");
  EXPECT_THAT(program.facts(), ElementsAre("account.enabled", "account.last_sign_in", "account.login", "now"));
}

TEST(Program, GivesTextsForMessages) {
  Table table;
  table.texts("account.login", {"Ann", std::nullopt});
  const TextColumn texts =
      table.program("'account ' + account.login.lowerAscii() + ' is open'").evaluate_text(table.columns, 2);
  EXPECT_EQ(texts.at(0), "account ann is open");
  EXPECT_EQ(texts.reason_set(0), 0U);
  ASSERT_EQ(texts.reasons(texts.reason_set(1)).size(), 1U);
  EXPECT_EQ(texts.reasons(texts.reason_set(1))[0].fact, "account.login");
}

TEST(Program, EvaluatesNoRowsAndRowsBeyondOneBatch) {
  Table table;
  std::vector<std::optional<std::int64_t>> numbers;
  for (std::int64_t n = 0; n < 2500; ++n) numbers.emplace_back(n);
  table.integers("n", numbers);
  const Program program = table.program("n % 5 == 0");
  EXPECT_EQ(program.evaluate(table.columns, 0).size(), 0U);
  EXPECT_EQ(program.evaluate(table.columns, 2500).count(Truth::yes), 500U);
}

TEST(Environment, KnowsWhichNamesMayBeDeclared) {
  EXPECT_TRUE(Environment::is_valid_name("params.grace_2"));
  for (const char* bad : {"", ".a", "a.", "a..b", "2a", "a-b", "params.in", "true", "é"}) {
    EXPECT_FALSE(Environment::is_valid_name(bad)) << bad;
  }
}

}  // namespace
}  // namespace tally::cel::test
