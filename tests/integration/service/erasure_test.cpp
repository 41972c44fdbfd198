// A person is erased through the real programs: first under a hold, then for good, and no file names her.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/service/daemon.h"
#include "tests/integration/service/hr_feed.h"
#include "tests/support/erased.h"

namespace tally::integration {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kBase =
    "dn: dc=example,dc=test\nobjectClass: domain\ndc: example\n\n"
    "dn: ou=people,dc=example,dc=test\nobjectClass: organizationalUnit\nou: people\n\n";
constexpr const char* kDana =
    "dn: uid=dweiss,ou=people,dc=example,dc=test\nobjectClass: inetOrgPerson\nuid: dweiss\ncn: Dana Weiss\nsn: Weiss\n"
    "mail: dana@example.test\nemployeeNumber: 000002\nentryUUID: 0d2e4f60-1111-4222-8333-444455556666\n"
    "createTimestamp: 20200101000000Z\n\n";

const std::string kSections =
    std::string(kHrSection) +
    "[[directory]]\nname = \"unix\"\ntype = \"openldap\"\nldif = \"unix.ldif\"\nbases = [\"dc=example,dc=test\"]\n";

const std::vector<std::string> kHers = {"Dana Weiss",        "Weiss",  "dweiss",
                                        "dana@example.test", "000002", "uid=dweiss,ou=people,dc=example,dc=test"};

class ErasingThroughTheService : public ::testing::Test {
 protected:
  ErasingThroughTheService() {
    desk_.write("hr.csv", kHr);
    desk_.write("unix.ldif", std::string(kBase) + kDana);
    daemon_.configure("", kSections);
    start();
    EXPECT_EQ(daemon_.ask({"audit"}).exit_code, 1);
    EXPECT_EQ(daemon_.ask({"offboard", "check", "000002"}).exit_code, 1);
  }
  void start() {
    daemon_.start();
    ASSERT_TRUE(daemon_.tells("READY=1")) << daemon_.journal();
  }
  [[nodiscard]] std::vector<std::string> named() const { return support::files_naming(desk_.state(), kHers); }
  support::Outcome erase(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"erase", "000002", "--basis", "Art. 17(1)(a) GDPR", "--ticket", "DPO-17"});
    return daemon_.ask(more);
  }

  Desk desk_;
  Daemon daemon_{desk_};
};

TEST_F(ErasingThroughTheService, LeavesNoFileThatNamesHer) {
  ASSERT_THAT(named(), Not(IsEmpty()));
  const auto held = daemon_.ask({"hold", "set", "000002", "--until", "2030-01-01", "--reason", "lawsuit"});
  ASSERT_EQ(held.exit_code, 0) << held.err;
  EXPECT_THAT(daemon_.ask({"hold", "list"}).out, AllOf(HasSubstr("in force"), HasSubstr("lawsuit")));
  const auto refused = erase();
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("is in force"));
  EXPECT_THAT(daemon_.leaves("erasure_refused"), SizeIs(1));
  const std::string hold = refused.err.substr(refused.err.find("hold ") + 5);
  ASSERT_EQ(daemon_.ask({"hold", "release", hold.substr(0, hold.find(' '))}).exit_code, 0);

  const auto asked = erase({"--dry-run"});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_THAT(asked.out, AllOf(HasSubstr("Nothing was done"), Not(HasSubstr("Recorded as entry"))));
  EXPECT_THAT(daemon_.leaves("erasure_requested"), IsEmpty());

  const auto erased = erase();
  EXPECT_EQ(erased.exit_code, 0) << erased.err;
  EXPECT_THAT(erased.out, AllOf(HasSubstr("Every proof stays valid"), HasSubstr("Recorded as entry")));
  EXPECT_THAT(named(), IsEmpty()) << "while the service runs";
  EXPECT_EQ(erase().exit_code, 2) << "nobody of that number is left";

  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_THAT(named(), IsEmpty());
  EXPECT_THAT(daemon_.leaves("erasure_done"), ElementsAre(HasSubstr("DPO-17")));
  EXPECT_THAT(daemon_.journal(), Not(HasSubstr("dweiss")));
  const auto verified = desk_.verify();
  EXPECT_EQ(verified.exit_code, 0) << verified.out;
}

TEST_F(ErasingThroughTheService, SaysWhyAKeptRunIsGoneAndGoesOnWithoutHer) {
  const auto finished = daemon_.leaves("run_finished");
  ASSERT_THAT(finished, SizeIs(1));
  ASSERT_EQ(erase().exit_code, 0);
  const auto replay = daemon_.ask({"replay", nlohmann::json::parse(finished[0])["run"]});
  EXPECT_EQ(replay.exit_code, 2);
  EXPECT_THAT(replay.err, HasSubstr("it named a person who was erased"));
  std::string hr(kHr);
  hr.resize(hr.find("000002"));
  desk_.write("hr.csv", hr);
  desk_.write("unix.ldif", kBase);
  EXPECT_NE(daemon_.ask({"audit"}).exit_code, 4);
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_THAT(named(), IsEmpty());
}

}  // namespace
}  // namespace tally::integration
