// Two forests in one audit, each a real Samba domain controller: "corp" has members of "partner" in its groups, as
// foreign security principals. What an account of the one may do in the other, and when that cannot be told. Needs
// root.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "tests/integration/audit/company.h"
#include "tests/integration/audit/desk.h"
#include "tests/integration/audit/servers.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr std::string_view kCorp = "DC=ad,DC=lab,DC=test", kPartner = "DC=partner,DC=test";
constexpr int kDomainLocal = -2147483644, kGlobal = -2147483646;  ///< groupType, security-enabled (MS-ADTS 2.2.12)

std::string unit(std::string_view name, std::string_view base) {
  return fmt::format("dn: OU={},{}\nobjectClass: organizationalUnit\n\n", name, base);
}

/// The password is "Disabled-passw0rd1": without one nobody is enabled.
std::string user(std::string_view name, std::string_view number, std::string_view base, const Company& days) {
  return fmt::format(
      "dn: CN={0},OU=Staff,{1}\nobjectClass: user\nsAMAccountName: {0}\nemployeeNumber: {2}\nuserAccountControl: 512\n"
      "clearTextPassword:: RABpAHMAYQBiAGwAZQBkAC0AcABhAHMAcwB3ADAAcgBkADEA\nlastLogonTimestamp: {3}\n\n",
      name, base, number, days.filetime(-90));
}

std::string group(std::string_view name, std::string_view where, int type) {
  return fmt::format("dn: CN={0},{1}\nobjectClass: group\nsAMAccountName: {0}\ngroupType: {2}\n\n", name, where, type);
}

std::string put_into(std::string_view group, std::string_view member) {
  return fmt::format("dn: {}\nchangetype: modify\nadd: member\nmember: {}\n\n", group, member);
}

std::string take_from(std::string_view group, std::string_view member) {
  return fmt::format("dn: {}\nchangetype: modify\ndelete: member\nmember: {}\n\n", group, member);
}

std::string into_administrators(std::string_view member) {
  return put_into(fmt::format("CN=Administrators,CN=Builtin,{}", kCorp), member);
}

/// Ada left; her account at partner is in Administrators of corp. Ben changed jobs; over Operators of partner and
/// Server Team of corp he is in it too. Cleo works at partner, Dora at corp, and neither has power.
struct Domains {
  Company days;
  support::SambaAd corp = value_of(support::SambaAd::start(
      {.ldif = {unit("Staff", kCorp) + unit("Teams", kCorp) + user("dora", "000004", kCorp, days) +
                group("Server Team", fmt::format("OU=Teams,{}", kCorp), kDomainLocal) +
                into_administrators(fmt::format("CN=Server Team,OU=Teams,{}", kCorp))}}));
  support::SambaAd partner = value_of(support::SambaAd::start(
      {.ldif = {unit("Staff", kPartner) + unit("Teams", kPartner) + user("ada", "000001", kPartner, days) +
                user("ben", "000002", kPartner, days) + user("cleo", "000003", kPartner, days) +
                group("Operators", fmt::format("OU=Teams,{}", kPartner), kGlobal) +
                put_into(fmt::format("CN=Operators,OU=Teams,{}", kPartner),
                         fmt::format("CN=ben,OU=Staff,{}", kPartner))},
       .beside = &corp}));
  support::InsideNamespace inside = corp.enter();

  Domains() {
    value_of(
        corp.apply(into_administrators("<SID=" + sid_of("ada") + ">") +
                   put_into(fmt::format("CN=Server Team,OU=Teams,{}", kCorp), "<SID=" + sid_of("Operators") + ">")));
  }

  /// As the domain controller's own tool reads it from its database.
  [[nodiscard]] std::string sid_of(std::string_view name) const {
    const std::string told = value_of(support::run_successfully(
        {.argv = {"ldbsearch", "-H", partner.database(), fmt::format("(sAMAccountName={})", name), "objectSid"}}, 30s));
    const std::size_t from = told.find("objectSid: ") + 11;
    return told.substr(from, told.find('\n', from) - from);
  }
};

class TwoDomains : public testing::Test {
 protected:
  static void SetUpTestSuite() { domains_ = std::make_unique<Domains>(); }
  static void TearDownTestSuite() { domains_.reset(); }

  static std::string hr_csv() {
    const Company& days = domains_->days;
    std::string out = "Personnel No,Given Name,Family Name,Mail,Status,First Day,Last Day,Job,Moved\n";
    const auto add = [&](std::string_view number, std::string_view name, std::string_view left,
                         std::string_view moved) {
      out += fmt::format("{},{},Test,,{},{},{},Worker,{}\n", number, name, left.empty() ? "Active" : "Left",
                         days.day(-900), left, moved);
    };
    add("000001", "Ada", days.day(-60), "");
    add("000002", "Ben", "", days.day(-40));
    add("000003", "Cleo", "", "");
    add("000004", "Dora", "", "");
    return out;
  }
  /// [[directory]] for one of the domains; an empty `base`: all of it.
  static std::string section(Desk& desk, const std::string& name, const support::SambaAd& s, std::string base = {}) {
    if (base.empty()) base = s.base_dn();
    return fmt::format(
        "[[directory]]\nname = \"{0}\"\ntype = \"active-directory\"\nuri = \"{1}\"\nsecurity = \"ldaps\"\n"
        "bind_dn = \"{2}\"\npassword_file = \"{3}\"\nca_file = \"{4}\"\nbases = [\"{5}\"]\n\n",
        name, s.tls_uri(), s.reader_upn(), desk.write(name + ".password", s.reader_password() + "\n"),
        s.ca_file().string(), base);
  }
  static std::string corp(Desk& desk) { return section(desk, "corp", domains_->corp); }
  static std::string partner(Desk& desk, std::string base = {}) {
    return section(desk, "partner", domains_->partner, std::move(base));
  }
  static Json audited(Desk& desk, const std::string& directories) {
    desk.write("hr.csv", hr_csv());
    std::string hr = hr_section();
    hr.insert(hr.find("[hr.status_words]"), "moved = \"Moved\"\n");
    desk.configure(
        hr + directories +
        "[correlation]\nregistered = [{ login = \"reader\", owner = \"000004\", purpose = \"this audit\" }]\n"
        "[rules.MVR-001]\nstate = \"active\"\n[rules.ORP-006]\nstate = \"active\"\n");
    const auto run = desk.audit();
    if (run.exit_code != 1) throw std::runtime_error(run.out + run.err);
    return desk.report();
  }
  /// Why that rule cannot tell about the subject; "" when it does not say so.
  static std::string untold(const Json& report, const Verdict& verdict) {
    for (const Json& group : report.at("cannot_tell")) {
      const Json alone = {{"cannot_tell", Json::array({group})}};
      if (cannot_tell(alone).contains(verdict)) return group.at("reason");
    }
    return "";
  }
  /// Why it cannot tell about what was not seen of that source.
  static std::string unseen(const Json& report, const std::string& rule, const std::string& source) {
    for (const Json& group : report.at("cannot_tell")) {
      for (const Json& subject : group.at("examples")) {
        if (group.at("rule") == rule && subject.at("kind") == "source" && subject.at("source") == source)
          return group.at("reason");
      }
    }
    return "";
  }
  static std::set<std::string> groups_found(const Json& report, const std::string& rule) {
    std::set<std::string> out;
    for (const Json& finding : report.at("findings")) {
      if (finding.at("rule") == rule) out.insert(finding.at("subject").at("label"));
    }
    return out;
  }
  static std::vector<std::string> path(const Json& report, const Verdict& verdict) {
    const Json found = finding(report, verdict);
    return found.is_null() ? std::vector<std::string>() : found.at("path").get<std::vector<std::string>>();
  }

  static inline std::unique_ptr<Domains> domains_;
};

TEST_F(TwoDomains, ShowALeaversAndAMoversPowerInTheOtherOneWithItsPath) {
  Desk desk;
  const Json report = audited(desk, corp(desk) + partner(desk));
  EXPECT_THAT(findings(report), Contains(Verdict("LVR-001", "partner/ada")));
  EXPECT_THAT(path(report, {"PRV-001", "partner/ada"}), ElementsAre("ada", "Administrators"));
  EXPECT_THAT(path(report, {"PRV-001", "partner/ben"}),
              ElementsAre("ben", "Operators", "Server Team", "Administrators"));
  // Domain controllers and Administrator of both, the readers, cleo and dora: everybody else was seen to have none.
  EXPECT_EQ(tally(report, "PRV-001").at("violations"), 2);
  EXPECT_EQ(tally(report, "PRV-001").at("cannot_tell"), 0);
  EXPECT_EQ(tally(report, "MVR-001").at("cannot_tell"), 0);
  EXPECT_THAT(groups_found(report, "ORP-006"), IsEmpty());
}

TEST_F(TwoDomains, OfWhichOneIsNotReadLeaveItsMembersOfTheOtherUntold) {
  Desk desk;
  const Json report = audited(desk, corp(desk));
  EXPECT_THAT(groups_found(report, "ORP-006"), UnorderedElementsAre("Administrators", "Server Team"));
  EXPECT_EQ(unseen(report, "MVR-001", "corp"),
            "no directory shows who 2 members of groups of corp are (Administrators, Server Team)");
  EXPECT_EQ(tally(report, "PRV-001").at("cannot_tell"), 0) << "foreign members are never of the group's own forest";
}

TEST_F(TwoDomains, OfWhichOneDoesNotAnswerLeaveEverythingOfItUntold) {
  Desk desk;
  std::string broken = partner(desk);
  desk.write("partner.password", "wrong\n");
  const Json report = audited(desk, corp(desk) + broken);
  EXPECT_THAT(coverage(report, "partner"), StartsWith("failed; "));
  EXPECT_THAT(groups_found(report, "ORP-006"), UnorderedElementsAre("Administrators", "Server Team"));
  EXPECT_THAT(unseen(report, "PRV-001", "partner"), HasSubstr("directory partner is failed"));
  EXPECT_EQ(unseen(report, "MVR-001", "corp"),
            "no directory shows who 2 members of groups of corp are (Administrators, Server Team)");
}

TEST_F(TwoDomains, OfWhichOneHidesTheGroupBetweenClearNobodyOfIt) {
  Desk desk;
  const Json report = audited(desk, corp(desk) + partner(desk, fmt::format("OU=Staff,{}", kPartner)));
  EXPECT_EQ(coverage(report, "partner"), "complete") << "of what was asked for";
  EXPECT_THAT(path(report, {"PRV-001", "partner/ada"}), ElementsAre("ada", "Administrators"));
  EXPECT_THAT(path(report, {"PRV-001", "partner/ben"}), IsEmpty());
  for (const char* account : {"partner/ben", "partner/cleo"}) {
    EXPECT_THAT(untold(report, {"PRV-001", account}), HasSubstr("Server Team of corp has 1 member that no directory"))
        << account;
  }
  EXPECT_EQ(untold(report, {"PRV-001", "corp/dora"}), "");
  EXPECT_EQ(unseen(report, "MVR-001", "corp"), "no directory shows who 1 member of groups of corp is (Server Team)");
}

// Last: it changes the groups. No account of the one is seen in the other any more.
TEST_F(TwoDomains, WithAuthenticatedUsersInAPrivilegedGroupClearNobodyOfBoth) {
  const auto name = [](const std::string& sid) {
    return fmt::format("CN={},CN=ForeignSecurityPrincipals,{}", sid, kCorp);
  };
  const std::string administrators = fmt::format("CN=Administrators,CN=Builtin,{}", kCorp);
  const std::string team = fmt::format("CN=Server Team,OU=Teams,{}", kCorp);
  value_of(domains_->corp.apply(take_from(administrators, name(domains_->sid_of("ada"))) +
                                take_from(team, name(domains_->sid_of("Operators")))));
  {
    Desk desk;
    const Json report = audited(desk, corp(desk) + partner(desk));
    ASSERT_EQ(tally(report, "PRV-001").at("cannot_tell"), 0);
    ASSERT_EQ(tally(report, "PRV-001").at("violations"), 0);
  }
  value_of(domains_->corp.apply(put_into(administrators, name("S-1-5-11")) + put_into(team, "<SID=S-1-1-0>")));
  Desk desk;
  const Json report = audited(desk, corp(desk) + partner(desk));
  for (const auto& [account, where] : {std::pair{"corp/dora", ""}, {"partner/cleo", " of corp"}}) {
    const std::string why = untold(report, {"PRV-001", account});
    EXPECT_THAT(why, HasSubstr(fmt::format("members of Administrators{} could be read (Authenticated Users", where)));
    // Which Samba names CN=Everyone,CN=WellKnown Security Principals,CN=Configuration,….
    EXPECT_THAT(why, HasSubstr(fmt::format("members of Server Team{} could be read (Everyone", where)));
  }
}

}  // namespace
}  // namespace tally::integration
