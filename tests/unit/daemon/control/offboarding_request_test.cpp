// The words of an offboarding check, from the command line and over the socket.
#include "daemon/control/offboarding_request.h"

#include <gtest/gtest.h>

namespace tally::control {
namespace {

using namespace std::chrono_literals;
using Words = std::map<std::string, std::string>;

TEST(OffboardingRequest, ComesBackAsItWasSaid) {
  const auto request = parse_offboarding_request({{"employee_id", "007"}, {"deadline", "5s"}, {"format", "json"}});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->employee_id, "007");
  EXPECT_EQ(request->deadline, 5s);
  EXPECT_TRUE(request->json);
  EXPECT_EQ(words_of(*request), (Words{{"employee_id", "007"}, {"deadline", "5s"}, {"format", "json"}}));
}

TEST(OffboardingRequest, HasTwentySecondsWhenNothingElseIsSaid) {
  EXPECT_EQ(parse_offboarding_request({{"employee_id", "7"}})->deadline, 20s);
}

TEST(OffboardingRequest, RefusesWhatNobodyCouldMean) {
  for (const Words& words :
       {Words{}, Words{{"employee_id", " \t"}}, Words{{"employee_id", std::string(201, '1')}},
        Words{{"employee_id", "\xff"}}, Words{{"employee_id", std::string("1\0", 2)}},
        Words{{"employee_id", "1"}, {"deadline", "0s"}}, Words{{"employee_id", "1"}, {"deadline", "601s"}},
        Words{{"employee_id", "1"}, {"deadline", "soon"}}, Words{{"employee_id", "1"}, {"deadline", "-1"}},
        Words{{"employee_id", "1"}, {"format", "xml"}}, Words{{"employee_id", "1"}, {"as_of", "x"}}}) {
    EXPECT_FALSE(parse_offboarding_request(words));
  }
}

}  // namespace
}  // namespace tally::control
