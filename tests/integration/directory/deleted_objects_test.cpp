// Accounts that were deleted, as a real Samba AD keeps them: hidden from an ordinary user, told to one with the grant
// that doctor prints, and what that tells of leavers. Times are compared with what the domain controller's own tools
// read from its database.
#include "connectors/directory/deleted_objects.h"

#include <fmt/format.h>

#include <ctime>
#include <iomanip>
#include <sstream>
#include <thread>

#include "connectors/directory/grant.h"
#include "connectors/directory/ldap_source.h"
#include "policy/correlation/history.h"
#include "policy/evaluation/leavers.h"
#include "tests/integration/directory/directory_lab.h"
#include "tests/support/process.h"

namespace tally::directory {
namespace {

using namespace std::chrono_literals;
using model::TimeState;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kBase = "DC=ad,DC=lab,DC=test";
constexpr const char* kContainer = "CN=Deleted Objects,DC=ad,DC=lab,DC=test";

/// The password is "Disabled-passw0rd1": without one nobody is enabled.
std::string user(std::string_view name, std::string_view number) {
  return fmt::format(
      "dn: CN={0},OU=Corp,{1}\nobjectClass: user\nsAMAccountName: {0}\nemployeeNumber: {2}\nuserAccountControl: 512\n"
      "clearTextPassword:: RABpAHMAYQBiAGwAZQBkAC0AcABhAHMAcwB3ADAAcgBkADEA\n\n",
      name, kBase, number);
}

std::string company() {
  return fmt::format("dn: OU=Corp,{}\nobjectClass: organizationalUnit\n\n", kBase) + user("early", "1001") +
         user("late", "1002") + user("stays", "1003") +
         fmt::format("dn: CN=PC1,OU=Corp,{}\nobjectClass: computer\nsAMAccountName: PC1$\n\n", kBase);
}

std::string deleted(std::string_view name) {
  return fmt::format("dn: CN={},OU=Corp,{}\nchangetype: delete\n\n", name, kBase);
}

std::string recycle_bin() {
  return fmt::format(
      "dn:\nchangetype: modify\nadd: enableOptionalFeature\n"
      "enableOptionalFeature: CN=Partitions,CN=Configuration,{}:766ddcd8-acd0-445e-f3b9-a7f9b6744f2a\n\n",
      kBase);
}

struct Lab {
  std::optional<support::SambaAd> dc;
  std::unique_ptr<support::InsideNamespace> inside;
  std::string hidden;       ///< doctor's word before the grant
  std::string hidden_then;  ///< and after it
  model::Harvest before, after;
};

class AdDeleted : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = support::SambaAd::start({.ldif = {company()}});
    ASSERT_TRUE(started) << started.error().message;
    lab_ = new Lab{std::move(*started), nullptr, {}, {}, {}, {}};
    lab_->inside.reset(new support::InsideNamespace(lab_->dc->enter()));
    std::this_thread::sleep_for(1100ms);  // so that a deletion is in another second than the making
    ASSERT_TRUE(apply(deleted("early")));
    ASSERT_TRUE(apply(deleted("PC1")));
    ASSERT_TRUE(apply(recycle_bin()));
    ASSERT_TRUE(apply(deleted("late")));
    lab_->before = collected();
    lab_->hidden = hidden();
    ASSERT_TRUE(let_the_reader_list_the_container());
    lab_->after = collected();
    lab_->hidden_then = hidden();
  }
  static void TearDownTestSuite() {
    delete lab_;
    lab_ = nullptr;
  }

  static bool apply(const std::string& ldif) {
    const auto done = lab_->dc->apply(ldif);
    EXPECT_TRUE(done) << done.error().message;
    return done.has_value();
  }
  /// What `dsacls … /G reader:LCRP` gives, beside what stands there as delivered: SYSTEM and administrators.
  static bool let_the_reader_list_the_container() {
    const auto done = support::run_command(
        {.argv = {"ldbmodify", "-H", database(), "--controls=show_deleted:1"},
         .input = fmt::format("dn: {}\nchangetype: modify\nreplace: nTSecurityDescriptor\n"
                              "nTSecurityDescriptor: O:DAG:DAD:PAI(A;;RPLC;;;{})(A;;RPWPCCDCLCSWRCWDWOSD;;;SY)"
                              "(A;;RPWPCCDCLCSWRCWDWOSD;;;BA)\n\n",
                              kContainer, sid_of_reader())},
        30s);
    EXPECT_TRUE(done) << done.error().message;
    if (!done) return false;
    EXPECT_EQ(done->exit_code, 0) << done->out << done->err;
    return done->exit_code == 0;
  }
  static std::string database() {
    return (lab_->dc->ca_file().parent_path().parent_path() / "private/sam.ldb").string();
  }
  static LdapOptions options() { return lab::reader_of(*lab_->dc); }
  static model::Harvest collected() { return make_ldap_source(options())->collect({&lab::now, {}}); }
  static std::string hidden() {
    auto session = lab::open(options());
    if (!session) return session.error().message;
    return deleted_objects_hidden(*session, kBase, {20s, connectors::Deadline::after(20s)});
  }
  static std::string sid_of_reader() {
    const model::Harvest& h = lab_->before;
    for (std::size_t i = 0; i < h.accounts.size(); ++i) {
      if (h.text.view(h.accounts.login[i]) == "reader") return std::string(h.text.view(h.accounts.sid[i]));
    }
    throw std::runtime_error("no reader");
  }
  static std::optional<std::size_t> row(std::string_view login) {
    const model::Harvest& h = lab_->after;
    for (std::size_t i = 0; i < h.deleted.size(); ++i) {
      if (h.text.view(h.deleted.login[i]) == login) return i;
    }
    return std::nullopt;
  }
  /// When isDeleted (0x20030) was written, as `ldbsearch --show-binary` prints it.
  static base::Instant as_ldbsearch_reads(const std::string& login) {
    const auto read = support::run_command(
        {.argv = {"ldbsearch", "-H", database(), "-b", kContainer, "-s", "one", "--show-deleted", "--show-recycled",
                  "--show-binary", "(sAMAccountName=" + login + ")", "replPropertyMetaData"}},
        30s);
    if (!read) throw std::runtime_error(read.error().message);
    std::istringstream lines(read->out);
    for (std::string line; std::getline(lines, line);) {
      if (line.find("attid ") == std::string::npos || line.find("(0x20030)") == std::string::npos) continue;
      std::getline(lines, line);  // version
      std::getline(lines, line);
      std::tm time{};
      std::istringstream text(line.substr(line.find(": ") + 2));
      text >> std::get_time(&time, "%a %b %d %H:%M:%S %Y");
      if (text.fail()) throw std::runtime_error("no time: " + line);
      return base::Instant(std::chrono::seconds(timegm(&time)));
    }
    throw std::runtime_error("no isDeleted of " + login + ":\n" + read->out);
  }

  static inline Lab* lab_ = nullptr;
};

TEST_F(AdDeleted, IsNotToldToAnOrdinaryUserAndSaysSo) {
  EXPECT_EQ(lab_->before.deleted.size(), 0U);
  EXPECT_THAT(lab_->before.source.notes,
              Contains(HasSubstr("cannot tell who was deleted: the container of deleted objects of " +
                                 std::string(kBase) + " is not shown to this account")));
  EXPECT_EQ(lab_->before.source.coverage.state, model::CoverageState::complete) << "accounts were all seen";
  EXPECT_THAT(lab_->hidden, HasSubstr("is not shown to this account"));
  EXPECT_EQ(lab_->hidden_then, "");
  EXPECT_THAT(*least_grant(options()), HasSubstr("dsacls \"" + std::string(kContainer) + "\" /G"));
}

TEST_F(AdDeleted, IsToldWithTheTimeThatTheDomainControllerKeeps) {
  for (const char* login : {"early", "late"}) {
    const auto at = row(login);
    ASSERT_TRUE(at) << login;
    const model::TimeFact& when = lab_->after.deleted.deleted[*at];
    ASSERT_EQ(when.state, TimeState::known);
    EXPECT_EQ(when.bounds, base::Bounds::exactly(as_ldbsearch_reads(login))) << login;
    EXPECT_EQ(lab_->after.text.view(when.basis), "replPropertyMetaData of isDeleted");
    EXPECT_EQ(lab_->after.deleted.enabled[*at].value, model::Truth::yes) << login;
    EXPECT_FALSE(lab_->after.text.view(lab_->after.deleted.native_id[*at]).empty());
  }
  EXPECT_EQ(lab_->after.deleted.size(), 2U) << "computers are nobody's access";
}

TEST_F(AdDeleted, KeepsTheEmployeeNumberWithTheRecycleBinAlone) {
  EXPECT_EQ(lab_->after.text.view(lab_->after.deleted.employee_number[*row("late")]), "1002");
  EXPECT_EQ(lab_->after.text.view(lab_->after.deleted.employee_number[*row("early")]), "");
  EXPECT_EQ(lab_->after.deleted.expires[*row("late")].state, TimeState::never);
  EXPECT_EQ(lab_->after.deleted.expires[*row("early")].state, TimeState::unknown);
}

TEST_F(AdDeleted, IsNoAccountAndNobodys) {
  EXPECT_EQ(lab_->after.accounts.size(), lab_->before.accounts.size());
  for (std::size_t i = 0; i < lab_->after.accounts.size(); ++i) {
    EXPECT_NE(lab_->after.text.view(lab_->after.accounts.login[i]), "early");
    EXPECT_NE(lab_->after.text.view(lab_->after.accounts.login[i]), "late");
  }
}

/// Both left long before anybody looked; HR knows their logins too.
model::Harvest hr(base::Instant now) {
  model::Harvest h;
  h.source.name = "hr";
  h.source.coverage.state = model::CoverageState::complete;
  h.source.started = h.source.finished = now;
  for (const auto& [number, login] : {std::pair("1001", "early"), std::pair("1002", "late"), {"1003", "stays"}}) {
    const std::size_t row = h.people.add(model::SourceId(0)).index();
    h.people.employee_id[row] = h.text.add(number);
    h.people.login[row] = h.text.add(login);
    h.people.status[row] = number == std::string("1003") ? model::Employment::active : model::Employment::left;
    if (h.people.status[row] == model::Employment::left) {
      h.people.last_day[row] =
          model::TimeFact::known(base::Bounds::exactly(now - std::chrono::hours(24 * 10)), h.text.add("Last Day"));
    }
  }
  return h;
}

TEST_F(AdDeleted, TellsWhenAccessOfALeaverEndedWhomNoRunEverSaw) {
  const base::Instant now = lab::now();
  std::vector<model::Harvest> all;
  all.push_back(hr(now));
  all.push_back(lab_->after);
  const model::Snapshot snapshot = model::join(std::move(all), now);
  correlation::Settings settings;
  settings.rules.push_back({correlation::MatchBy::login, 0.9, {}, {}});
  const auto links = correlation::correlate_since(std::nullopt, snapshot, settings, {});
  const auto rules = *rules::RuleSet::build({});
  const auto access = access::effective_access(snapshot, {});
  const auto followed = evaluation::follow_leavers({rules, snapshot, links, access, {}}, {});
  ASSERT_EQ(followed.size(), 2U);
  const model::Revocation &early = followed[0].revocation, &late = followed[1].revocation;
  EXPECT_EQ(late.access.gone, base::Bounds::exactly(as_ldbsearch_reads("late")));
  EXPECT_EQ(late.access_told, "by deletion; source: deleted objects of lab-ad");
  EXPECT_TRUE(late.kept_access()) << "until then it worked, ten days after the end";
  ASSERT_TRUE(early.access.gone);
  EXPECT_EQ(early.access.gone->latest, as_ldbsearch_reads("early")) << "found by its login";
  EXPECT_EQ(early.access.gone->earliest, base::kBeginningOfTime) << "whether it had expired before is not kept";
  EXPECT_EQ(early.access_told, "by deletion at the latest; source: deleted objects of lab-ad");
}

}  // namespace
}  // namespace tally::directory
