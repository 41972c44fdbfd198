// What follows from a log of slapo-accesslog(5), one sentence of access_log.h after the other.
#include "connectors/directory/access_log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

constexpr const char* kJane = "11111111-1111-4111-8111-111111111111";
constexpr const char* kBob = "22222222-2222-4222-8222-222222222222";
constexpr const char* kSales = "33333333-3333-4333-8333-333333333333";
constexpr const char* kForGood = "000001010000Z";

TEST(LoggedModification, IsReadAsTheManualWritesIt) {
  const auto added = read_modification("member:+ cn=a: b,dc=corp");
  ASSERT_TRUE(added);
  EXPECT_EQ(added->attribute, "member");
  EXPECT_EQ(added->op, LogOp::added);
  EXPECT_EQ(added->value, "cn=a: b,dc=corp");
  EXPECT_EQ(read_modification("mail:-")->value, std::nullopt);
  EXPECT_EQ(read_modification("mail:- ")->value, "") << "an empty value is one";
  EXPECT_EQ(read_modification("mail:= x")->op, LogOp::replaced);
  EXPECT_EQ(read_modification("uidNumber:# 1")->op, LogOp::incremented);
  EXPECT_EQ(read_modification(":")->op, LogOp::boundary);
}

TEST(LoggedModification, IsRefusedInAnyOtherForm) {
  for (const char* text : {"", "mail", "mail:", "mail:?", "mail:?x", "mail:+x", ":+ x"}) {
    EXPECT_FALSE(read_modification(text)) << text;
  }
}

/// Jane and Bob, of 1 January 2020, both in Sales, with a policy under which locks count.
struct Logged {
  explicit Logged(const std::string& of_jane = "", std::vector<std::string> disabled_when = {})
      : tree(options(std::move(disabled_when))), log(tree.options) {
    tree.read("dn: cn=policy,dc=test\nobjectClass: pwdPolicy\npwdAttribute: userPassword\npwdLockout: TRUE\n\n" +
              person("jane", kJane, of_jane) + person("bob", kBob, "") +
              fmt::format("dn: cn=sales,dc=test\nobjectClass: groupOfNames\ncn: sales\nentryUUID: {}\n"
                          "createTimestamp: 20200101000000Z\nmodifyTimestamp: 20260520000000Z\n"
                          "member: uid=jane,dc=test\nmember: uid=bob,dc=test\n\n",
                          kSales));
  }
  static ProfileOptions options(std::vector<std::string> disabled_when) {
    ProfileOptions o;
    o.bases = {"dc=test"};
    o.default_password_policy = "cn=policy,dc=test";
    o.disabled_when = std::move(disabled_when);
    return o;
  }
  static std::string person(std::string_view uid, const char* uuid, const std::string& more) {
    return fmt::format(
        "dn: uid={0},dc=test\nobjectClass: inetOrgPerson\nuid: {0}\ncn: {0}\nentryUUID: {1}\n"
        "createTimestamp: 20200101000000Z\nmodifyTimestamp: 20260520000000Z\n{2}\n",
        uid, uuid, more);
  }

  Logged& write(const char* at, const char* type, const char* dn, const char* uuid,
                const std::vector<std::string>& mods) {
    Entry entry;
    entry.start("reqStart=x,cn=accesslog");
    const auto put = [&entry](std::string_view name, std::string_view value) {
      entry.attribute(name);
      entry.value(value);
    };
    put("reqStart", at);
    put("reqType", type);
    put("reqDN", dn);
    if (uuid[0] != '\0') put("reqEntryUUID", uuid);
    entry.attribute("reqMod");
    for (const std::string& mod : mods) entry.value(mod);
    log.take(entry);
    return *this;
  }
  Logged& jane(const char* at, const std::vector<std::string>& mods) {
    return write(at, "modify", "uid=jane,dc=test", kJane, mods);
  }
  Logged& sales(const char* at, const std::vector<std::string>& mods) {
    return write(at, "modify", "cn=sales,dc=test", kSales, mods);
  }
  /// The log begins on 1 February 2026.
  Logged& told() {
    log.reaches_back_to(*base::parse_instant("2026-02-01T00:00:00Z"));
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
  AccessLog log;
};

const std::string kLocked = "pwdAccountLockedTime: 000001010000Z\n";
const std::string kLock = std::string("pwdAccountLockedTime:+ ") + kForGood;

TEST(AccessLogSwitch, WasTurnedWhenTheLockWasWritten) {
  EXPECT_EQ(Logged(kLocked).jane("20260414090000.000001Z", {kLock}).told().switched(), "2026-04-14T09:00:00.000001Z");
  EXPECT_EQ(
      Logged().jane("20260301000000Z", {kLock}).jane("20260414090000Z", {"pwdAccountLockedTime:-"}).told().switched(),
      "2026-04-14T09:00:00Z");
}

TEST(AccessLogSwitch, IsReadInTheOrderOfTime) {
  Logged l;
  l.jane("20260414090000Z", {"pwdAccountLockedTime:-"}).jane("20260301000000Z", {kLock}).told();
  EXPECT_EQ(l.switched(), "2026-04-14T09:00:00Z");
}

TEST(AccessLogSwitch, MayHaveBeenThatWayBeforeAValueThatWasReplaced) {
  Logged l(kLocked);
  l.jane("20260414090000Z", {std::string("pwdAccountLockedTime:= ") + kForGood}).told();
  EXPECT_EQ(l.switched(), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
}

TEST(AccessLogSwitch, StaysWhereItWasWhenOneRequestTurnsItOffAndOnAgain) {
  Logged l(kLocked);
  l.jane("20260301000000Z", {kLock}).jane("20260414090000Z", {"pwdAccountLockedTime:-", ":", kLock}).told();
  EXPECT_EQ(l.switched(), "2026-03-01T00:00:00Z");
  Logged first(kLocked);
  first.jane("20260414090000Z", {"pwdAccountLockedTime:-", ":", kLock}).told();
  EXPECT_EQ(first.switched(), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z") << "as it may have been before";
}

TEST(AccessLogSwitch, IsNotTurnedByALockoutForATime) {
  Logged l;
  l.jane("20260301000000Z", {"pwdAccountLockedTime:+ 20260301000000Z"})
      .jane("20260301001000Z", {"pwdAccountLockedTime:- 20260301000000Z"})
      .told();
  EXPECT_EQ(l.switched(), "between 2020-01-01T00:00:00Z and 2026-02-01T00:00:00Z");
}

TEST(AccessLogSwitch, WasTurnedBeforeTheLogBeginsWhenItShowsNothing) {
  EXPECT_EQ(Logged(kLocked).told().switched(), "between 2020-01-01T00:00:00Z and 2026-02-01T00:00:00Z");
}

TEST(AccessLogSwitch, WasNeverTurnedOfAnAccountThatIsYoungerThanTheLog) {
  Logged l;
  l.tree.read(
      "dn: uid=new,dc=test\nobjectClass: inetOrgPerson\nuid: new\nentryUUID: 44444444-4444-4444-8444-444444444444\n"
      "createTimestamp: 20260301000000Z\n\n");
  EXPECT_THAT(l.told().switched(2), testing::StartsWith("never"));
}

TEST(AccessLogSwitch, MayHaveBeenTurnedByWhateverElseDisables) {
  Logged start(kLocked);
  start.jane("20260301000000Z", {kLock}).jane("20260414090000Z", {"pwdStartTime:-"}).told();
  EXPECT_EQ(start.switched(), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
  Logged policy(kLocked);
  policy.jane("20260301000000Z", {kLock})
      .write("20260415000000Z", "modify", "cn=policy,dc=test", "", {"pwdLockout:= TRUE"})
      .told();
  EXPECT_EQ(policy.switched(), "between 2020-01-01T00:00:00Z and 2026-04-15T00:00:00Z");
  Logged site("employeeType: gone\n", {"employeeType=gone"});
  site.jane("20260414090000Z", {"employeeType:= gone"}).told();
  EXPECT_EQ(site.switched(), "between 2020-01-01T00:00:00Z and 2026-04-14T09:00:00Z");
}

TEST(AccessLogSwitch, IsUnknownWhenTheLogSaysOtherwiseThanTheAccount) {
  EXPECT_THAT(Logged().jane("20260414090000Z", {kLock}).told().switched(), testing::StartsWith("unknown"));
}

TEST(AccessLogSwitch, IsOfTheEntryOfThatIdWhateverItIsCalled) {
  Logged renamed(kLocked);
  renamed.write("20260414090000Z", "modify", "uid=old-name,dc=test", kJane, {kLock}).told();
  EXPECT_EQ(renamed.switched(), "2026-04-14T09:00:00Z");
  Logged replaced(kLocked);
  replaced.write("20260414090000Z", "modify", "uid=jane,dc=test", "99999999-9999-4999-8999-999999999999", {kLock})
      .told();
  EXPECT_EQ(replaced.switched(), "between 2020-01-01T00:00:00Z and 2026-02-01T00:00:00Z") << "another entry's past";
  Logged old(kLocked);
  old.write("20260414090000Z", "modify", "uid=Jane, dc=test", "", {kLock}).told();
  EXPECT_EQ(old.switched(), "2026-04-14T09:00:00Z") << "a server that writes no ids";
}

TEST(AccessLogMember, IsThereSinceItWasAdded) {
  Logged l;
  l.sales("20260401000000Z", {"member:+ uid=Jane,dc=test"}).told();
  EXPECT_EQ(l.since(0), "2026-04-01T00:00:00Z");
  EXPECT_EQ(l.since(1), "not after 2026-02-01T00:00:00Z") << "the log shows nothing of Bob";
}

TEST(AccessLogMember, IsThereSinceItWasAddedLast) {
  Logged l;
  l.sales("20260301000000Z", {"member:+ uid=jane,dc=test"})
      .sales("20260401000000Z", {"member:- uid=jane,dc=test"})
      .sales("20260501000000Z", {"member:+ uid=jane,dc=test"})
      .told();
  EXPECT_EQ(l.since(0), "2026-05-01T00:00:00Z");
}

TEST(AccessLogMember, MayHaveBeenThereBeforeTheListWasWrittenAnew) {
  Logged l;
  l.sales("20260301000000Z", {"member:+ uid=jane,dc=test"})
      .sales("20260401000000Z", {"member:= uid=jane,dc=test", "member:= uid=bob,dc=test"})
      .told();
  EXPECT_EQ(l.since(0), "2026-03-01T00:00:00Z") << "she stayed";
  EXPECT_EQ(l.since(1), "not after 2026-04-01T00:00:00Z");
}

TEST(AccessLogMember, StaysWhenOneRequestTakesItOutAndPutsItInAgain) {
  Logged l;
  l.sales("20260401000000Z", {"member:- uid=jane,dc=test", ":", "member:+ uid=jane,dc=test"}).told();
  EXPECT_EQ(l.since(0), "not after 2026-02-01T00:00:00Z");
  EXPECT_EQ(l.removed(0), "not after 2026-02-01T00:00:00Z");
}

TEST(AccessLogMember, MayHaveComeInUnderAnotherNameUntilSomebodyWasRenamed) {
  Logged l;
  l.sales("20260401000000Z", {"member:+ uid=old-name,dc=test"})
      .write("20260415000000Z", "modrdn", "uid=old-name,dc=test", kJane, {})
      .told();
  EXPECT_EQ(l.since(0), "not after 2026-04-15T00:00:00Z");
}

TEST(AccessLogMember, WasTakenOutWhenTheLogSaysSo) {
  Logged l;
  l.write("20260401000000Z", "modify", "cn=sales,dc=test", kSales, {"member:- uid=jane,dc=test"});
  l.told();
  EXPECT_EQ(l.removed(0), "2026-04-01T00:00:00Z");
  EXPECT_EQ(l.removed(1), "not after 2026-02-01T00:00:00Z");
}

TEST(AccessLogMember, MayHaveBeenTakenOutWithAGroupThatIsDeleted) {
  Logged l;
  l.sales("20260401000000Z", {"member:- uid=jane,dc=test"})
      .write("20260501000000Z", "delete", "cn=other,dc=test", "", {})
      .told();
  EXPECT_EQ(l.removed(0), "between 2026-04-01T00:00:00Z and 2026-05-01T00:00:00Z");
  EXPECT_EQ(l.removed(1), "not after 2026-05-01T00:00:00Z");
}

TEST(AccessLog, CountsWhatItCannotUnderstand) {
  Logged l;
  l.jane("yesterday", {kLock}).jane("20260401000000Z", {"pwdAccountLockedTime"});
  EXPECT_EQ(l.log.unreadable(), 2U);
}

}  // namespace
}  // namespace tally::directory
