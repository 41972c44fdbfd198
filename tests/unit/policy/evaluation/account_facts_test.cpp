// account.*: what is derived of an account, known, imprecise and unknown.
#include <gmock/gmock.h>

#include "tests/unit/policy/evaluation/company.h"

namespace tally::evaluation {
namespace {

using model::BoolFact;
using model::CoverageState;
using model::Gap;
using model::SubjectKind;

TEST(DisabledAt, LiesBetweenTheMakingAndTheLastChangeOfTheEntry) {
  Company c;
  c.account("ada");
  c.accounts().enabled[0] = BoolFact::known(false, base::TextId(0));
  c.accounts().created[0] = c.on("2021-01-01T00:00:00Z");
  c.accounts().modified[0] = c.on("2026-03-01T00:00:00Z");
  EXPECT_EQ(c.account_fact("account.disabled_at"), "between 2021-01-01T00:00:00Z and 2026-03-01T00:00:00Z");
}

TEST(DisabledAt, IsNotAfterTheReadingWhenNobodyTellsOfChanges) {
  Company c;
  c.account("ada");
  c.accounts().enabled[0] = BoolFact::known(false, base::TextId(0));
  c.accounts().created[0] = c.accounts().modified[0] = model::TimeFact{};
  EXPECT_EQ(c.account_fact("account.disabled_at"), "not after 2026-11-01T00:00:00Z");
}

TEST(DisabledAt, IsNeverForAnAccountThatWorksAndUnknownWithTheSwitch) {
  Company c;
  c.account("ada");
  c.account("bob");
  c.accounts().enabled[1] = BoolFact::unknown(c.directory().text.intern("not delivered"));
  EXPECT_EQ(c.account_fact("account.disabled_at", 0), "never");
  EXPECT_EQ(c.account_fact("account.disabled_at", 1), "unknown");
  EXPECT_EQ(c.facts(SubjectKind::account).evidence("account.disabled_at", 1).basis, "not delivered");
}

TEST(Rid, IsTheLastNumberOfTheSecurityIdentifier) {
  Company c;
  c.account("administrator");
  c.account("unix");
  c.accounts().sid[0] = c.directory().text.intern("S-1-5-21-1-2-3-500");
  EXPECT_EQ(c.account_fact("account.rid", 0), "500");
  EXPECT_EQ(c.account_fact("account.rid", 1), "unknown");
}

TEST(Flags, AreUnknownWhereTheDirectoryDoesNotTellThem) {
  Company c;
  c.account("ada");
  c.accounts().flags_known[0] = model::kSidHistory;
  c.accounts().flags[0] = model::kSidHistory;
  EXPECT_EQ(c.account_fact("account.sid_history"), "true");
  EXPECT_EQ(c.account_fact("account.sid_history_privileged"), "unknown");
  EXPECT_EQ(c.facts(SubjectKind::account).evidence("account.sid_history", 0).basis, "sIDHistory");
}

TEST(UidNumber, IsSharedByTwoAccountsOfOneDirectory) {
  Company c;
  for (const char* login : {"ada", "bob", "zoe", "win"}) c.account(login);
  c.accounts().uid_number = {0, 0, 1000, model::Accounts::kNoNumber};
  EXPECT_EQ(c.account_fact("account.uid_number", 0), "0");
  EXPECT_EQ(c.account_fact("account.uid_number", 3), "unknown");
  EXPECT_EQ(c.account_fact("account.uid_number_shared", 0), "true");
  EXPECT_EQ(c.account_fact("account.uid_number_shared", 2), "false");
  EXPECT_EQ(c.account_fact("account.uid_number_shared", 3), "false");
}

TEST(UidNumber, MayBeSharedWithAnAccountThatWasNotSeen) {
  Company c;
  c.account("ada");
  c.accounts().uid_number[0] = 1000;
  c.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(c.account_fact("account.uid_number_shared"), "unknown");
}

TEST(ProtectedUser, IsAMemberThroughNestingToo) {
  Company c;
  const auto protect = c.group("Protected Users"), admins = c.group("Admins");
  c.groups().sid[protect.index()] = c.directory().text.intern("S-1-5-21-1-2-3-525");
  c.nested(admins, protect);
  c.member(c.account("ada"), admins);
  c.account("bob");
  EXPECT_EQ(c.account_fact("account.protected_user", 0), "true");
  EXPECT_EQ(c.account_fact("account.protected_user", 1), "false");
}

TEST(ProtectedUser, IsNotDeniedWhileMembersCouldNotBeRead) {
  Company c;
  c.group("Other");
  c.groups().members_unknown[0] = c.directory().text.intern("only the first 1500 values of member were delivered");
  c.account("bob");
  EXPECT_EQ(c.account_fact("account.protected_user"), "unknown");
}

TEST(GroupsSeen, AreKnownWhereAllGroupsAreNot) {
  Company c;
  c.member(c.account("ada"), c.group("Helpers"));
  c.directory().source.coverage.lower(CoverageState::partial, Gap::Kind::size_limit, "the server stopped");
  EXPECT_EQ(c.account_fact("account.groups"), "unknown");
  EXPECT_EQ(c.account_fact("account.groups_seen"), "Helpers");
}

/// ada (1001) reports to bob (1002) in HR; the directory names the account of `named` as her manager.
Company managed(const char* named) {
  Company c;
  c.person("1001");
  c.person("1002");
  c.person("1003");
  c.people().manager_id[0] = c.hr().text.intern("1002");
  c.account("ada", "1001");
  c.account("bob", "1002");
  c.account("eve", "1003");
  c.account("stray");
  c.accounts().flags_known.assign(4, model::kManagerNamed);
  if (named == nullptr) return c;
  c.accounts().flags[0] = model::kManagerNamed;
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (c.directory().text.view(c.accounts().login[i]) == named) c.accounts().manager[0] = model::AccountId(i);
  }
  return c;
}

TEST(ManagerOfTheDirectory, AgreesWithHrByThePersonBehindIt) {
  EXPECT_EQ(managed("bob").account_fact("account.manager_agrees"), "true");
  EXPECT_EQ(managed("eve").account_fact("account.manager_agrees"), "false");
  EXPECT_EQ(managed(nullptr).account_fact("account.manager_agrees"), "false");
}

TEST(ManagerOfTheDirectory, CannotBeComparedWhenNobodyKnowsWhoItIs) {
  EXPECT_EQ(managed("stray").account_fact("account.manager_agrees"), "unknown");
  EXPECT_EQ(managed("outside").account_fact("account.manager_agrees"), "unknown");
  EXPECT_EQ(managed("outside").account_fact("account.manager_left"), "unknown");
  Company untold = managed("bob");
  untold.accounts().flags_known[0] = 0;
  EXPECT_EQ(untold.account_fact("account.manager_agrees"), "unknown");
}

TEST(ManagerOfTheDirectory, MayHaveLeft) {
  Company c = managed("eve");
  c.people().status[2] = model::Employment::left;
  EXPECT_EQ(c.account_fact("account.manager_left", 0), "true");
  EXPECT_EQ(c.account_fact("account.manager_left", 1), "false");  // names none
}

TEST(Responsible, IsWhomTheRegisterNames) {
  Company c;
  c.person("1001");
  c.people().status[0] = model::Employment::left;
  c.account("svc-backup");
  c.account("svc-other");
  c.settings().registered = {{"corp", "svc-backup", "1001", "backups"}, {"corp", "svc-other", "", "unknown"}};
  EXPECT_EQ(c.account_fact("account.owner", 0), "non-human");
  EXPECT_EQ(c.account_fact("account.responsible", 0), "1001");
  EXPECT_EQ(c.account_fact("account.responsible_left", 0), "true");
  EXPECT_EQ(c.account_fact("account.responsible", 1), "");
  EXPECT_EQ(c.account_fact("account.responsible_left", 1), "false");
}

TEST(Responsible, IsNotKnownWhileHrMayHaveThemAmongTheUnseen) {
  for (const auto state :
       {model::CoverageState::partial, model::CoverageState::doubtful, model::CoverageState::failed}) {
    Company c;
    c.person("1001");
    c.account("svc-seen");
    c.account("svc-unseen");
    c.account("svc-without");
    c.settings().registered = {
        {"corp", "svc-seen", "1001", ""}, {"corp", "svc-unseen", "2002", ""}, {"corp", "svc-without", "", ""}};
    c.hr().source.coverage.lower(state, model::Gap::Kind::truncated, "the file ends in mid-record");
    EXPECT_EQ(c.account_fact("account.responsible", 0), "1001");
    EXPECT_EQ(c.account_fact("account.responsible", 1), "unknown");
    EXPECT_EQ(c.account_fact("account.responsible_left", 1), "unknown");
    EXPECT_EQ(c.account_fact("account.responsible", 2), "") << "the register names nobody, whoever HR knows";
    const bool believed = state == model::CoverageState::partial;
    EXPECT_EQ(c.account_fact("account.responsible_left", 0), believed ? "false" : "unknown");
  }
}

TEST(Responsible, IsNotKnownWhenSeveralPeopleHaveTheNumber) {
  Company c;
  c.person("1001");
  c.person("1001");
  c.account("svc-backup");
  c.settings().registered = {{"corp", "svc-backup", "1001", ""}};
  EXPECT_EQ(c.account_fact("account.responsible", 0), "unknown");
  EXPECT_EQ(c.account_fact("account.responsible_left", 0), "unknown");
}

/// A service of which employee 1001, who answers for it, and those named know the password.
Company keeps_secret(std::vector<std::string> custodians, std::vector<std::string> groups = {}) {
  Company c;
  c.person("1001");
  const auto service = c.account("svc-backup");
  c.accounts().password_changed[service.index()] = c.on("2025-06-01T00:00:00Z");
  c.settings().registered = {{"corp", "svc-backup", "1001", "", std::move(custodians), std::move(groups)}};
  return c;
}

void leave(Company& c, model::PersonId person, const char* day) {
  c.people().status[person.index()] = model::Employment::left;
  c.people().last_day[person.index()] = c.on(day);
}

TEST(CustodianLeftAt, IsTheLastOfSeveral) {
  Company c = keeps_secret({"1002", "1003", "1004"});
  leave(c, c.person("1002"), "2026-02-01T00:00:00Z");
  leave(c, c.person("1003"), "2026-05-01T00:00:00Z");
  c.person("1004");
  EXPECT_EQ(c.account_fact("account.custodian_left_at"), "2026-05-01T00:00:00Z");
}

TEST(CustodianLeftAt, IsNeverWhileAllWhoKnowAreHere) {
  Company c = keeps_secret({"1002"});
  c.person("1002");
  EXPECT_EQ(c.account_fact("account.custodian_left_at"), "never");
}

TEST(CustodianLeftAt, IsUnknownWhileSomebodyMayHaveLeft) {
  EXPECT_EQ(keeps_secret({}).account_fact("account.custodian_left_at"), "unknown") << "only the owner is written down";
  EXPECT_EQ(keeps_secret({"77"}).account_fact("account.custodian_left_at"), "unknown") << "HR does not know 77";
  Company untold = keeps_secret({"1002"});
  untold.people().status[untold.person("1002").index()] = model::Employment::unknown;
  EXPECT_EQ(untold.account_fact("account.custodian_left_at"), "unknown") << "even when HR gives no reason";
  Company elsewhere;
  elsewhere.account("not-registered");
  EXPECT_EQ(elsewhere.account_fact("account.custodian_left_at"), "unknown");
}

TEST(CustodianLeftAt, ReachesToNowWhenSomebodyElseMayHaveLeftLater) {
  Company c = keeps_secret({"1002", "77"});
  leave(c, c.person("1002"), "2026-02-01T00:00:00Z");
  EXPECT_EQ(c.account_fact("account.custodian_left_at"),
            base::format_bounds({at("2026-02-01T00:00:00Z"), Company::kNow}));
}

TEST(CustodianLeftAt, IsUnknownOfAFeedThatNobodyBelieves) {
  Company c = keeps_secret({"1002"});
  leave(c, c.person("1002"), "2026-02-01T00:00:00Z");
  c.hr().source.coverage.lower(model::CoverageState::doubtful, model::Gap::Kind::envelope, "too few rows");
  EXPECT_EQ(c.account_fact("account.custodian_left_at"), "unknown");
}

TEST(CustodianLeftAt, IsNeverOfSecretsThatTheDirectoryMakes) {
  Company c;
  c.accounts().kind[c.account("gmsa$").index()] = model::AccountKind::managed_service;
  EXPECT_EQ(c.account_fact("account.custodian_left_at"), "never");
}

/// The same, known to the members of a group over another one, whose member lists last changed then.
Company known_to_group(const char* changed) {
  Company c = keeps_secret({}, {"On call"});
  const auto above = c.group("On call"), below = c.group("Night shift");
  c.nested(below, above);
  c.person("1002");
  c.member(c.account("ada", "1002"), below);
  for (const auto group : {above, below}) {
    c.groups().modified[group.index()] = c.on(changed);
    c.groups().modified_by_members[group.index()] = 1;
  }
  return c;
}

TEST(CustodianLeftAt, SeesMembersOfGroupsWithinGroups) {
  Company c = known_to_group("2025-01-01T00:00:00Z");
  leave(c, model::PersonId(1), "2026-02-01T00:00:00Z");
  EXPECT_EQ(c.account_fact("account.custodian_left_at"), "2026-02-01T00:00:00Z");
  EXPECT_EQ(known_to_group("2025-01-01T00:00:00Z").account_fact("account.custodian_left_at"), "never");
}

TEST(CustodianLeftAt, IsUnknownWhenAGroupMayHaveLostMembersSinceThePasswordWasSet) {
  EXPECT_EQ(known_to_group("2025-06-01T00:00:00Z").account_fact("account.custodian_left_at"), "never");
  EXPECT_EQ(known_to_group("2025-06-01T00:00:01Z").account_fact("account.custodian_left_at"), "unknown");
  Company untold = known_to_group("2025-01-01T00:00:00Z");
  untold.groups().modified_by_members[1] = 0;
  EXPECT_EQ(untold.account_fact("account.custodian_left_at"), "unknown");
  Company stranger = known_to_group("2025-01-01T00:00:00Z");
  stranger.groups().unresolved_members[1] = 1;
  EXPECT_EQ(stranger.account_fact("account.custodian_left_at"), "unknown");
  Company nobodys = known_to_group("2025-01-01T00:00:00Z");
  nobodys.member(nobodys.account("orphan"), model::GroupId(0));
  EXPECT_EQ(nobodys.account_fact("account.custodian_left_at"), "unknown");
}

}  // namespace
}  // namespace tally::evaluation
