// Who controls whom by a collection: entries, and the units, containers and group policies above them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/bloodhound/control_edges.h"
#include "tests/unit/connectors/bloodhound/collection.h"

namespace tally::bloodhound {
namespace {

using model::CoverageState;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::SizeIs;
using Files = std::map<std::string, std::string>;

class BloodHoundControl : public testing::Test {
 protected:
  model::Harvest collect_folder(const Files& files) { return collect(options_of(written_.in_folder(files))); }
  Written written_;
};

TEST_F(BloodHoundControl, ReadsWhoControlsWhomAndWhetherThatWasCollected) {
  Files files = small_collection();
  files["20261101_domains.json"] =
      with(files["20261101_domains.json"], "\"Aces\":[",
           "\"Aces\":[{\"PrincipalSID\":\"" + kDomain + "-1105\",\"RightName\":\"GetChanges\"},{\"PrincipalSID\":\"" +
               kDomain +
               "-1105\",\"RightName\":\"GetChangesAll\"},{\"PrincipalSID\":\"CORP.EXAMPLE-S-1-5-32-544\",\"RightName\":"
               "\"WriteDacl\"},");
  model::Harvest h = collect_folder(files);
  EXPECT_THAT(h.source.controls_unread,
              HasSubstr("CN=COMPUTERS,DC=CORP,DC=EXAMPLE, which holds entries that matter, was not"))
      << "there is no file of containers";
  std::size_t rows = 0;
  for (std::size_t i = 0; i < h.controls.size(); ++i) {
    if (h.controls.kind[i] != model::ControlledKind::domain) continue;
    ++rows;
    if (h.text.view(h.controls.holder[i]).empty()) continue;
    EXPECT_EQ(h.text.view(h.controls.holder[i]), kDomain + "-1105") << "Administrators have it as delivered";
    EXPECT_EQ(h.controls.rights[i], model::kReplicationRights);
  }
  EXPECT_EQ(rows, 2U);
  files = small_collection();
  for (auto& [name, text] : files) {
    for (std::size_t at = text.find("\"Aces\":[{"); at != std::string::npos; at = text.find("\"Aces\":[{")) {
      text.replace(at, text.find(']', at) - at, "\"Aces\":[");
    }
  }
  h = collect_folder(files);
  EXPECT_THAT(h.source.controls_unread, HasSubstr("method ACL"));
  EXPECT_EQ(h.controls.size(), 0U);
}

/// ADA in OU=ADMINS, which blocks; BOB in OU=VAULT below it, which inherits nothing; a policy enforced at the head of
/// the domain, and one at OU=ADMINS.
Files collection_with_units() {
  const auto above = [](const std::string& id, const std::string& dn, const std::string& more_properties,
                        const std::string& right, const std::string& more) {
    return "{\"ObjectIdentifier\":\"" + id + "\",\"Properties\":{\"name\":\"" + id +
           "@CORP.EXAMPLE\",\"distinguishedname\":\"" + dn + "\"" + more_properties +
           "},\"Aces\":[{\"PrincipalSID\":\"" + kDomain + "-1105\",\"RightName\":\"" + right + "\"}]" + more + "}";
  };
  const auto link = [](const std::string& id, const char* enforced) {
    return ",\"Links\":[{\"IsEnforced\":" + std::string(enforced) + ",\"GUID\":\"" + id + "\"}]";
  };
  Files files = small_collection();
  files["gpos.json"] =
      in_file("gpos",
              above("G-1", "CN={1},CN=POLICIES,CN=SYSTEM,DC=CORP,DC=EXAMPLE", "", "GenericWrite", "") + "," +
                  above("G-2", "CN={2},CN=POLICIES,CN=SYSTEM,DC=CORP,DC=EXAMPLE", "", "WriteDacl", ""),
              2);
  files["ous.json"] = in_file(
      "ous",
      above("O-1", "OU=ADMINS,DC=CORP,DC=EXAMPLE", ",\"blocksinheritance\":true", "WriteGPLink", link("g-1", "false")) +
          "," + above("O-2", "OU=VAULT,OU=ADMINS,DC=CORP,DC=EXAMPLE", "", "GenericAll", ",\"IsACLProtected\":true"),
      2);
  files["containers.json"] = in_file("containers",
                                     above("C-1", "CN=USERS,DC=CORP,DC=EXAMPLE", "", "Owns", "") + "," +
                                         above("C-2", "CN=COMPUTERS,DC=CORP,DC=EXAMPLE", "", "Owns", "") + "," +
                                         above("C-3", "CN=SYSTEM,DC=CORP,DC=EXAMPLE", "", "Owns", "") + "," +
                                         above("C-4", "CN=POLICIES,CN=SYSTEM,DC=CORP,DC=EXAMPLE", "", "Owns", ""),
                                     4);
  files["20261101_domains.json"] = with(files["20261101_domains.json"], ",\"Links\":[]", link("G-2", "true"));
  files["20261101_users.json"] = in_file("users",
                                         with(user("1104", "ADA"), "CN=ADA,CN=USERS", "CN=ADA,OU=ADMINS") + "," +
                                             with(user("1105", "BOB"), "CN=BOB,CN=USERS", "CN=BOB,OU=VAULT,OU=ADMINS"),
                                         2);
  return files;
}

/// "what stands above > how > what stands below", without the domain; in doubt about no right.
std::vector<std::string> rows_of(const model::Harvest& h, std::string_view part) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < h.controls.size(); ++i) {
    std::string line(h.text.view(h.controls.holder[i]));
    if (line.empty()) continue;
    line += " > " + std::string(model::in_words(h.controls.rights[i])) + " > " +
            std::string(h.text.view(h.controls.object[i]));
    for (const std::string& cut : {std::string(",DC=CORP,DC=EXAMPLE"), kDomain + "-"}) {
      for (std::size_t at = line.find(cut); at != std::string::npos; at = line.find(cut)) line.erase(at, cut.size());
    }
    if (line.find(part) != std::string::npos) out.push_back(line);
  }
  return out;
}

TEST_F(BloodHoundControl, ReadsWhoControlsUnitsAndGroupPoliciesAndWhatTheyHold) {
  const model::Harvest h = collect_folder(collection_with_units());
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
  EXPECT_THAT(h.source.controls_unread, HasSubstr("certificate templates are not read from a collection"));
  const std::string one = "the group policy G-1@CORP.EXAMPLE, CN={1},CN=POLICIES,CN=SYSTEM";
  const std::string two = "the group policy G-2@CORP.EXAMPLE, CN={2},CN=POLICIES,CN=SYSTEM";
  EXPECT_THAT(rows_of(h, ""),
              IsSupersetOf(std::vector<std::string>{
                  "1105 > may link group policies to > everything below OU=ADMINS",
                  "1105 > may write the settings of > " + one, "1105 > may write the access control list of > " + two,
                  two + " > applies to > everything below DC=CORP,DC=EXAMPLE",
                  one + " > applies to > what is below OU=ADMINS and does not block group policies",
                  "everything below OU=ADMINS > holds > everything below OU=VAULT,OU=ADMINS",
                  "everything below OU=ADMINS > holds > CN=ADA,OU=ADMINS", "OU=ADMINS > holds > CN=ADA,OU=ADMINS",
                  "OU=VAULT,OU=ADMINS > holds > CN=BOB,OU=VAULT,OU=ADMINS", "CN=USERS > holds > CN=OPS,CN=USERS"}));
  EXPECT_THAT(rows_of(h, "1105 > has full control of > OU=VAULT,OU=ADMINS"), SizeIs(1));
  EXPECT_THAT(rows_of(h, "OU=ADMINS > holds > OU=VAULT,OU=ADMINS"), IsEmpty()) << "IsACLProtected";
}

TEST_F(BloodHoundControl, SaysWhichGroupPolicyIsLinkedAndInNoFile) {
  Files files = collection_with_units();
  files["gpos.json"] = in_file("gpos", "", 0);
  EXPECT_THAT(collect_folder(files).source.controls_unread, HasSubstr("G-2 is linked and in no file"));
}

TEST(ControlRights, AreThoseThatTheRightMeansOverSuchAnObject) {
  using model::ControlledKind;
  EXPECT_EQ(control_rights("ForceChangePassword", ControlledKind::account), model::kResetPassword);
  EXPECT_EQ(control_rights("ReadGMSAPassword", ControlledKind::account), model::kReadManagedPassword);
  EXPECT_EQ(control_rights("ReadGMSAPassword", ControlledKind::group), 0U);
  EXPECT_EQ(control_rights("AddMember", ControlledKind::group), model::kAddMember);
  EXPECT_EQ(control_rights("AddMember", ControlledKind::account), 0U);
  EXPECT_EQ(control_rights("AllExtendedRights", ControlledKind::domain), model::kReplicationRights);
  EXPECT_EQ(control_rights("AllExtendedRights", ControlledKind::group), 0U);
  EXPECT_EQ(control_rights("WriteGPLink", ControlledKind::domain), model::kWriteGpLink);
  EXPECT_EQ(control_rights("ReadLAPSPassword", ControlledKind::account), 0U);
  EXPECT_NE(control_rights("GenericAll", ControlledKind::group) & model::kFullControl, 0U);
}

}  // namespace
}  // namespace tally::bloodhound
