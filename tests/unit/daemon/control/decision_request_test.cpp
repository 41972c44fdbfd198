// The words of a decision, from the command line and over the socket.
#include "daemon/control/decision_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tally::control {
namespace {

using Words = std::map<std::string, std::string>;
using testing::HasSubstr;

struct Row {
  Words words;
  Action action;
};

const Row kAll[] = {
    {{{"verb", "finding acknowledge"}, {"finding", "392cfea9"}, {"reason", "ticket 17"}}, Action::decide},
    {{{"verb", "exempt request"}, {"finding", "392cfea9"}, {"until", "2027-01-31T18:00:00Z"}, {"reason", "r"}},
     Action::decide},
    {{{"verb", "exempt request"},
      {"rule", "LVR-001"},
      {"subject", "account/ad/1"},
      {"until", "2027-01-31T18:00:00Z"},
      {"reason", "r"}},
     Action::decide},
    {{{"verb", "exempt approve"}, {"number", "4711"}}, Action::approve},
    {{{"verb", "exempt refuse"}, {"number", "4711"}, {"reason", "r"}}, Action::decide},
    {{{"verb", "exempt withdraw"}, {"number", "4711"}}, Action::decide},
    {{{"verb", "exempt withdraw"}, {"number", "4711"}, {"reason", "r"}}, Action::decide},
    {{{"verb", "exempt list"}}, Action::decisions},
    {{{"verb", "account same"}, {"account", "ad/ada"}, {"employee_id", "007"}, {"reason", "r"}}, Action::decide},
    {{{"verb", "account never-same"}, {"account", "ad/ada"}, {"employee_id", "007"}, {"reason", "r"}}, Action::decide},
    {{{"verb", "account undecide"}, {"number", "4711"}}, Action::decide},
    {{{"verb", "account decisions"}, {"format", "json"}}, Action::decisions},
    {{{"verb", "feed release"}, {"source", "hr"}, {"reason", "r"}}, Action::decide},
    {{{"verb", "feed approve"}, {"number", "4711"}}, Action::approve},
    {{{"verb", "feed list"}}, Action::decisions},
    {{{"verb", "sign-off"},
      {"run", "run-7"},
      {"role", "reviewer"},
      {"manifest", std::string(64, 'a')},
      {"signature", "U1NIU0lH"}},
     Action::decide},
    {{{"verb", "hold set"}, {"subject", "007"}, {"until", "2027-01-31T18:00:00Z"}, {"reason", "r"}}, Action::decide},
    {{{"verb", "hold release"}, {"number", "4711"}}, Action::decide},
    {{{"verb", "hold release"}, {"number", "4711"}, {"reason", "r"}}, Action::decide},
    {{{"verb", "hold list"}}, Action::decisions},
    {{{"verb", "erase"}, {"subject", "007"}, {"basis", "b"}, {"ticket", "t"}}, Action::decide},
    {{{"verb", "erase"}, {"subject", "s:0"}, {"basis", "b"}, {"ticket", "t"}, {"dry_run", "yes"}}, Action::decide},
};

TEST(DecisionRequest, ComesBackAsItWasSaid) {
  for (const Row& row : kAll) {
    const auto request = parse_decision_request(row.words);
    ASSERT_TRUE(request) << row.words.at("verb") << ": " << request.error().message;
    EXPECT_EQ(words_of(*request), row.words);
    EXPECT_EQ(action_of(*request), row.action) << row.words.at("verb");
  }
}

TEST(DecisionRequest, NeedsEveryWordOfItsVerbAndNoOther) {
  for (const Row& row : kAll) {
    const std::string verb = row.words.at("verb");
    for (const auto& [name, value] : row.words) {
      if (name == "verb" || name == "format" || name == "dry_run") continue;
      if ((verb == "exempt withdraw" || verb == "hold release") && name == "reason") continue;
      Words less = row.words;
      less.erase(name);
      EXPECT_FALSE(parse_decision_request(less)) << verb << " without " << name;
      less[name] = " \t";
      if (name != "finding" || verb == "finding acknowledge") {
        EXPECT_FALSE(parse_decision_request(less)) << verb << " with blank " << name;
      }
    }
    Words more = row.words;
    more["as_of"] = "x";
    EXPECT_FALSE(parse_decision_request(more)) << verb;
  }
}

TEST(DecisionRequest, ReadsADayAsItsEnd) {
  const auto request = parse_decision_request(
      {{"verb", "exempt request"}, {"finding", "392cfea9"}, {"until", "2027-01-31"}, {"reason", "r"}});
  ASSERT_TRUE(request);
  const auto& command = std::get<decisions::Command>(request->what);
  EXPECT_EQ(std::get<decisions::RequestExemption>(command).until, *base::parse_instant("2027-02-01T00:00:00Z"));
}

TEST(DecisionRequest, RefusesWhatNobodyCouldMean) {
  const Words request{{"verb", "exempt request"}, {"until", "2027-01-31"}, {"reason", "r"}};
  const auto with = [&](Words more) {
    more.insert(request.begin(), request.end());
    return parse_decision_request(more);
  };
  EXPECT_FALSE(with({}));
  EXPECT_FALSE(with({{"rule", "LVR-001"}}));
  EXPECT_FALSE(with({{"subject", "account/ad/1"}}));
  EXPECT_FALSE(with({{"finding", "392c"}, {"rule", "LVR-001"}}));
  EXPECT_FALSE(with({{"finding", "392c"}, {"subject", "account/ad/1"}}));
  EXPECT_FALSE(with({{"finding", "392c"}, {"until", "2027-02-30"}}));
  EXPECT_FALSE(with({{"finding", "392c"}, {"until", "tomorrow"}}));
  EXPECT_FALSE(with({{"finding", "392c"}, {"until", "9999-12-31"}}));  // it ends in a year that nobody can write
  EXPECT_FALSE(with({{"finding", "\xff"}}));
  EXPECT_FALSE(with({{"finding", std::string(5000, 'a')}}));
  for (const char* number : {"", "-1", "1x", "0x10", "99999999999999999999", " 1"}) {
    EXPECT_FALSE(parse_decision_request({{"verb", "exempt approve"}, {"number", number}})) << number;
  }
  const Words sign_off{{"verb", "sign-off"}, {"run", "run-7"}, {"signature", "U1NIU0lH"}};
  for (const Words& more : {Words{{"role", "boss"}, {"manifest", std::string(64, 'a')}},
                            Words{{"role", "preparer"}, {"manifest", std::string(63, 'a')}}}) {
    Words words = more;
    words.insert(sign_off.begin(), sign_off.end());
    EXPECT_FALSE(parse_decision_request(words));
  }
  EXPECT_FALSE(parse_decision_request({{"verb", "exempt list"}, {"format", "xml"}}));
  EXPECT_FALSE(parse_decision_request({{"verb", "exempt everything"}}));
  EXPECT_FALSE(parse_decision_request({}));
  EXPECT_THAT(parse_decision_request({{"verb", "feed release"}, {"source", "hr"}}).error().message,
              HasSubstr("--reason is missing"));
}

}  // namespace
}  // namespace tally::control
