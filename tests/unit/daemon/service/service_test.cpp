#include "daemon/service/service.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "daemon/store/database.h"
#include "tests/unit/daemon/store/journal.h"

namespace tally::service {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Everything in order but the socket, whose folder is missing, so that no service goes on from there.
std::string configuration(const store::Journal& journal) {
  std::ofstream(journal.file("config.toml")) << fmt::format(
      R"(state = "{0}"
log_key = "{1}"
[[hr]]
name = "hr"
path = "hr.csv"
time_zone = "UTC"
[hr.columns]
employee_id = "Id"
last_day = "Left"
[[directory]]
name = "unix"
type = "openldap"
ldif = "unix.ldif"
exported_at = 2026-03-01T00:00:00Z
bases = ["dc=example"]
[service]
interval = "1h"
socket = "{2}"
)",
      journal.file("service"), journal.file("log.key"), journal.file("nowhere/control.sock"));
  return journal.file("config.toml");
}

/// What it said before it ended.
std::string start(const std::string& config) {
  std::string said;
  const auto log = log::Log::to(log::Form::plain, [&](const std::string& line) { said += line + "\n"; });
  EXPECT_NE(run_service({.config = config}, log), 0);
  return said;
}

TEST(Service, DoesNotStartWhenItCannotTellWhichDueTimesAreAccountedFor) {
  const store::Journal journal;
  const std::string config = configuration(journal);
  EXPECT_THAT(start(config), HasSubstr("nowhere/control.sock"));
  auto database = store::Database::open(journal.file("service/store.db"));
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute("INSERT INTO configurations VALUES (1, 'yesterday', '')"));
  const std::string said = start(config);
  EXPECT_THAT(said, HasSubstr("rebuild the store"));
  EXPECT_THAT(said, Not(HasSubstr("control.sock")));
}

}  // namespace
}  // namespace tally::service
