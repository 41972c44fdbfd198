// Wrong packs, each wrong in one place: exactly one diagnostic, at that place. "@@" in a replacement marks where it has
// to point; it is no part of the pack.
#include <gmock/gmock.h>

#include <utility>
#include <vector>

#include "policy/rules/pack.h"
#include "tests/unit/policy/rules/three_examples.h"

namespace tally::rules {
namespace {

const std::string kGood = R"([pack]
id = "acme"
version = "1"
title = "Acme's own rules"

[[rule]]
id = "ACM-001"
title = "Not used for long"
state = "active"
about = "account"
severity = "low"
severity_when.high = 'account.privileged'
when = '''
account.enabled && account.kind == "user"
  && account.last_sign_in + params.after <= now
  && !(account.login in params.accepted)'''
protects_from = "A break-in that nobody notices."
message = "{account.login} was not used for {params.after}."
fix = "Disable it."
commands.active-directory.powershell = "Disable-ADAccount -Identity {account.dn|powershell}"
commands.openldap.ldapmodify = '''
dn{account.dn|ldif}
changetype: delete'''
evidence = ["account.created"]
controls = ["ISO 27001:2022 A.5.18"]
params.after = { type = "duration", default = "45d", about = "For how long." }
params.accepted = { type = "list", default = [], about = "Who may." }
params.most = { type = "int", unit = "percent", default = 5, about = "How many." }

)" + three_examples("account.kind = \"user\"\naccount.login = \"ada\"\n");

struct BadPack {
  const char* name;
  std::vector<std::pair<std::string, std::string>> changes;  ///< of kGood, each at its first place
  const char* says;                                          ///< part of the diagnostic
};

const BadPack kBadPacks[] = {
    // The file
    {"NoToml", {{"[pack]\n", "[pack@@\n"}}, "]"},
    {"KeyTwice", {{"severity = \"low\"", "severity = \"low\"\nseverity = @@\"high\""}}, "severity"},
    {"UnclosedString", {{"title = \"Not used for long\"", "title = \"Not used for long@@"}}, "string"},
    {"UnknownTable", {{"[pack]\n", "[@@packs]\nid = 1\n[pack]\n"}}, "unknown key \"packs\" (did you mean \"pack\"?)"},
    {"NoHead",
     {{"[pack]\nid = \"acme\"\nversion = \"1\"\ntitle = \"Acme's own rules\"\n", "@@"}},
     "a pack begins with [pack]"},
    {"HeadWithoutVersion", {{"[pack]", "@@[pack]"}, {"version = \"1\"\n", ""}}, "\"version\" is missing"},
    {"UnknownKeyInHead", {{"version = \"1\"", "version = \"1\"\n@@verison = \"2\""}}, "did you mean \"version\"?"},
    {"VersionIsANumber", {{"version = \"1\"", "version = @@1"}}, "\"version\" is a whole number, a string is expected"},
    {"RuleIsOneTable",
     {{"[[rule]]\n", "@@[rule]\n"}, {"[[rule.example]]\nname = \"long ago\"", "[[rule.example]]\nname = \"long ago\""}},
     "write [[rule]], once for each"},

    // The rule's words
    {"UnknownKey", {{"severity = \"low\"", "severity = \"low\"\n@@severety = \"low\""}}, "did you mean \"severity\"?"},
    {"NoId", {{"[[rule]]", "@@[[rule]]"}, {"id = \"ACM-001\"\n", ""}}, "\"id\" is missing"},
    {"IdInSmallLetters", {{"id = \"ACM-001\"", "id = @@\"acm-001\""}}, "\"acm-001\" is no id of a rule"},
    {"IdWithABlank", {{"id = \"ACM-001\"", "id = @@\"ACM 001\""}}, "is no id of a rule"},
    {"NoTitle", {{"[[rule]]", "@@[[rule]]"}, {"title = \"Not used for long\"\n", ""}}, "\"title\" is missing"},
    {"NoProtection",
     {{"[[rule]]", "@@[[rule]]"}, {"protects_from = \"A break-in that nobody notices.\"\n", ""}},
     "\"protects_from\" is missing"},
    {"WrongState", {{"state = \"active\"", "state = @@\"actve\""}}, "did you mean \"active\"?"},
    {"StateIsABool", {{"state = \"active\"", "state = @@true"}}, "\"state\" is true or false, a string is expected"},
    {"WrongSeverity", {{"severity = \"low\"", "severity = @@\"hgh\""}}, "did you mean \"high\"?"},
    {"NoSeverity", {{"[[rule]]", "@@[[rule]]"}, {"severity = \"low\"\n", ""}}, "\"severity\" is missing"},
    {"WrongSubject", {{"about = \"account\"", "about = @@\"acount\""}}, "did you mean \"account\"?"},
    {"ControlsAreAString",
     {{"controls = [\"ISO 27001:2022 A.5.18\"]", "controls = @@\"ISO 27001:2022 A.5.18\""}},
     "\"controls\" has to be a list of strings"},
    {"TwoRulesOfOneId",
     {{"account.last_sign_in = { unknown = \"not recorded\" }\n",
       "account.last_sign_in = { unknown = \"not recorded\" }\n@@[[rule]]\nid = \"ACM-001\"\ntitle = \"t\"\nabout = "
       "\"source\"\nseverity = \"low\"\nwhen = 'source.name == \"x\"'\nprotects_from = \"p\"\nmessage = \"m\"\nfix = "
       "\"f\"\nalways_tells = \"names are known\"\n[[rule.example]]\nname = \"a\"\nexpect = \"violation\"\nsource.name "
       "= "
       "\"x\"\n[[rule.example]]\nname = \"b\"\nexpect = \"clear\"\nsource.name = \"y\"\n"}},
     "the rule ACM-001 is there already (the other one is in line 6)"},

    // Expressions
    {"NoExpression",
     {{"[[rule]]", "@@[[rule]]"},
      {"when = '''\naccount.enabled && account.kind == \"user\"\n  && account.last_sign_in + params.after <= now\n  && "
       "!(account.login in params.accepted)'''\n",
       ""}},
     "\"when\" is missing"},
    {"EmptyExpression",
     {{"when = '''\naccount.enabled && account.kind == \"user\"\n  && account.last_sign_in + params.after <= now\n  && "
       "!(account.login in params.accepted)'''",
       "when = @@'  '"}},
     "an expression is expected, as a string"},
    {"ExpressionIsABool",
     {{"severity_when.high = 'account.privileged'", "severity_when.high = @@true"}},
     "an expression is expected, as a string"},
    {"UnknownFact", {{"account.enabled && account.kind", "@@account.enabeld && account.kind"}}, "account.enabled"},
    {"UnknownFactInTheSecondLine",
     {{"  && account.last_sign_in", "  && @@account.last_signin"}},
     "account.last_sign_in"},
    {"FactOfNoTable", {{"account.enabled && account.kind", "@@acount.enabled && account.kind"}}, "account.enabled"},
    {"UnknownParameter", {{"params.after <= now", "@@params.aftr <= now"}}, "params.after"},
    {"TypeErrorInTheSecondLine", {{"params.after <= now", "params.after @@<= true"}}, "timestamp"},
    {"TypeErrorInTheThirdLine",
     {{"(account.login in params.accepted)", "(account.enabled @@in params.accepted)"}},
     "bool"},
    {"TextAndNumber", {{"account.kind == \"user\"", "account.kind @@== 3"}}, "int"},
    {"NoBool",
     {{"when = '''\naccount.enabled && account.kind == \"user\"\n  && account.last_sign_in + params.after <= now\n  && "
       "!(account.login in params.accepted)'''",
       "when = '@@account.login'"}},
     "this expression is of type string, a rule's is bool"},
    {"SyntaxError", {{"account.enabled && account.kind", "account.enabled &&@@& account.kind"}}, ""},
    {"UnclosedParenthesis", {{"in params.accepted)'''", "in params.accepted@@'''"}}, ")"},
    {"UnknownFunction", {{"account.kind == \"user\"", "account.kind.@@beginsWith(\"u\")"}}, "beginsWith"},
    {"BadPattern", {{"account.kind == \"user\"", "account.kind.matches(@@\"(\")"}}, ""},
    {"BadDuration", {{"+ params.after <= now", "+ duration(@@\"45 days\") <= now"}}, "duration"},
    {"ImpossibleDay", {{"params.after <= now", "params.after <= timestamp(@@\"2026-02-30T00:00:00Z\")"}}, "2026-02-30"},
    {"SeverityThatIsNone", {{"severity_when.high", "severity_when.@@hig"}}, "did you mean \"high\"?"},
    {"SeverityThatItHasAnyway", {{"severity_when.high", "severity_when.@@low"}}, "low is the rule's severity anyway"},
    {"MistakeInASeverity", {{"'account.privileged'", "'@@account.priviledged'"}}, "account.privileged"},

    // Sentences and commands
    {"NoMessage",
     {{"[[rule]]", "@@[[rule]]"}, {"message = \"{account.login} was not used for {params.after}.\"\n", ""}},
     "\"message\" is missing"},
    {"MessageIsAList", {{"fix = \"Disable it.\"", "fix = @@[\"Disable it.\"]"}}, "\"fix\" is a list"},
    {"UnknownPlaceholder", {{"{account.login} was", "@@{account.logn} was"}}, "did you mean \"account.login\"?"},
    {"UnknownPlaceholderFurtherOn", {{"for {params.after}", "for @@{params.afer}"}}, "did you mean \"params.after\"?"},
    {"BraceNotClosed", {{"for {params.after}.", "for @@{params.after."}}, "is not closed"},
    {"BraceNotOpened", {{"for {params.after}.", "for {params.after}@@}."}}, "a brace is written twice"},
    {"FormInASentence", {{"{account.login} was", "@@{account.login|ldif} was"}}, "write {account.login}"},
    {"UnknownForm", {{"{account.dn|powershell}", "@@{account.dn|power}"}}, "unknown form \"power\""},
    {"UnprotectedName", {{"{account.dn|powershell}", "@@{account.dn}"}}, "write {account.dn|powershell}"},
    {"ProtectedForAnotherTool", {{"{account.dn|powershell}", "@@{account.dn|ldif}"}}, "write {account.dn|powershell}"},
    {"UnprotectedNameInLdif", {{"dn{account.dn|ldif}", "dn: @@{account.dn}"}}, "write {account.dn|ldif}"},
    {"UnknownDirectory", {{"commands.openldap.", "commands.@@openlap."}}, "did you mean \"openldap\"?"},
    {"UnknownTool", {{"active-directory.powershell", "active-directory.@@powershel"}}, "did you mean \"powershell\"?"},
    {"CommandWithoutATool",
     {{"commands.active-directory.powershell = \"", "commands.active-directory = @@\""}},
     "commands.active-directory.powershell"},
    {"EvidenceThatIsNone", {{"[\"account.created\"]", "[@@\"account.creatd\"]"}}, "did you mean \"account.created\"?"},

    // Parameters
    {"ParameterWithoutADefault",
     {{"params.most = ", "params.@@most = "}, {"default = 5, ", ""}},
     "\"default\" of most is missing"},
    {"ParameterOfNoType", {{"type = \"int\"", "type = @@\"integer\""}}, "\"integer\" is no type of a parameter"},
    {"ParameterOfAnotherType", {{"default = 5", "default = @@\"5\""}}, "a whole number is expected"},
    {"ParameterWithAnUnknownKey",
     {{"default = 5, about", "default = 5, @@abot = \"x\", about"}},
     "did you mean \"about\"?"},
    {"NumberWithoutAUnit",
     {{"params.most = ", "params.@@most = "}, {"unit = \"percent\", ", ""}},
     "\"unit\" of most is missing"},
    {"UnknownUnit", {{"unit = \"percent\"", "unit = @@\"percents\""}}, "did you mean \"percent\"?"},
    {"UnitOfTime", {{"unit = \"percent\"", "unit = @@\"days\""}}, "a length of time is of type \"duration\""},
    {"UnitOfADuration",
     {{"type = \"duration\", ", "type = \"duration\", unit = @@\"days\", "}},
     "only a whole number has a unit"},
    {"ShareOverTheWhole", {{"default = 5", "default = @@500"}}, "between 0 and 100"},
    {"NegativeDuration", {{"default = \"45d\"", "default = @@\"-45d\""}}, "never less than zero"},
    {"DurationAsANumber", {{"default = \"45d\"", "default = @@45"}}, "a length of time is expected"},
    {"DurationWithAWrongUnit", {{"default = \"45d\"", "default = @@\"45x\""}}, "a length of time is expected"},
    {"ListOfNumbers", {{"default = []", "default = @@[1]"}}, "is not expected"},
    {"ReservedParameter", {{"params.most", "params.@@enabled"}}, "a parameter cannot be called \"enabled\""},
    {"ParameterIsNoTable",
     {{"params.most = { type = \"int\", unit = \"percent\", default = 5, about = \"How many.\" }",
       "params.most = @@5"}},
     "write params.most = {"},

    // Needs
    {"NeedOfAnActiveRule",
     {{"params.after =",
       "needs.\"account.shoe_size\" = { type = \"int\", about = \"a\", from = \"f\" }\nparams.after ="},
      {"needs.", "@@needs."}},
     "can only be a draft"},
    {"NeedThatExists",
     {{"state = \"active\"", "state = \"draft\""},
      {"params.after =",
       "needs.@@\"account.enabled\" = { type = \"bool\", about = \"a\", from = \"f\" }\nparams.after ="}},
     "account.enabled does not have to be needed: it is read already"},
    {"NeedOfAnotherTable",
     {{"state = \"active\"", "state = \"draft\""},
      {"params.after =",
       "needs.@@\"printer.floor\" = { type = \"int\", about = \"a\", from = \"f\" }\nparams.after ="}},
     "a rule about account cannot need \"printer.floor\""},
    {"NeedOfNoType",
     {{"state = \"active\"", "state = \"draft\""},
      {"params.after =",
       "needs.\"account.shoe_size\" = { type = @@\"number\", about = \"a\", from = \"f\" }\nparams.after ="}},
     "\"number\" is no type of a fact"},
    {"NeedWithoutAnOrigin",
     {{"state = \"active\"", "state = \"draft\""},
      {"params.after =", "needs.\"account.shoe_size\" = @@{ type = \"int\", about = \"a\" }\nparams.after ="}},
     "\"from\" is missing"},

    // Examples
    {"NoExampleThatFires",
     {{"[[rule]]", "@@[[rule]]"}, {"expect = \"violation\"", "expect = \"clear\""}},
     "ACM-001 lacks examples: one that must fire"},
    {"NoExampleThatStaysSilent",
     {{"[[rule]]", "@@[[rule]]"},
      {"expect = \"clear\"\nnow = 2026-03-01T00:00:00Z\naccount.enabled = false",
       "expect = \"cannot tell\"\nnow = 2026-03-01T00:00:00Z\naccount.enabled = { unknown = \"hidden\" }"}},
     "one that must not"},
    {"NoExampleThatCannotBeTold",
     {{"[[rule]]", "@@[[rule]]"},
      {"account.last_sign_in = { unknown = \"not recorded\" }", "account.last_sign_in = 2025-02-28T00:00:00Z"},
      {"expect = \"cannot tell\"", "expect = \"violation\""}},
     "always_tells"},
    {"TellsAlwaysAndNot",
     {{"[[rule]]", "@@[[rule]]"}, {"fix = ", "always_tells = \"known\"\nfix = "}},
     "says in always_tells that there is none"},
    {"ExampleAnsweredOtherwise",
     {{"[[rule.example]]\nname = \"off\"", "@@[[rule.example]]\nname = \"off\""},
      {"account.enabled = false", "account.enabled = true"}},
     "ACM-001 does not answer \"off\" as written: expected clear, the answer is cannot tell"},
    {"ExampleWithAnUnknownFact",
     {{"account.enabled = false", "account.@@enabld = false"}},
     "did you mean \"account.enabled\"?"},
    {"ExampleWithAFactOfNoTable", {{"account.enabled = false", "@@enabled = false"}}, "facts have a dot"},
    {"ExampleFactOfAnotherType",
     {{"account.enabled = false", "account.enabled = @@\"no\""}},
     "account.enabled: true or false is expected"},
    {"ExampleWithAnImpossibleDay", {{"2025-02-28T00:00:00Z", "2025-02-30@@T00:00:00Z"}}, ""},
    {"ExampleWithATimeSomewhere", {{"2025-02-28T00:00:00Z", "@@2025-02-28T00:00:00"}}, "distance from UTC"},
    {"ExampleMomentIsAWord", {{"2025-02-28T00:00:00Z", "@@\"yesterday\""}}, "is a moment: a date-time"},
    {"ExampleBoundsTheWrongWayRound",
     {{"2025-02-28T00:00:00Z", "@@[2025-02-28T00:00:00Z, 2025-01-28T00:00:00Z]"}},
     "a list of the earliest and the latest"},
    {"ExampleNowIsADay", {{"now = 2026-03-01T00:00:00Z", "now = @@2026-03-01"}}, "now: a date-time is expected"},
    {"ExampleExpectsAnotherWord", {{"expect = \"clear\"", "expect = @@\"cler\""}}, "did you mean \"clear\"?"},
    {"ExampleWithoutAName", {{"[[rule.example]]\nname = \"off\"", "@@[[rule.example]]"}}, "\"name\" is missing"},
    {"ExampleUnknownForNoReason",
     {{"{ unknown = \"not recorded\" }", "{ unknown = @@true }"}},
     "unknown = \"why\": a string is expected"},
    {"ExampleUnknownWithMore",
     {{"{ unknown = \"not recorded\" }", "{ unknown = \"x\", @@because = \"y\" }"}},
     "unknown key \"because\""},
    {"ExampleOfAnotherSeverity",
     {{"[[rule.example]]\nname = \"long ago\"", "@@[[rule.example]]\nname = \"long ago\"\nseverity = \"high\""}},
     "expected high, it is low"},
    {"ExampleSeverityOfAClearOne",
     {{"name = \"off\"", "name = \"off\"\nseverity = @@\"high\""}},
     "only a violation has a severity"},
    {"ExampleWithAnUnknownParameter",
     {{"account.enabled = false", "account.enabled = false\nparams.@@aftr = \"1d\""}},
     "did you mean \"after\"?"},
    {"ExampleParameterOfAnotherType",
     {{"account.enabled = false", "account.enabled = false\nparams.after = @@1"}},
     "params.after: a length of time is expected"},
};

struct Made {
  std::string text;
  int line = 0, column = 0;
};

/// kGood with the changes, and where the mark stood.
Made made(const BadPack& bad) {
  std::string text = kGood;
  for (const auto& [what, instead] : bad.changes) {
    const std::size_t at = text.find(what);
    if (at == std::string::npos) throw std::runtime_error("not in the pack: " + what);
    text.replace(at, what.size(), instead);
  }
  const std::size_t mark = text.find("@@");
  if (mark == std::string::npos) throw std::runtime_error("no place is marked");
  text.erase(mark, 2);
  Made out{text, 1, 1};
  for (const char c : std::string_view(text).substr(0, mark)) {
    out.line += c == '\n';
    out.column = c == '\n' ? 1 : out.column + 1;
  }
  return out;
}

class EveryBadPack : public testing::TestWithParam<BadPack> {};

TEST_P(EveryBadPack, GetsOneDiagnosticAtTheMistake) {
  const Made bad = made(GetParam());
  const auto pack = load_pack(bad.text, "bad.toml");
  ASSERT_FALSE(pack) << "it was taken for a good one";
  std::string all;
  for (const base::Diagnostic& one : pack.error()) all += to_string(one) + "\n";
  ASSERT_EQ(pack.error().size(), 1U) << all;
  EXPECT_EQ(pack.error()[0].line, bad.line) << all;
  EXPECT_EQ(pack.error()[0].column, bad.column) << all;
  EXPECT_THAT(all, testing::HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(Bad, EveryBadPack, testing::ValuesIn(kBadPacks),
                         [](const auto& bad) { return std::string(bad.param.name); });

TEST(GoodPack, FromWhichTheBadOnesAreMadeIsGood) {
  const auto pack = load_pack(kGood, "good.toml");
  EXPECT_TRUE(pack) << to_string(pack.error().front());
}

TEST(BadPacks, AreSixtyAndMore) { EXPECT_GE(std::size(kBadPacks), 60U); }

}  // namespace
}  // namespace tally::rules
