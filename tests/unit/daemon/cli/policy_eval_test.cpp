// `tallystick policy eval`: what it prints and how it exits; and the conformance cases of cel-spec, where a copy of
// them is at hand (TALLY_SHARED/cel-conformance.json, or beside the source tree).
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "daemon/cli/typed_json.h"
#include "tests/unit/daemon/cli/desk.h"

namespace tally::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What the command prints for an expression, with bindings when there are some.
std::string answer(Desk& desk, const std::string& expression, const std::string& bindings = {}) {
  std::vector<std::string> words{"policy", "eval", expression};
  if (!bindings.empty()) {
    std::ofstream(desk.file("bindings.json")) << bindings;
    words.insert(words.end(), {"--bindings", desk.file("bindings.json")});
  }
  const int code = desk.run(words);
  return std::to_string(code) + " " + desk.out.substr(0, desk.out.size() - 1);
}

TEST(PolicyEval, PrintsEveryTypeOfValue) {
  Desk desk;
  EXPECT_EQ(answer(desk, "1 + 2"), R"(0 {"int":"3"})");
  EXPECT_EQ(answer(desk, "3u"), R"(0 {"uint":"3"})");
  EXPECT_EQ(answer(desk, "1.0 / 2.0"), R"(0 {"double":"0.5"})");
  EXPECT_EQ(answer(desk, "3.0"), R"(0 {"double":"3.0"})");
  EXPECT_EQ(answer(desk, "1.0 / 0.0"), R"(0 {"double":"inf"})");
  EXPECT_EQ(answer(desk, "-0.0"), R"(0 {"double":"-0.0"})");
  EXPECT_EQ(answer(desk, "0.0 / 0.0"), R"(0 {"double":"nan"})");
  EXPECT_EQ(answer(desk, "1e16"), R"(0 {"double":"1e+16"})");
  EXPECT_EQ(answer(desk, "null"), R"(0 {"null":null})");
  EXPECT_EQ(answer(desk, "'a' + \"b\""), R"(0 {"string":"ab"})");
  EXPECT_EQ(answer(desk, "b'\\000\\xff'"), R"(0 {"bytes":"AP8="})");
  EXPECT_EQ(answer(desk, "[1, 'a', [true]]"), R"(0 {"list":[{"int":"1"},{"string":"a"},{"list":[{"bool":true}]}]})");
  EXPECT_EQ(answer(desk, "{'b': 1, 2: 'x', true: null}"),
            R"(0 {"map":[[{"bool":true},{"null":null}],[{"int":"2"},{"string":"x"}],[{"string":"b"},{"int":"1"}]]})");
  EXPECT_EQ(answer(desk, "timestamp('2009-02-13T23:31:30.5+01:00')"), R"(0 {"timestamp":"2009-02-13T22:31:30.5Z"})");
  EXPECT_EQ(answer(desk, "duration('1m3.5s')"), R"(0 {"duration":"63.5s"})");
  EXPECT_EQ(answer(desk, "type(duration('1s'))"), R"(0 {"type":"google.protobuf.Duration"})");
  EXPECT_EQ(answer(desk, "-1"), R"(0 {"int":"-1"})");
}

TEST(PolicyEval, ReadsBindingsOfEveryType) {
  Desk desk;
  EXPECT_EQ(answer(desk, "x.k[0] + size(y) + int(z)", R"({"x": {"map": [[{"string": "k"}, {"list": [{"int": "5"}]}]]},
      "y": {"bytes": "AP8="}, "z": {"double": "2.9"}})"),
            R"(0 {"int":"9"})");
  EXPECT_EQ(answer(desk, "a.b.c", R"({"a.b": {"map": [[{"string": "c"}, {"uint": "1"}]]}})"), R"(0 {"uint":"1"})");
  EXPECT_EQ(answer(desk, "true", R"({"true": {"bool": false}})"), R"(0 {"bool":true})");
  EXPECT_EQ(answer(desk, "t.getHours('+02:00')", R"({"t": {"timestamp": "2026-01-01T23:00:00Z"}})"),
            R"(0 {"int":"1"})");
  EXPECT_EQ(answer(desk, "[t == never, n == null, k == int]",
                   R"({"t": {"timestamp": "never"}, "n": {"null": null}, "k": {"type": "int"}})"),
            R"(0 {"list":[{"bool":true},{"bool":true},{"bool":true}]})");
}

TEST(PolicyEval, AdmitsDoubt) {
  Desk desk;
  const std::string doubt = R"({"x": {"unknown": "the size limit was reached"},
      "t": {"timestamp": ["2026-03-01T00:00:00Z", "2026-03-15T00:00:00Z"]}})";
  EXPECT_EQ(answer(desk, "x", doubt), R"(1 {"unknown":["x is not known: the size limit was reached"]})");
  EXPECT_EQ(answer(desk, "x || true", doubt), R"(0 {"bool":true})");
  EXPECT_EQ(answer(desk, "t < timestamp('2026-04-01T00:00:00Z')", doubt), R"(0 {"bool":true})");
  EXPECT_EQ(answer(desk, "t + duration('1d')", doubt),
            R"(0 {"timestamp":["2026-03-02T00:00:00Z","2026-03-16T00:00:00Z"]})");
  EXPECT_EQ(answer(desk, "t.getMonth()", doubt), R"(0 {"int":"2"})");
  EXPECT_THAT(answer(desk, "t.getDate()", doubt), HasSubstr(R"(1 {"unknown":["t lies between 2026-03-01)"));
  EXPECT_THAT(answer(desk, "[t, x]", doubt), HasSubstr(R"(1 {"unknown":["x is not known)"));
}

TEST(PolicyEval, SaysWhatIsAnErrorAndEvaluatesWhatTheCheckerObjectsTo) {
  Desk desk;
  EXPECT_THAT(answer(desk, "1 / 0"), HasSubstr("1 {\"error\":[\"the rule failed at 1:3, in 1 / 0: divide by zero\"]}"));
  EXPECT_THAT(desk.err, IsEmpty());
  EXPECT_THAT(answer(desk, "x"), HasSubstr("undeclared reference to 'x' (in container '')"));
  EXPECT_THAT(desk.err, HasSubstr("expression:1:1: there is no fact or parameter \"x\""));
  EXPECT_EQ(answer(desk, "x || true"), R"(0 {"bool":true})");
  EXPECT_EQ(answer(desk, "f_unknown(17) || true"), R"(0 {"bool":true})");
  EXPECT_THAT(answer(desk, "1 + 'a'"), HasSubstr("no such overload"));
  EXPECT_EQ(answer(desk, "2u != 2"), R"(0 {"bool":false})");
}

TEST(PolicyEval, RefusesWhatItCannotRead) {
  Desk desk;
  EXPECT_THAT(answer(desk, "1 +"), HasSubstr("2 {\"error\":[\"expression:1:4: "));
  EXPECT_THAT(answer(desk, "x", "{"), HasSubstr("is not a JSON object"));
  EXPECT_THAT(answer(desk, "x", R"({"x": 3})"), HasSubstr("2 {\"error\""));
  EXPECT_THAT(
      answer(desk, "x", R"({"x": {"int": "3x"}, "y": {"float": "1"}, "never": {"int": "1"}, "a b": {"null": null}})"),
      HasSubstr("2 {\"error\""));
  for (const char* word :
       {"\\\"3x\\\" is not an int", "no type \\\"float\\\"", "\\\"never\\\" is not a name", "\\\"a b\\\" is"}) {
    EXPECT_THAT(desk.out, HasSubstr(word));
  }
  std::string deep = R"({"int": "1"})";
  for (int i = 0; i < 70; ++i) deep = R"({"list": [)" + deep + "]}";
  EXPECT_THAT(answer(desk, "x", R"({"x": )" + deep + "}"), HasSubstr("nested more than 64 levels deep"));
  constexpr std::size_t kDeeperThanTheStack = 200'000;
  const std::string open(kDeeperThanTheStack, '['), close(kDeeperThanTheStack, ']');
  EXPECT_THAT(answer(desk, "x", R"({"x": )" + open + close + "}"), HasSubstr("x: […] is not a value with its type"));
  EXPECT_EQ(desk.run({"policy", "eval"}), 2);
  EXPECT_EQ(desk.run({"policy", "eval", "1", "--bindings", "/nowhere.json"}), 2);
  EXPECT_EQ(desk.run({"policy", "eval", "1", "2"}), 2);
}

/// Doubles as numbers, so that NaN and ways to write them do not matter.
bool same(const json& a, const json& b) {
  if (a.is_array()) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!same(a[i], b[i])) return false;
    }
    return true;
  }
  if (a.is_object() && b.is_object() && a.contains("double") && b.contains("double")) {
    const double x = std::strtod(a["double"].get<std::string>().c_str(), nullptr);
    const double y = std::strtod(b["double"].get<std::string>().c_str(), nullptr);
    return (std::isnan(x) && std::isnan(y)) || (x == y && std::signbit(x) == std::signbit(y));
  }
  if (a.is_object() && b.is_object() && a.size() == 1 && b.size() == 1) {
    return a.begin().key() == b.begin().key() && same(a.begin().value(), b.begin().value());
  }
  return a == b;
}

/// The expected value in our own order of maps.
json expected(const json& given) {
  const auto value = read_typed(given);
  return value ? write_typed(*value) : given;
}

TEST(Conformance, EveryCaseIsAnsweredAsCelSpecSays) {
  const char* shared = std::getenv("TALLY_SHARED");
  const std::string path = (shared != nullptr ? std::string(shared) : std::string(TALLY_SOURCE_DIR) + "/../shared") +
                           "/cel-conformance.json";
  std::ifstream file(path);
  if (!file) {
    std::cout << "no conformance cases at " << path << ": not checked\n";
    return;
  }
  Desk desk;
  const std::string bindings = desk.file("bindings.json");
  for (const json& test : json::parse(file)) {
    std::ofstream(bindings) << test["bindings"].dump();
    std::ostringstream out, err;
    Streams io{out, err};
    // Not by the command line: a word of it cannot hold the NUL that is in one of the cases.
    std::vector<std::string> words = {test["expr"].get<std::string>(), "--bindings", bindings};
    if (test["container"] != "") words.push_back("--container=" + test["container"].get<std::string>());
    policy_eval(words, io);
    const std::string printed = out.str();
    const json got = json::parse(printed);
    const bool good = test["expect"].contains("error") ? got.contains("error") : same(got, expected(test["expect"]));
    EXPECT_TRUE(good) << test["file"] << " " << test["section"] << " " << test["name"] << ": " << test["expr"]
                      << " should be " << test["expect"] << ", not " << printed;
  }
}

}  // namespace
}  // namespace tally::cli
