// What the parser reads, with the places that diagnostics point at.
#include "policy/cel/parser.h"

#include <gtest/gtest.h>

#include "policy/cel/limits.h"

namespace tally::cel {
namespace {

std::string tree(std::string_view text, bool positions = false) {
  const auto syntax = parse("rule", text);
  return syntax ? to_string(*syntax, positions) : base::to_string(syntax.error().front());
}

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Parser, BindsAsCelDoes) {
  EXPECT_EQ(tree("a || b && c"), "(|| a (&& b c))");
  EXPECT_EQ(tree("a + b * c - d"), "(- (+ a (* b c)) d)");
  EXPECT_EQ(tree("a < b == c"), "(== (< a b) c)");
  EXPECT_EQ(tree("!a.b && -c.d(e) > 1"), "(&& (! (.b a)) (> (- (.d c e)) 1))");
  EXPECT_EQ(tree("a ? b : c ? d : e"), "(?: a b (?: c d e))");
  EXPECT_EQ(tree("a[0].b in [1, 2,]"), "(in (.b ([] a 0)) (list 1 2))");
  EXPECT_EQ(tree("size(x) + f()"), "(+ (size x) (f))");
}

TEST(Parser, KeepsAChainOfAndsInOneNode) {
  EXPECT_EQ(tree("a && b && c && d"), "(&& a b c d)");
  EXPECT_TRUE(parse("rule", "a" + repeat(" && a", 1000)));
}

TEST(Parser, KnowsLineAndColumnInCharacters) {
  EXPECT_EQ(tree("a &&\n  b == 'x'", true), "(&&@1:3 a@1:1 (==@2:5 b@2:3 'x'@2:8))");
  EXPECT_EQ(tree("'é' == a // c\n|| b", true), "(||@2:1 (==@1:5 'é'@1:1 a@1:8) b@2:4)");
}

TEST(Parser, CountsFromTheOrigin) {
  const auto syntax = parse("pack.toml", "a &&\nb b", Position{12, 9});
  ASSERT_FALSE(syntax);
  EXPECT_EQ(base::to_string(syntax.error().front()),
            "pack.toml:13:3: found \"b\" where an operator or the end was expected");
  const auto first = parse("pack.toml", "a a", Position{12, 9});
  EXPECT_EQ(first.error().front().line, 12);
  EXPECT_EQ(first.error().front().column, 11);
}

TEST(Parser, ReadsTheSmallestIntAndRefusesOneBelow) {
  EXPECT_TRUE(parse("rule", "-9223372036854775808"));
  EXPECT_TRUE(parse("rule", "18446744073709551615u"));
  EXPECT_EQ(tree("9223372036854775808").substr(0, 46), "rule:1:1: 9223372036854775808 does not fit an ");
  EXPECT_FALSE(parse("rule", "-9223372036854775809"));
  EXPECT_FALSE(parse("rule", "18446744073709551616u"));
  EXPECT_FALSE(parse("rule", "1e999"));
  EXPECT_EQ(parse("rule", "0x1Fu")->nodes.back().literal.as<std::uint64_t>(), 31U);
  EXPECT_EQ(parse("rule", ".5e1")->nodes.back().literal.as<double>(), 5.0);
}

TEST(Parser, ReadsTextsOfEveryKind) {
  const auto text = [](std::string_view source) {
    return parse("rule", source)->nodes.back().literal.as<std::string>();
  };
  EXPECT_EQ(text(R"('a\'b\n\x41\101\u00e9\U0001F600')"), "a'b\nAA\u00e9\U0001F600");
  EXPECT_EQ(text(R"(r"a\d")"), "a\\d");
  EXPECT_EQ(text("\"\"\"a\n\"b\" \"\"\""), "a\n\"b\" ");
  EXPECT_EQ(text("R'''a\\'''"), "a\\");
  EXPECT_EQ(text("''"), "");
}

TEST(Parser, ReadsBytesOfOctetsAndOfUtf8) {
  const auto octets = [](std::string_view source) {
    return parse("rule", source)->nodes.back().literal.as<Value::Bytes>().octets;
  };
  EXPECT_EQ(octets(R"(b'\xff\001\n')"), "\xff\x01\n");
  EXPECT_EQ(octets("b'\u00ff'"), "\xc3\xbf");
  EXPECT_EQ(octets(R"(Br"a\d")"), "a\\d");
}

TEST(Parser, ReadsMapsFieldsAndRootedNames) {
  EXPECT_EQ(tree("{'a': 1, b: [2],}"), "(map 'a' 1 b (list 2))");
  EXPECT_EQ(tree("{}"), "(map)");
  EXPECT_EQ(tree(".a.b"), "(.b .a)");
  EXPECT_EQ(tree("a.`b-c/d.e`.f"), "(.f (.b-c/d.e a))");
  EXPECT_EQ(tree("a.while"), "(.while a)");
  EXPECT_EQ(tree("a.package()"), "(.package a)");
}

TEST(Parser, RefusesWhatIsNotAText) {
  EXPECT_EQ(tree("a == 'abc"), "rule:1:6: this text does not end (close it with ')");
  EXPECT_EQ(tree("'a\nb'").substr(0, 33), "rule:1:1: this text does not end ");
  EXPECT_EQ(tree(R"('ab\q')").substr(0, 33), "rule:1:4: there is no escape \\q (");
  EXPECT_EQ(tree(R"('\ud800')").substr(0, 50), "rule:1:2: the escape names no character of Unicode");
  EXPECT_EQ(tree(R"('\u12')").substr(0, 51), "rule:1:2: the escape \\u needs 4 hexadecimal digits ");
  EXPECT_EQ(tree(R"(b'\u0041')").substr(0, 33), "rule:1:3: there is no escape \\u (");
  EXPECT_EQ(tree("rb'x'"), "rule:1:3: found \"'x'\" where an operator or the end was expected");
  EXPECT_EQ(tree("'\xff'"), "rule:1:1: the expression is not valid UTF-8");
}

TEST(Parser, PointsAtWhatDoesNotBelong) {
  EXPECT_EQ(tree("a = b"), "rule:1:3: \"=\" does not belong in an expression (equality is written ==)");
  EXPECT_EQ(tree("a and b"),
            "rule:1:3: found \"and\" where an operator or the end was expected (\"and\" is written &&)");
  EXPECT_EQ(tree("45d"), "rule:1:1: \"45d\" is not a number (a length of time is written duration(\"45d\"))");
  EXPECT_EQ(tree("(a"), "rule:1:3: the expression ends where \")\" was expected");
  EXPECT_EQ(tree(""), "rule:1:1: the expression ends where a value was expected");
  EXPECT_EQ(tree("a.B{c: 1}"),
            "rule:1:4: messages are not supported: this is CEL without protocol buffers (a map is written {\"key\": "
            "value})");
  EXPECT_EQ(tree("{'a' 1}"), "rule:1:6: found \"1\" where \":\" was expected");
  EXPECT_EQ(tree("a.true"), "rule:1:3: found \"true\" where a name after \".\" was expected");
  EXPECT_EQ(tree("a.`b"),
            "rule:1:3: this field name does not end, or holds more than letters, digits, _ . - / and spaces (close it "
            "with `)");
  EXPECT_EQ(tree("f(a,)"), "rule:1:5: found \")\" where an argument was expected");
  EXPECT_EQ(tree("if"), "rule:1:1: \"if\" is a word of CEL and cannot be a name");
}

TEST(Parser, HasLimits) {
  EXPECT_TRUE(parse("rule", repeat("(", kMaximumDepth - 1) + "a" + repeat(")", kMaximumDepth - 1)));
  EXPECT_EQ(tree(repeat("(", 100'000 / 10) + "a"),
            "rule:1:65: the expression is nested more than 64 levels deep (split the rule)");
  EXPECT_FALSE(parse("rule", repeat("!", kMaximumDepth + 1) + "a"));
  EXPECT_FALSE(parse("rule", "a" + repeat(" + a", kMaximumDepth)));
  EXPECT_FALSE(parse("rule", "a" + repeat(".a", kMaximumDepth)));
  EXPECT_TRUE(parse("rule", "a" + repeat("||a", static_cast<int>(kMaximumNodes) - 2)));
  EXPECT_FALSE(parse("rule", "a" + repeat("||a", static_cast<int>(kMaximumNodes))));
  EXPECT_FALSE(parse("rule", repeat(" ", static_cast<int>(kMaximumExpressionBytes)) + "a"));
}

TEST(Parser, SurvivesEveryPrefixOfARule) {
  const std::string rule =
      R"(a.b == never || (size("x\n") > 0x1F && ![1, 2u][0].exists(x, x < -1.5e3) ? null : 'é') // end)";
  for (std::size_t length = 0; length <= rule.size(); ++length) (void)parse("rule", rule.substr(0, length));
  for (std::size_t at = 0; at < rule.size(); ++at) {
    std::string damaged = rule;
    for (const char c : {'(', '\'', '\\', '\0', '.', '9'}) {
      damaged[at] = c;
      (void)parse("rule", damaged);
    }
  }
}

}  // namespace
}  // namespace tally::cel
