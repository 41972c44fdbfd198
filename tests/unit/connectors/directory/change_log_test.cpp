// What follows from the Retro Changelog of 389 Directory Server, one sentence of change_log.h after the other. What
// follows from writes in general is tested with AccessLog.
#include "connectors/directory/change_log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "connectors/directory/change_text.h"
#include "connectors/directory/ds389.h"
#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

std::vector<std::string> modifications(std::string_view text) {
  std::vector<std::string> out;
  const bool read = ChangeText(text).modifications([&](const LoggedModification& one) {
    out.push_back(fmt::format("{}{}{}", one.attribute, "?+-=#"[static_cast<std::size_t>(one.op)],
                              one.value ? std::string(*one.value) : "(all)"));
  });
  return read ? out : std::vector<std::string>{"unreadable"};
}

// As 389-Directory/2.3.1 writes them, the zero byte at the end included.
TEST(ChangeText, IsReadAsTheServerWritesIt) {
  const std::string written =
      "replace: nsAccountLock\nnsAccountLock: true\n-\nadd: member\nmember: uid=a,dc=\n b\nmember:: dWlkPWI=\n-\n"
      "delete: description\n-\nreplace: mail\n-\nreplace: modifytimestamp\nmodifytimestamp: 20261123093526Z\n-\n";
  EXPECT_THAT(modifications(written + '\0'),
              ElementsAre("nsAccountLock=true", "member+uid=a,dc=b", "member+uid=b", "description-(all)", "mail-(all)",
                          "modifytimestamp=20261123093526Z"));
  EXPECT_THAT(modifications("delete: x\nX: \n-\n"), ElementsAre("x-")) << "an empty value is one";
  std::vector<std::string> all;
  EXPECT_TRUE(
      ChangeText("objectClass: top\ncn:: Zw==\n").attributes([&](std::string_view name, std::string_view value) {
        all.push_back(std::string(name) + "=" + std::string(value));
      }));
  EXPECT_THAT(all, ElementsAre("objectClass=top", "cn=g"));
}

TEST(ChangeText, IsRefusedInAnyOtherForm) {
  for (const char* text :
       {"replace: a\na: b\n", "replace: a\nb: c\n-\n", "move: a\n-\n", "add: a\n-\n", " folded: a\n-\n", "-\n", "a\n",
        "add: a\n\na: b\n-\n", "add: a\na:: b\n-\n", "add: a\na:< file:///etc/passwd\n-\n", "add: a b\na b: c\n-\n"}) {
    EXPECT_THAT(modifications(text), ElementsAre("unreadable")) << text;
  }
  for (const char* text : {"dn\n", "cn:: *\n", "cn:< file:///etc/passwd\n", "cn: a\n\nsn: b\n"}) {
    EXPECT_FALSE(ChangeText(text).attributes([](std::string_view, std::string_view) {})) << text;
  }
}

constexpr const char* kJane = "11111111-11111111-11111111-11111111";
constexpr const char* kBob = "22222222-22222222-22222222-22222222";
constexpr const char* kSales = "33333333-33333333-33333333-33333333";
constexpr const char* kNobody = "44444444-44444444-44444444-44444444";

/// Jane and Bob, of 1 January 2020, both in Sales. The log begins on 1 February 2026 with a change of nobody here.
struct Changed {
  explicit Changed(const std::string& of_jane = "", std::vector<std::string> disabled_when = {})
      : tree(options(std::move(disabled_when))), log(tree.options) {
    tree.read(person("jane", kJane, of_jane) + person("bob", kBob, "") +
              fmt::format("dn: cn=sales,dc=test\nobjectClass: groupOfNames\ncn: sales\nnsUniqueId: {}\n"
                          "createTimestamp: 20200101000000Z\nmodifyTimestamp: 20260520000000Z\n"
                          "member: uid=jane,dc=test\nmember: uid=bob,dc=test\n\n",
                          kSales));
    change("20260201000000Z", "modify", "uid=nobody,dc=test", kNobody, "replace: sn\nsn: x\n-\n");
  }
  static ProfileOptions options(std::vector<std::string> disabled_when) {
    ProfileOptions o;
    o.dialect = Dialect::ds389;
    o.bases = {"dc=test"};
    o.disabled_when = std::move(disabled_when);
    return o;
  }
  static std::string person(std::string_view uid, const char* id, const std::string& more,
                            std::string_view created = "20200101000000Z") {
    return fmt::format(
        "dn: uid={0},dc=test\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {0}\nnsUniqueId: {1}\n"
        "createTimestamp: {3}\nmodifyTimestamp: 20260520000000Z\n{2}\n",
        uid, id, more, created);
  }

  Changed& change(const char* at, const char* type, const char* dn, const char* id, const std::string& changes) {
    Entry entry;
    entry.start("changenumber=x,cn=changelog");
    const auto put = [&entry](std::string_view name, std::string_view value) {
      entry.attribute(name);
      if (!value.empty()) entry.value(value);
    };
    const std::string number = std::to_string(++changes_);
    put("changeNumber", number);
    put("changeTime", at);
    put("changeType", type);
    put("targetDn", dn);
    if (id[0] != '\0') put("targetUniqueId", id);
    put("changes", changes);
    log.take(entry);
    return *this;
  }
  Changed& jane(const char* at, const std::string& changes) {
    return change(at, "modify", "uid=jane,dc=test", kJane, changes);
  }
  Changed& sales(const char* at, const std::string& changes) {
    return change(at, "modify", "cn=sales,dc=test", kSales, changes);
  }
  Changed& told() {
    tree.profile->finish(tree.builder);
    log.tell(tree.builder);
    tree.left = tree.builder.finish();
    return *this;
  }
  std::string switched(std::uint32_t row = 0) const { return tree.fact(tree.harvest.accounts.switched[row]); }
  std::string removed(std::uint32_t row = 0) const { return tree.fact(tree.harvest.accounts.removed[row]); }
  std::string since(std::uint32_t row) const {
    const model::TimeFact* fact = tree.harvest.membership_times.find(model::AccountId(row), model::GroupId(0));
    return fact == nullptr ? "not told" : tree.fact(*fact);
  }

  Tree tree;
  ChangeLog log;
  int changes_ = 0;
};

const std::string kLocked = "nsAccountLock: true\n";
const std::string kLock = "add: nsAccountLock\nnsAccountLock: true\n-\n";
const std::string kUnlock = "delete: nsAccountLock\n-\n";
const std::string kReplaced = "replace: nsAccountLock\nnsAccountLock: TRUE\n-\n";

TEST(ChangeLogSwitch, WasTurnedWhenTheLockWasWritten) {
  EXPECT_EQ(Changed(kLocked).jane("20260414090000Z", kLock).told().switched(), "2026-04-14T09:00:00Z");
  EXPECT_EQ(Changed().jane("20260301000000Z", kLock).jane("20260414090000Z", kUnlock).told().switched(),
            "2026-04-14T09:00:00Z");
  EXPECT_EQ(Changed(kLocked).told().switched(), "between 2020-01-01T00:00:00Z and 2026-02-01T00:00:00Z")
      << "before the log begins";
}

TEST(ChangeLogSwitch, MayHaveBeenThatWayBeforeAValueThatWasReplaced) {
  EXPECT_EQ(Changed(kLocked).jane("20260414090000Z", kReplaced).told().switched(),
            "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
  EXPECT_EQ(Changed(kLocked).jane("20260301000000Z", kUnlock).jane("20260414090000Z", kReplaced).told().switched(),
            "2026-04-14T09:00:00Z")
      << "it was on before, says the log";
}

// Times are to the second: the number tells which came first.
TEST(ChangeLogSwitch, IsTurnedByEachOfTwoChangesOfOneSecond) {
  EXPECT_EQ(Changed(kLocked)
                .jane("20260301000000Z", kLock)
                .jane("20260414090000Z", kUnlock)
                .jane("20260414090000Z", kLock)
                .told()
                .switched(),
            "2026-04-14T09:00:00Z");
}

TEST(ChangeLogSwitch, IsKnownFromTheBirthOfAnEntryThatIsYoungerThanTheLog) {
  const auto young = [](const std::string& now, const std::string& at_birth, const std::string& later = "") {
    Changed c;
    c.tree.read(Changed::person("new", kNobody, now, "20260301000000Z"));
    c.change("20260301000000Z", "add", "uid=new,dc=test", kNobody, "objectClass: inetOrgPerson\nuid: new\n" + at_birth);
    if (!later.empty()) c.change("20260414090000Z", "modify", "uid=new,dc=test", kNobody, later);
    return c.told().switched(2);
  };
  EXPECT_THAT(young("", ""), StartsWith("never"));
  EXPECT_EQ(young(kLocked, kLocked), "2026-03-01T00:00:00Z");
  EXPECT_EQ(young(kLocked, "", kReplaced), "2026-04-14T09:00:00Z") << "made without a lock, so it was on until then";
}

TEST(ChangeLogSwitch, MayHaveBeenTurnedByWhateverElseDisables) {
  Changed site("employeeType: gone\n", {"employeeType=gone"});
  site.jane("20260414090000Z", "replace: employeeType\nemployeeType: gone\n-\n").told();
  EXPECT_EQ(site.switched(), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
  Changed of_service(kLocked);
  of_service.jane("20260301000000Z", kLock)
      .change("20260415000000Z", "add", "cn=cos,dc=test", kNobody, "cosAttribute: nsAccountLock operational\n")
      .told();
  EXPECT_EQ(of_service.switched(), "between 2020-01-01T00:00:00Z and 2026-04-15T00:00:00Z");
  Changed unclear(kLocked);
  unclear.jane("20260301000000Z", kLock).jane("20260414090000Z", "").told();
  EXPECT_EQ(unclear.switched(), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z") << "that change is not shown";
}

// A class of service or a role that went may have kept Jane locked until then.
TEST(ChangeLogSwitch, MayHaveBeenTurnedOnByWhatWasDeleted) {
  const auto after = [](const char* dn) {
    return Changed().change("20260414090000Z", "delete", dn, kNobody, "").told().switched();
  };
  EXPECT_EQ(after("cn=cos,dc=test"), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
  EXPECT_EQ(after("uid=gone,dc=test"), "between 2020-01-01T00:00:00Z and 2026-02-01T00:00:00Z");
  EXPECT_EQ(Changed(kLocked).change("20260414090000Z", "delete", "cn=cos,dc=test", kNobody, "").told().switched(),
            "between 2020-01-01T00:00:00Z and 2026-02-01T00:00:00Z")
      << "what goes locks nobody";
}

TEST(ChangeLogSwitch, IsToldNoLaterThanTheLockOfTheEntryWhereLocksAreComputed) {
  Changed c(kLocked);
  c.jane("20260301000000Z", kLock).log.locks_are_computed("by class of service");
  c.told();
  EXPECT_EQ(c.switched(), "not after 2026-03-01T00:00:00Z");
  EXPECT_EQ(c.switched(1), "unknown: by class of service");
}

TEST(ChangeLogSwitch, IsOfTheEntryOfThatIdWhateverItIsCalled) {
  Changed renamed(kLocked);
  renamed.change("20260414090000Z", "modify", "uid=old-name,dc=test", kJane, kLock)
      .change("20260415090000Z", "modrdn", "uid=old-name,dc=test", kJane, "")
      .told();
  EXPECT_EQ(renamed.switched(), "2026-04-14T09:00:00Z");
}

TEST(ChangeLogSwitch, CountsFromTheLastRenameWhereTheLogWritesNoIds) {
  Changed before(kLocked);
  before.change("20260414090000Z", "modify", "uid=jane,dc=test", "", kLock)
      .change("20260415090000Z", "modrdn", "uid=jones,dc=test", "", "")
      .told();
  EXPECT_EQ(before.switched(), "between 2020-01-01T00:00:00Z and 2026-04-15T09:00:00Z") << "that may be another Jane";
  Changed after(kLocked);
  after.change("20260415090000Z", "modrdn", "uid=jones,dc=test", "", "")
      .change("20260416090000Z", "modify", "UID=jane, dc=test", "", kLock)
      .told();
  EXPECT_EQ(after.switched(), "2026-04-16T09:00:00Z");
}

TEST(ChangeLogMember, IsThereSinceItWasAddedOrTheGroupWasMade) {
  Changed c;
  c.sales("20260401000000Z", "add: member\nmember: UID=jane, dc=test\n-\n").told();
  EXPECT_EQ(c.since(0), "2026-04-01T00:00:00Z");
  EXPECT_EQ(c.since(1), "not after 2026-02-01T00:00:00Z");
  Changed made;
  made.change("20260401000000Z", "add", "cn=sales,dc=test", kSales, "cn: sales\nmember: uid=jane,dc=test\n")
      .sales("20260501000000Z", "add: uniqueMember\nuniqueMember: uid=bob,dc=test\n-\n")
      .told();
  EXPECT_EQ(made.since(0), "2026-04-01T00:00:00Z");
  EXPECT_EQ(made.since(1), "2026-05-01T00:00:00Z");
}

TEST(ChangeLogMember, WasTakenOutWhenTheLogSaysSo) {
  Changed c;
  c.sales("20260401000000Z", "delete: member\nmember: uid=jane,dc=test\n-\n").told();
  EXPECT_EQ(c.removed(0), "2026-04-01T00:00:00Z");
  EXPECT_EQ(c.removed(1), "not after 2026-02-01T00:00:00Z");
}

TEST(ChangeLogMember, MayHaveComeAndGoneWithAChangeThatIsNotShown) {
  Changed c;
  c.sales("20260401000000Z", "add: member\nmember: uid=jane,dc=test\n-\n").sales("20260501000000Z", "").told();
  EXPECT_EQ(c.since(0), "between 2026-04-01T00:00:00Z and 2026-05-01T00:00:00Z");
  EXPECT_EQ(c.since(1), "not after 2026-05-01T00:00:00Z");
  EXPECT_EQ(c.removed(1), "not after 2026-05-01T00:00:00Z");
}

TEST(ChangeLogMember, OfARoleIsToldByNobody) {
  Changed c("nsRoleDN: cn=role,dc=test\n");
  c.tree.read(
      "dn: cn=role,dc=test\nobjectClass: ldapSubEntry\nobjectClass: nsRoleDefinition\nobjectClass: "
      "nsManagedRoleDefinition\ncn: role\n"
      "nsUniqueId: 55555555-55555555-55555555-55555555\ncreateTimestamp: 20200101000000Z\n"
      "modifyTimestamp: 20260520000000Z\n\n");
  c.jane("20260401000000Z", "replace: nsRoleDN\nnsRoleDN: cn=role,dc=test\n-\n").told();
  ASSERT_EQ(c.tree.groups_of("jane"), "sales role");
  EXPECT_EQ(c.tree.harvest.membership_times.find(model::AccountId(0), model::GroupId(1)), nullptr);
  EXPECT_EQ(c.removed(1), "not after 2026-04-01T00:00:00Z") << "another role may have been taken away";
}

TEST(ChangeLog, CountsWhatItCannotUnderstandAndWhatIsMissing) {
  Changed c;
  c.jane("yesterday", kLock).change("20260401000000Z", "applaud", "dc=test", kJane, kLock);
  EXPECT_EQ(c.log.unreadable(), 2U);
  c.changes_ += 3;
  c.jane("20260402000000Z", "add: nsAccountLock\n-\n");
  EXPECT_EQ(c.log.missing(), 4U) << "with the one of yesterday, which has no place in time";
  EXPECT_EQ(c.log.without_changes(), 1U);
  EXPECT_EQ(c.log.last(), 7);
  EXPECT_EQ(base::format_instant(*c.log.first()), "2026-02-01T00:00:00Z");
}

TEST(ChangeLogDeletion, OfWhatIsNamedByUidIsAnAccountThatIsNoMore) {
  Changed c;
  c.change("20260301100000Z", "delete", "UID=carl,ou=people,dc=test", kNobody, "");
  c.change("20260302100000Z", "delete", "uid=dora,dc=test", "", "").told();
  const model::DeletedAccounts& d = c.tree.harvest.deleted;
  ASSERT_EQ(d.size(), 2U);
  EXPECT_EQ(c.tree.view(d.dn[0]), "UID=carl,ou=people,dc=test");
  EXPECT_EQ(c.tree.view(d.login[0]), "carl");
  EXPECT_EQ(c.tree.view(d.native_id[0]), unique_id_text(kNobody)) << "as of an account";
  EXPECT_EQ(c.tree.fact(d.deleted[0]), "2026-03-01T10:00:00Z");
  EXPECT_EQ(c.tree.view(d.deleted[0].basis), "cn=changelog");
  EXPECT_EQ(d.enabled[0].value, model::Truth::unknown);
  EXPECT_EQ(d.expires[0].state, model::TimeState::unknown);
  EXPECT_EQ(c.tree.view(d.login[1]), "dora");
  EXPECT_EQ(c.tree.view(d.native_id[1]), "") << "the log does not say it";
}

TEST(ChangeLogDeletion, OfAnythingElseIsNone) {
  Changed c;
  for (const char* dn :
       {"cn=sales,dc=test", "uid=eve,dc=elsewhere", "uid=x\\2cy,dc=test", "uid=x+cn=y,dc=test", "uid="})
    c.change("20260301100000Z", "delete", dn, kNobody, "");
  c.change("20260301100000Z", "modrdn", "uid=jane,dc=test", kJane, "").told();
  EXPECT_EQ(c.tree.harvest.deleted.size(), 0U);
}

}  // namespace
}  // namespace tally::directory
