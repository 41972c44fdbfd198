// A collection as a source: when its coverage is complete, every way in which it is not, and what its facts are.
#include "connectors/bloodhound/bloodhound_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "connectors/bloodhound/collection_files.h"
#include "tests/unit/connectors/bloodhound/collection.h"

namespace tally::bloodhound {
namespace {

using model::CoverageState;
using model::Gap;
using model::TimeState;
using model::Truth;
using testing::HasSubstr;
using Files = std::map<std::string, std::string>;

std::size_t account_of(const model::Harvest& h, std::string_view login) {
  for (std::size_t i = 0; i < h.accounts.size(); ++i) {
    if (h.text.view(h.accounts.login[i]) == login) return i;
  }
  ADD_FAILURE() << "no account " << login;
  return 0;
}

std::vector<std::string> groups_of(const model::Harvest& h, std::string_view login) {
  std::vector<std::string> out;
  for (const model::GroupId g : h.groups_of_account.row(account_of(h, login)))
    out.emplace_back(h.text.view(h.groups.name[g.index()]));
  std::sort(out.begin(), out.end());
  return out;
}

class BloodHoundSourceTest : public testing::Test {
 protected:
  model::Harvest collect_folder(const Files& files) { return collect(options_of(written_.in_folder(files))); }
  model::Harvest collect_users(const std::string& objects, int count) {
    Files files = small_collection();
    files["20261101_users.json"] = in_file("users", objects, count);
    return collect_folder(files);
  }
  Written written_;
};

TEST_F(BloodHoundSourceTest, IsCompleteWhenEverythingAgreesInAFolderAndInAZip) {
  const std::string zip = written_.in_zip(small_collection());
  for (const std::string& path : {written_.in_folder(small_collection()), zip}) {
    const model::Harvest h = collect(options_of(path));
    EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
    EXPECT_EQ(h.source.coverage.rejects_total, 0U);
    EXPECT_EQ(h.source.coverage.records_read, 8U);
    EXPECT_EQ(h.source.coverage.records_counted, 8U);
    EXPECT_EQ(h.source.connector, "bloodhound/active-directory");
    EXPECT_EQ(h.source.domains, (std::vector<std::string>{kDomain}));
    EXPECT_EQ(h.accounts.size(), 3U);
    EXPECT_EQ(groups_of(h, "ADA"), (std::vector<std::string>{"DOMAIN USERS", "OPS"}));
    EXPECT_EQ(groups_of(h, "WS1$"), (std::vector<std::string>{"DOMAIN COMPUTERS"}));
  }
  std::ifstream file(zip, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(collect(options_of(zip)).source.content, base::sha256(bytes)) << "the archive's own digest";
}

TEST_F(BloodHoundSourceTest, ReadsTheFactsOfAnAccount) {
  const model::Harvest h = collect_folder(small_collection());
  const std::size_t ada = account_of(h, "ADA"), bob = account_of(h, "BOB"), ws1 = account_of(h, "WS1$");
  const model::Accounts& a = h.accounts;
  EXPECT_EQ(h.text.view(a.sid[ada]), kDomain + "-1104");
  EXPECT_EQ(h.text.view(a.native_id[ada]), kDomain + "-1104");
  EXPECT_EQ(h.text.view(a.mail[ada]), "ADA@corp.example");
  EXPECT_EQ(a.enabled[ada].value, Truth::yes);
  EXPECT_EQ(a.enabled[bob].value, Truth::no);
  EXPECT_EQ(a.kind[ws1], model::AccountKind::computer);
  EXPECT_EQ(a.password_changed[ada].bounds.earliest, *base::parse_instant("2026-05-28T20:26:40Z"));
  EXPECT_EQ(a.created[ada].bounds.earliest, *base::parse_instant("2019-02-04T08:00:00Z"));
  EXPECT_EQ(a.last_sign_in[ada].bounds.earliest, *base::parse_instant("2026-09-21T14:13:20Z"));
  EXPECT_EQ(a.last_sign_in[ada].bounds.latest, *base::parse_instant("2026-10-05T14:13:20Z")) << "14 days late";
  EXPECT_EQ(a.last_sign_in[ws1].state, TimeState::never) << "-1, and others show one";
  EXPECT_NE(a.flags_known[ada] & model::kAdminCount, 0U);
  EXPECT_NE(a.flags_known[ada] & model::kSidHistory, 0U);
  EXPECT_EQ(a.flags_known[ada] & model::kDelegatesToServices, 0U) << "told of protocol transition alone";
  EXPECT_EQ(a.flags_known[ada] & model::kResourceDelegation, 0U) << "not told of users";
  EXPECT_NE(a.flags_known[ws1] & model::kResourceDelegation, 0U);
  EXPECT_NE(a.flags[ws1] & model::kHasServicePrincipal, 0U);
}

TEST_F(BloodHoundSourceTest, CannotTellWhatWasNotCollected) {
  const model::Harvest h = collect_folder(small_collection());
  const std::size_t ada = account_of(h, "ADA");
  EXPECT_EQ(h.accounts.expires[ada].state, TimeState::unknown);
  EXPECT_THAT(std::string(h.text.view(h.accounts.expires[ada].basis)), HasSubstr("--CollectAllProperties"));
  EXPECT_EQ(h.accounts.locked[ada].value, Truth::unknown);
  EXPECT_EQ(h.accounts.switched[ada].state, TimeState::unknown);
  EXPECT_EQ(h.accounts.flags_known[ada] & model::kPasswordLikeText, 0U) << "info and comment were not collected";

  const model::Harvest all = collect_users(
      user("1104", "ADA", ",\"accountexpires\":-1,\"info\":\"x\",\"employeenumber\":1004,\"lockouttime\":0") + "," +
          user("1105", "BOB", ",\"accountexpires\":\"133485408000000000\",\"employeenumber\":\"E-7\""),
      2);
  EXPECT_EQ(all.accounts.expires[account_of(all, "ADA")].state, TimeState::never);
  EXPECT_EQ(all.accounts.expires[account_of(all, "BOB")].bounds.earliest, *base::parse_instant("2024-01-01T00:00:00Z"));
  EXPECT_EQ(all.accounts.locked[account_of(all, "BOB")].value, Truth::no);
  EXPECT_EQ(all.text.view(all.accounts.employee_number[account_of(all, "BOB")]), "E-7");
  EXPECT_EQ(all.text.view(all.accounts.employee_number[account_of(all, "ADA")]), "") << "001004, or 1004?";
}

TEST_F(BloodHoundSourceTest, PutsBackTheZerosOfEmployeeNumbersWhenToldTheirLength) {
  Files files = small_collection();
  files["20261101_users.json"] = in_file("users", user("1104", "ADA", ",\"employeenumber\":1004"), 1);
  files["20261101_groups.json"] = in_file("groups", group("513", "DOMAIN USERS", ""), 1);
  Options options = options_of(written_.in_folder(files));
  options.employee_number_digits = 6;
  const model::Harvest h = collect(options);
  EXPECT_EQ(h.text.view(h.accounts.employee_number[account_of(h, "ADA")]), "001004");
}

TEST_F(BloodHoundSourceTest, DoesNotTakeAZeroForAnEnabledAccount) {
  const model::Harvest h = collect_users(user("1104", "ADA", "", 0) + "," + user("1105", "BOB", "", 514), 2);
  const std::size_t ada = account_of(h, "ADA");
  EXPECT_EQ(h.accounts.enabled[ada].value, Truth::unknown);
  EXPECT_THAT(std::string(h.text.view(h.accounts.enabled[ada].basis)), HasSubstr("could not read it"));
  EXPECT_EQ(h.accounts.flags_known[ada] & model::kPasswordNotRequired, 0U);
}

TEST_F(BloodHoundSourceTest, ReadsTruthValuesWhereACollectorWritesNoUserAccountControl) {
  const std::string ada = with(user("1104", "ADA"), "\"useraccountcontrol\":512", "\"passwordnotreqd\":true");
  const model::Harvest h = collect_users(ada + "," + user("1105", "BOB"), 2);
  const std::size_t row = account_of(h, "ADA");
  EXPECT_EQ(h.accounts.enabled[row].value, Truth::yes);
  EXPECT_NE(h.accounts.flags[row] & model::kPasswordNotRequired, 0U);
  EXPECT_EQ(h.accounts.flags_known[row] & model::kDesKeysOnly, 0U) << "nobody said so";
}

TEST_F(BloodHoundSourceTest, RefusesEveryOtherVersionByName) {
  for (const int version : {0, 4, 5, 7}) {
    Files files = small_collection();
    files["20261101_users.json"] = in_file("users", user("1104", "ADA"), 1, version);
    const model::Harvest h = collect_folder(files);
    EXPECT_EQ(h.source.coverage.state, CoverageState::failed);
    EXPECT_TRUE(has_gap(h, Gap::Kind::rejected,
                        "20261101_users.json has the format version " + std::to_string(version) + "; version 6"))
        << h.source.coverage.in_words();
    EXPECT_EQ(h.accounts.size(), 0U);
  }
}

TEST_F(BloodHoundSourceTest, IsPartialWhenACountDiffersOrAFileIsMissing) {
  Files files = small_collection();
  files["20261101_users.json"] = in_file("users", user("1104", "ADA") + "," + user("1105", "BOB"), 3);
  EXPECT_TRUE(has_gap(collect_folder(files), Gap::Kind::count_mismatch, "holds 2 objects, but its meta counts 3"));
  for (const std::string type : {"users", "groups", "computers", "domains"}) {
    files = small_collection();
    files.erase("20261101_" + type + ".json");
    const model::Harvest h = collect_folder(files);
    EXPECT_NE(h.source.coverage.state, CoverageState::complete);
    EXPECT_TRUE(has_gap(h, Gap::Kind::hidden, "there is no file of " + type)) << h.source.coverage.in_words();
  }
}

TEST_F(BloodHoundSourceTest, IsPartialWhenTheMethodsLeftSomethingOut) {
  Files files = small_collection();
  files["20261101_groups.json"] =
      in_file("groups", group("513", "DOMAIN USERS", "") + "," + group("515", "DC", ""), 2, 6, 705 & ~1);
  model::Harvest h = collect_folder(files);
  EXPECT_TRUE(has_gap(h, Gap::Kind::missing_column, "without members"));
  EXPECT_EQ(h.text.view(h.groups.members_unknown[0]), "its members were not collected");
  files = small_collection();
  files["20261101_users.json"] = with(files["20261101_users.json"], "\"methods\":705", "\"methods\":193");
  EXPECT_TRUE(has_gap(collect_folder(files), Gap::Kind::missing_column, "without properties"));
  files["20261101_users.json"] = with(files["20261101_users.json"], "\"methods\":193", "\"methods\":0");
  EXPECT_EQ(collect_folder(files).source.coverage.state, CoverageState::complete) << "some collectors do not say";
}

TEST_F(BloodHoundSourceTest, FindsMembersByIdentifierAndMissesThoseThatAreInNoFile) {
  const auto members = [&](const std::string& list) {
    Files files = small_collection();
    files["20261101_groups.json"] =
        in_file("groups",
                group("512", "DOMAIN ADMINS", list) + "," + group("513", "DOMAIN USERS", "") + "," +
                    group("515", "DOMAIN COMPUTERS", ""),
                3);
    return collect_folder(files);
  };
  EXPECT_TRUE(has_gap(members(member(kDomain + "-1999")), Gap::Kind::hidden, "1 members of groups lie in a domain"));
  EXPECT_TRUE(has_gap(members(member("CN=GONE,CN=USERS,DC=CORP,DC=EXAMPLE", "Base")), Gap::Kind::hidden, "1 members"));
  const model::Harvest foreign = members(member("S-1-5-21-9-9-9-1104"));
  EXPECT_EQ(foreign.source.coverage.state, CoverageState::complete) << foreign.source.coverage.in_words();
  ASSERT_EQ(foreign.foreign_members.size(), 1U);
  EXPECT_EQ(foreign.text.view(foreign.foreign_members.sid[0]), "S-1-5-21-9-9-9-1104");
  const model::Harvest everybody = members(member("CORP.EXAMPLE-S-1-5-11", "Group"));
  EXPECT_THAT(std::string(everybody.text.view(everybody.groups.members_unknown[0])), HasSubstr("Authenticated Users"));
  const model::Harvest contact = members(member("2F1B7D7E-9A53-4F5B-8E0B-3C6F1D2A4B5C", "Base"));
  EXPECT_EQ(contact.source.coverage.state, CoverageState::complete);
  const model::Harvest nameless = members(member(""));
  EXPECT_THAT(std::string(nameless.text.view(nameless.groups.members_unknown[0])), HasSubstr("no identifier"));
}

TEST_F(BloodHoundSourceTest, RefusesObjectsThatAreNotWhatTheyShouldBeAndGoesOn) {
  const std::string ada = user("1104", "ADA"), bob = user("1105", "BOB");
  const auto refused = [&](const std::string& other, std::string_view why) {
    const model::Harvest h = collect_users(ada + "," + other, 2);
    EXPECT_EQ(h.source.coverage.state, CoverageState::partial) << why;
    ASSERT_EQ(h.source.coverage.rejects.size(), 1U) << why;
    EXPECT_THAT(h.source.coverage.rejects[0].reason, HasSubstr(why));
    EXPECT_THAT(h.source.coverage.rejects[0].reason, HasSubstr("(20261101_users.json, object 2)"));
  };
  refused(user("1104", "ADA2"), "an object of this identifier came before");
  refused(user("1105", "ADA"), "an entry of this name came before");
  refused(with(bob, "\"Properties\":{", "\"Properties\":[],\"Other\":{"), "Properties is no object");
  refused(with(bob, "\"distinguishedname\"", "\"other\""), "no name");
  refused("17", "no object");
  refused(with(bob, kDomain + "-1105", "nobody"), "expected a SID");
}

TEST_F(BloodHoundSourceTest, TellsAValueThatCannotBeReadAndKeepsTheAccount) {
  const model::Harvest h = collect_users(
      user("1104", "ADA") + "," + with(user("1105", "BOB"), "\"pwdlastset\":1780000000", "\"pwdlastset\":\"soon\""), 2);
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete);
  ASSERT_EQ(h.source.coverage.rejects.size(), 1U);
  EXPECT_EQ(h.source.coverage.rejects[0].column, "pwdLastSet");
  EXPECT_EQ(h.accounts.password_changed[account_of(h, "BOB")].state, TimeState::unknown);
}

TEST_F(BloodHoundSourceTest, LeavesDeletedObjectsAndOtherDomainsOutAndSaysSo) {
  const std::string gone = with(user("1105", "BOB"), "\"IsDeleted\":false", "\"IsDeleted\":true");
  const model::Harvest h = collect_users(
      user("1104", "ADA") + "," + gone + "," + with(user("1106", "EVE"), "DC=CORP,DC=EXAMPLE", "DC=OTHER"), 3);
  EXPECT_EQ(h.accounts.size(), 2U);
  EXPECT_THAT(h.source.notes, testing::Contains("deleted objects, ignored: 1"));
  EXPECT_THAT(h.source.notes, testing::Contains("objects outside the bases, ignored: 1"));
}

TEST_F(BloodHoundSourceTest, IsPartialWhenAFileIsCutOrNoJsonAndBelievesNothingOfIt) {
  Files files = small_collection();
  std::string& users = files["20261101_users.json"];
  users.resize(users.size() / 2);
  model::Harvest h = collect_folder(files);
  EXPECT_TRUE(has_gap(h, Gap::Kind::truncated, "20261101_users.json: line 1, column ")) << h.source.coverage.in_words();
  EXPECT_EQ(h.accounts.size(), 1U) << "the computer";
  files = small_collection();
  files["notes.json"] = "{\"hello\":1}";
  EXPECT_TRUE(has_gap(collect_folder(files), Gap::Kind::rejected, "notes.json has no meta"));
  files.erase("notes.json");
  files["compstatus.csv"] = "x";
  EXPECT_EQ(collect_folder(files).source.coverage.state, CoverageState::complete);
}

TEST_F(BloodHoundSourceTest, FailsOverArchivesThatCannotBeRead) {
  const auto failed = [](const std::string& path, std::string_view why) {
    const model::Harvest h = collect(options_of(path));
    EXPECT_EQ(h.source.coverage.state, CoverageState::failed) << why;
    EXPECT_THAT(h.source.coverage.in_words(), HasSubstr(std::string(why)));
  };
  failed(written_.in_zip(small_collection(), true), "the archive is encrypted");
  const std::string zip = written_.in_zip(small_collection());
  std::filesystem::resize_file(zip, std::filesystem::file_size(zip) / 2);
  failed(zip, "as a zip it cannot be read");
  std::ofstream(zip, std::ios::binary | std::ios::trunc) << "no zip at all";
  failed(zip, "line 1, column 2: what stands here is no JSON");
  failed(written_.in_zip({{"readme.txt", "x"}}), "no .json file");
  failed(written_.folder() + "/nowhere.zip", "No such file");
  failed("/dev/null", "neither a folder nor a regular file");
  const std::string bomb = written_.in_zip({{"users.json", std::string(200U << 20U, ' ')}});
  failed(bomb, "more than 500 times as much");
  Options small = options_of(written_.in_zip(small_collection()));
  small.max_bytes = 1000;
  EXPECT_TRUE(has_gap(collect(small), Gap::Kind::size_limit, "more than max_bytes = 1000"));
}

TEST_F(BloodHoundSourceTest, NoticesDamageInsideAnArchive) {
  const std::string zip = written_.in_zip(small_collection());
  std::fstream file(zip, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(120);
  file.write("\0\xFF\0\xFF", 4);
  file.close();
  EXPECT_NE(collect(options_of(zip)).source.coverage.state, CoverageState::complete);
}

TEST_F(BloodHoundSourceTest, IsPartialWithoutTheHeadOfItsBaseOrACanaryAndDoubtfulWhenOld) {
  Options options = options_of(written_.in_folder(small_collection()));
  options.profile.bases.emplace_back("DC=sub,DC=corp,DC=example");
  EXPECT_TRUE(has_gap(collect(options), Gap::Kind::hidden, "DC=sub,DC=corp,DC=example"));
  options = options_of(options.path);
  options.profile.canaries = {"CN=Canary,DC=corp,DC=example"};
  EXPECT_TRUE(has_gap(collect(options), Gap::Kind::hidden, "canary"));
  options = options_of(options.path);
  options.exported_at = *base::parse_instant("2025-11-01T00:00:00Z");
  EXPECT_EQ(collect(options).source.coverage.state, CoverageState::doubtful);
}

}  // namespace
}  // namespace tally::bloodhound
