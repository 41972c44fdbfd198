// When it happened, as a real Samba AD tells an ordinary user, compared with what the domain controller's own tools
// read from its database.
#include <fmt/format.h>

#include <ctime>
#include <iomanip>
#include <sstream>
#include <thread>

#include "connectors/directory/ldap_source.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/process.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::TimeState;

std::string user(std::string_view name, int control) {
  return fmt::format(
      "dn: CN={0},OU=Corp,DC=ad,DC=lab,DC=test\nobjectClass: user\nsAMAccountName: {0}\nuserAccountControl: {1}\n\n",
      name, control);
}

std::string change(std::string_view name, std::string_view what) {
  return fmt::format("dn: CN={},OU=Corp,DC=ad,DC=lab,DC=test\nchangetype: modify\n{}\n", name, what);
}

std::string company() {
  // The password is "Disabled-passw0rd1".
  const std::string password = "clearTextPassword:: RABpAHMAYQBiAGwAZQBkAC0AcABhAHMAcwB3ADAAcgBkADEA\n\n";
  const auto with_password = [&](const char* name) {
    std::string entry = user(name, 512);
    entry.pop_back();
    return entry + password;
  };
  return "dn: OU=Corp,DC=ad,DC=lab,DC=test\nobjectClass: organizationalUnit\n\n" + with_password("leaver") +
         with_password("stays") + with_password("mover");
}

/// What `ldbsearch --show-binary` prints of one attribute's metadata: its version and the time of its last write.
struct Metadata {
  std::uint32_t version = 0;
  base::Instant at;
};

/// "originating_change_time  : Mon Nov 23 02:30:36 2026 UTC"
base::Instant printed_time(const std::string& line) {
  std::tm time{};
  std::istringstream text(line.substr(line.find(": ") + 2));
  text >> std::get_time(&time, "%a %b %d %H:%M:%S %Y");
  if (text.fail()) throw std::runtime_error("no time: " + line);
  return base::Instant(std::chrono::seconds(timegm(&time)));
}

class AdPast : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::SambaAd::start({.ldif = {company()}});
    ASSERT_TRUE(started) << started.error().message;
    dc_ = new support::SambaAd(std::move(*started));
    inside_ = new support::InsideNamespace(dc_->enter());
    std::this_thread::sleep_for(2100ms);  // so that what is written now is written in another second
    for (const std::string& ldif : {change("leaver", "replace: userAccountControl\nuserAccountControl: 514\n"),
                                    change("mover", "replace: primaryGroupID\nprimaryGroupID: 512\n"),
                                    change("stays", "replace: description\ndescription: not the switch\n")}) {
      if (ldif.find("primaryGroupID") != std::string::npos) {
        const auto joined = dc_->apply(
            "dn: CN=Domain Admins,CN=Users,DC=ad,DC=lab,DC=test\nchangetype: modify\n"
            "add: member\nmember: CN=mover,OU=Corp,DC=ad,DC=lab,DC=test\n\n");
        ASSERT_TRUE(joined) << joined.error().message;
      }
      const auto done = dc_->apply(ldif);
      ASSERT_TRUE(done) << done.error().message;
    }
    harvest_ = make_ldap_source(lab::reader_of(*dc_))->collect({&lab::now, {}});
  }
  static void TearDownTestSuite() {
    delete inside_;
    delete dc_;
  }
  static std::size_t account(std::string_view login) {
    for (std::size_t i = 0; i < harvest_.accounts.size(); ++i) {
      if (harvest_.text.view(harvest_.accounts.login[i]) == login) return i;
    }
    throw std::runtime_error("no such account");
  }
  /// By the attribute's number, as the domain controller's own tool reads it from the database.
  static Metadata as_ldbsearch_reads(const std::string& name, const std::string& attribute_number) {
    const auto database = dc_->ca_file().parent_path().parent_path() / "private/sam.ldb";
    const auto read = support::run_command(
        {.argv = {"ldbsearch", "-H", database.string(), "-b", "CN=" + name + ",OU=Corp,DC=ad,DC=lab,DC=test", "-s",
                  "base", "--show-binary", "replPropertyMetaData"}},
        30s);
    if (!read) throw std::runtime_error(read.error().message);
    std::istringstream lines(read->out);
    Metadata out;
    for (std::string line; std::getline(lines, line);) {
      if (line.find("attid ") == std::string::npos || line.find("(" + attribute_number + ")") == std::string::npos)
        continue;
      std::getline(lines, line);
      out.version = static_cast<std::uint32_t>(std::stoul(line.substr(line.find("0x")), nullptr, 16));
      std::getline(lines, line);
      out.at = printed_time(line);
    }
    return out;
  }
  static inline support::SambaAd* dc_ = nullptr;
  static inline support::InsideNamespace* inside_ = nullptr;
  static inline model::Harvest harvest_;
};

TEST_F(AdPast, OfTheSwitchIsWhatTheDomainControllerKeeps) {
  ASSERT_EQ(harvest_.source.coverage.state, model::CoverageState::complete) << harvest_.source.coverage.in_words();
  for (const char* name : {"leaver", "stays", "mover"}) {
    const Metadata kept = as_ldbsearch_reads(name, "0x90008");
    ASSERT_GT(kept.version, 0U);
    const model::TimeFact& switched = harvest_.accounts.switched[account(name)];
    if (kept.version == 1) {
      EXPECT_EQ(switched.state, TimeState::never) << name;
    } else {
      ASSERT_EQ(switched.state, TimeState::known) << name;
      EXPECT_EQ(switched.bounds.latest, kept.at) << name;
      EXPECT_EQ(switched.bounds.earliest, harvest_.accounts.created[account(name)].bounds.earliest) << name;
    }
  }
  EXPECT_GT(as_ldbsearch_reads("leaver", "0x90008").version, 1U) << "it was disabled";
}

TEST_F(AdPast, OfTheSwitchDoesNotMoveWithOtherAttributes) {
  const std::size_t row = account("stays");
  const model::TimeFact& switched = harvest_.accounts.switched[row];
  const bool before =
      switched.state == TimeState::never || switched.bounds.latest < harvest_.accounts.modified[row].bounds.latest;
  EXPECT_TRUE(before) << "its description was written later";
}

TEST_F(AdPast, OfThePrimaryGroupIsWhatTheDomainControllerKeeps) {
  const std::size_t row = account("mover");
  const model::GroupId group = harvest_.accounts.primary_group[row];
  ASSERT_TRUE(group.valid());
  ASSERT_EQ(harvest_.text.view(harvest_.groups.name[group.index()]), "Domain Admins");
  const model::TimeFact* since = harvest_.membership_times.find(model::AccountId::at(row), group);
  ASSERT_NE(since, nullptr);
  EXPECT_EQ(since->bounds.latest, as_ldbsearch_reads("mover", "0x90062").at);
}

// Samba does not make msDS-ReplValueMetaData: what is asked for and not delivered is not told, and no gap.
TEST_F(AdPast, OfLinksIsNotToldByAServerThatDoesNotMakeIt) {
  EXPECT_THAT(harvest_.source.notes,
              testing::Contains(testing::StartsWith("past: msDS-ReplValueMetaData: 0 links of ")));
  for (const model::TimeFact& removed : harvest_.accounts.removed) EXPECT_EQ(removed.state, TimeState::unknown);
}

}  // namespace
}  // namespace tally::directory
