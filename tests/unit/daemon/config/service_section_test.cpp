// [service]: every way to write a schedule, and every way to get it wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "daemon/config/config.h"

namespace tally::config {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

tl::expected<Config, base::Diagnostics> with(const std::string& service) {
  return parse(
      "state = \"/s\"\nlog_key = \"/k\"\nlog_key_credential = \"log.key\"\n"
      "[[hr]]\nname = \"hr\"\npath = \"hr.csv\"\n[hr.columns]\nemployee_id = \"id\"\nlast_day = \"last\"\n"
      "[[directory]]\nname = \"d\"\ntype = \"openldap\"\nldif = \"d.ldif\"\nbases = [\"dc=x\"]\n[service]\n" +
          service,
      "/etc/tallystick/tallystick.toml");
}

std::string trouble(const std::string& service) {
  const auto config = with(service);
  if (config) return "none";
  std::string all;
  for (const base::Diagnostic& one : config.error()) all += base::to_string(one) + "\n";
  return all;
}

TEST(ServiceSection, MayBeEmpty) {
  const auto config = with("");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->service.times.empty());
  EXPECT_EQ(config->service.interval, 0ms);
  EXPECT_EQ(config->service.weekdays, 0x7F);
  EXPECT_TRUE(config->service.catch_up);
  EXPECT_EQ(config->service.socket, "/run/tallystick/control.sock");
  EXPECT_EQ(config->service.operators, "");
}

TEST(ServiceSection, SaysWhenToAuditAndWhoMayAsk) {
  const auto config = with(
      "times = [\"05:00\", \"23:59\", \"00:00\"]\nweekdays = [\"mon\", \"sun\"]\ntime_zone = \"Europe/Berlin\"\n"
      "catch_up = false\nsocket = \"/run/x.sock\"\noperators = \"wheel\"\nhr = \"staff\"\n");
  ASSERT_TRUE(config) << base::to_string(config.error()[0]);
  EXPECT_THAT(config->service.times, ElementsAre(5h, 23h + 59min, 0h));
  EXPECT_EQ(config->service.weekdays, 0b1000001);
  EXPECT_EQ(config->service.zone, base::find_zone("Europe/Berlin"));
  EXPECT_FALSE(config->service.catch_up);
  EXPECT_EQ(config->service.socket, "/run/x.sock");
  EXPECT_EQ(config->service.operators, "wheel");
  EXPECT_EQ(config->service.hr, "staff");
  EXPECT_EQ(with("interval = \"6h\"\n")->service.interval, 6h);
}

TEST(ServiceSection, RefusesWhatIsNoTimeOfDay) {
  for (const char* time :
       {"\"24:00\"", "\"05:60\"", "\"5:00\"", "\"05:00:00\"", "\"0a:00\"", "\"\"", "5", "05:00:00"}) {
    EXPECT_THAT(trouble("times = [" + std::string(time) + "]\n"), HasSubstr("no time of day")) << time;
  }
  EXPECT_THAT(trouble("times = \"05:00\"\n"), HasSubstr("expected a list of times of day"));
}

TEST(ServiceSection, RefusesWhatIsNoWeekdayOrZone) {
  EXPECT_THAT(trouble("weekdays = [\"monday\"]\n"), HasSubstr("no weekday"));
  EXPECT_THAT(trouble("weekdays = []\n"), HasSubstr("no weekday at all"));
  EXPECT_THAT(trouble("time_zone = \"Berlin\"\n"), HasSubstr("no time zone named \"Berlin\""));
}

TEST(ServiceSection, RefusesTwoSchedulesAndAnIntervalTooShortToReadAnything) {
  EXPECT_THAT(trouble("times = [\"05:00\"]\ninterval = \"6h\"\n"), HasSubstr("both times and an interval"));
  EXPECT_THAT(trouble("interval = \"999ms\"\n"), HasSubstr("shorter than a second"));
  EXPECT_EQ(trouble("interval = \"1s\"\n"), "none");
  EXPECT_THAT(trouble("interval = \"0s\"\n"), HasSubstr("no length of time"));
}

TEST(ServiceSection, SuggestsTheNearestSetting) {
  EXPECT_THAT(trouble("intervall = \"6h\"\n"), HasSubstr("did you mean \"interval\"?"));
}

TEST(LogKey, ComesFromTheCredentialWhereThereIsOne) {
  EXPECT_EQ(with("")->log_key, "/k");
  ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
  const auto config = with("");
  ::unsetenv("CREDENTIALS_DIRECTORY");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->log_key, "/run/credentials/x/log.key");
}

}  // namespace
}  // namespace tally::config
