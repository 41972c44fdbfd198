// Whose descriptors are asked for, and what the rows say of them; worked out by hand.
#include "connectors/directory/control_reading.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/unit/connectors/directory/descriptor.h"

namespace tally::directory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

constexpr const char* kAdmins = "S-1-5-21-1-2-3-512";
constexpr const char* kHead = "DC=corp";

/// A unit, container, group policy or site.
struct Object {
  std::string of, descriptor, links = "", options = "", name = "";
};

/// A directory in memory: who is in which group, and which descriptor each entry has.
class Domain {
 public:
  Domain() { harvest.source.coverage.state = model::CoverageState::complete; }

  std::string sid(int rid) const { return fmt::format("S-1-5-21-1-2-3-{}", rid); }
  int account(const std::string& login, int rid, const std::vector<int>& groups = {}) {
    const auto row = harvest.accounts.add(model::SourceId(0)).index();
    harvest.accounts.login[row] = harvest.text.add(login);
    harvest.accounts.sid[row] = harvest.text.add(sid(rid));
    push(harvest.groups_of_account, groups);
    return rid;
  }
  int group(const std::string& name, int rid, const std::vector<int>& in = {}, model::Tier tier = model::Tier::none) {
    const auto id = harvest.groups.add(model::SourceId(0));
    harvest.groups.name[id.index()] = harvest.text.add(name);
    harvest.groups.sid[id.index()] = harvest.text.add(sid(rid));
    harvest.groups.tier[id.index()] = tier;
    ids_[rid] = id;
    push(harvest.groups_of_group, in);
    return rid;
  }
  void list(int rid, const std::vector<std::string>& entries) {
    descriptors[sid(rid)] = descriptor("S-1-5-18", entries);
  }

  void put(int rid, const std::string& parent) { parents[rid] = parent; }

  /// SIDs asked for, by their last number.
  std::vector<std::string> read(const std::vector<std::string>& watched = {}) {
    std::vector<std::string> asked;
    ControlTree tree(harvest);
    const auto by_sid = [&](const std::vector<std::string>& sids, const auto& each) {
      for (const std::string& one : sids) {
        asked.push_back(one.substr(one.rfind('-') + 1));
        const auto found = descriptors.find(one);
        if (found == descriptors.end()) continue;
        Entry entry;
        const std::string bytes = sid_bytes(one), dn = dn_of(one);
        entry.start(dn);
        if (managed.contains(one)) {
          entry.attribute("objectClass");
          entry.value("msDS-GroupManagedServiceAccount");
          if (!managed[one].empty()) {
            entry.attribute("msDS-GroupMSAMembership");
            entry.value(managed[one]);
          }
        }
        entry.attribute("objectSid");
        entry.value(bytes);
        entry.attribute("nTSecurityDescriptor");
        entry.value(found->second);
        each(entry);
      }
      return answers;
    };
    const auto by_dn = [&](const std::vector<std::string>& dns, const auto& each) {
      for (const std::string& dn : dns) {
        asked_by_dn.push_back(dn);
        if (objects.contains(dn)) tell(dn, each);
      }
      return answers;
    };
    if (objects.contains(kHead)) tell(kHead, [&](const Entry& entry) { tree.head(entry); });
    for (const auto& [dn, object] : objects) {
      if (object.of == "site") tell(dn, [&](const Entry& entry) { tree.site(entry); });
    }
    ControlReading reading(harvest, watched, tree, {by_sid, by_dn});
    reading.run();
    return asked;
  }
  std::vector<std::string> rows() const {
    std::vector<std::string> out;
    const model::Controls& c = harvest.controls;
    for (std::size_t i = 0; i < c.size(); ++i) {
      const auto text = [&](base::TextId id) { return harvest.text.view(id); };
      if (text(c.holder[i]).empty() && text(c.doubt[i]).empty()) continue;
      std::string line = fmt::format("{} {} {}", text(c.holder[i]), model::in_words(c.rights[i]), text(c.object[i]));
      if (c.everybody[i] != 0) line += fmt::format(" ({})", text(c.holder_name[i]));
      if (!text(c.unless_in[i]).empty()) line += fmt::format(" unless {}", text(c.unless_in[i]));
      if (!text(c.doubt[i]).empty()) line += fmt::format(" doubt {}", text(c.doubt[i]));
      out.push_back(line);
    }
    return out;
  }

  model::Harvest harvest;
  std::map<std::string, std::string> descriptors;
  std::map<std::string, std::string> managed;  ///< by SID: msDS-GroupMSAMembership
  std::map<int, std::string> parents;     ///< by RID: where the entry lies; the head of no domain: nothing is above
  std::map<std::string, Object> objects;  ///< by DN
  std::vector<std::string> asked_by_dn;
  bool answers = true;

 private:
  [[nodiscard]] std::string dn_of(const std::string& sid) const {
    const auto parent = parents.find(std::stoi(sid.substr(sid.rfind('-') + 1)));
    return "CN=" + sid + (parent == parents.end() ? "" : "," + parent->second);
  }
  template <class Each>
  void tell(const std::string& dn, const Each& each) const {
    const Object& object = objects.at(dn);
    Entry entry;
    entry.start(dn);
    for (const auto& [name, value] : {std::pair("objectClass", &object.of),
                                      {"displayName", &object.name},
                                      {"gPLink", &object.links},
                                      {"gPOptions", &object.options},
                                      {"nTSecurityDescriptor", &object.descriptor}}) {
      if (value->empty()) continue;
      entry.attribute(name);
      entry.value(*value);
    }
    each(entry);
  }
  void push(model::SparseRows<model::GroupId>& rows, const std::vector<int>& rids) {
    std::vector<model::GroupId> row;
    for (const int rid : rids) row.push_back(ids_.at(rid));
    rows.push_row(row);
  }
  std::map<int, model::GroupId> ids_;
};

TEST(ControlReading, AsksForPrivilegedGroupsAndEverybodyInThemAndNobodyElse) {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.group("Operations", 1200, {512});
  d.group("Clerks", 1201);
  d.account("adm", 1100, {1200});
  d.account("clerk", 1101, {1201});
  for (const int rid : {512, 1200, 1100}) d.list(rid, {});
  EXPECT_THAT(d.read(), UnorderedElementsAre("512", "1200", "1100"));
  EXPECT_EQ(d.harvest.source.controls_unread, "");
}

TEST(ControlReading, GoesOnToWhoeverHoldsRights) {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.group("Helpdesk", 1200);
  d.group("First Line", 1201, {1200});
  d.account("anna", 1101, {1201});
  d.account("carl", 1102);
  d.account("bert", 1103);
  d.list(512, {allow(d.sid(1200), 0x40000)});
  d.list(1200, {allow(d.sid(1200), 0x40000)});  // itself: asked once
  d.list(1201, {});
  d.list(1101, {allow(d.sid(1102), 0x100)});
  d.list(1102, {});
  EXPECT_THAT(d.read(), UnorderedElementsAre("512", "1200", "1201", "1101", "1102"));
  EXPECT_THAT(d.rows(),
              UnorderedElementsAre(HasSubstr("-1200 may write the access control list of CN=S-1-5-21-1-2-3-512"),
                                   HasSubstr("-1200 may write the access control list of CN=S-1-5-21-1-2-3-1200"),
                                   HasSubstr("-1102 may reset the password of CN=S-1-5-21-1-2-3-1101")));
}

/// A managed service account that is an administrator; anna is in the group that may read its password.
Domain with_managed_account() {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.group("Servers", 1200);
  d.account("svc$", 1100, {512});
  d.account("anna", 1101, {1200});
  for (const int rid : {512, 1100, 1200, 1101}) d.list(rid, {});
  d.managed[d.sid(1100)] = descriptor("S-1-5-32-544", {allow(d.sid(1200), 0xF01FF)});
  return d;
}

TEST(ControlReading, FollowsWhoMayReadAManagedPassword) {
  Domain d = with_managed_account();
  EXPECT_THAT(d.read(), UnorderedElementsAre("512", "1100", "1200", "1101"));
  EXPECT_THAT(d.rows(), ElementsAre("S-1-5-21-1-2-3-1200 may read the managed password of CN=S-1-5-21-1-2-3-1100"));
}

TEST(ControlReading, DoesNotAskWhoMayReadThePasswordOfOneWithoutPower) {
  Domain d = with_managed_account();
  d.account("clerk$", 1102);
  d.list(1102, {});
  d.managed[d.sid(1102)] = descriptor("S-1-5-32-544", {allow(d.sid(1101), 0xF01FF)});
  EXPECT_THAT(d.read(), testing::Not(testing::Contains("1102")));
}

TEST(ControlReading, DoesNotTakeReadersThatAreNotShownForNone) {
  Domain hidden = with_managed_account();
  hidden.managed[hidden.sid(1100)] = "";
  hidden.read();
  EXPECT_THAT(hidden.rows(), ElementsAre(HasSubstr("doubt who may read its managed password was not delivered")));
  Domain broken = with_managed_account();
  broken.managed[broken.sid(1100)] = "x";
  broken.read();
  EXPECT_THAT(broken.rows(), ElementsAre(HasSubstr("doubt msDS-GroupMSAMembership: security descriptor: at byte")));
}

TEST(ControlReading, GoesOnToWhoeverHoldsRightsOverWhatStandsAbove) {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.group("Unit Managers", 1200);
  d.account("anna", 1101, {1200});
  d.account("carl", 1102);
  d.put(512, "OU=Admins,DC=corp");
  d.put(1101, "OU=Staff,DC=corp");
  for (const int rid : {512, 1200, 1101, 1102}) d.list(rid, {});
  d.objects[kHead] = {"domainDNS", descriptor("S-1-5-18", {})};
  d.objects["OU=Admins,DC=corp"] = {"organizationalUnit", descriptor("S-1-5-18", {allow(d.sid(1200), 0x40000)})};
  d.objects["OU=Staff,DC=corp"] = {"organizationalUnit", descriptor("S-1-5-18", {allow(d.sid(1102), 0x80000)})};
  EXPECT_THAT(d.read(), UnorderedElementsAre("512", "1200", "1101", "1102"));
  EXPECT_THAT(d.asked_by_dn, ElementsAre("OU=Admins,DC=corp", "OU=Staff,DC=corp"));
  EXPECT_THAT(d.rows(), IsSupersetOf({HasSubstr("-1200 may write the access control list of OU=Admins,DC=corp"),
                                      HasSubstr("-1102 may become the owner of OU=Staff,DC=corp")}));
  EXPECT_EQ(d.harvest.source.controls_unread, "");
}

TEST(ControlReading, SaysWhichContainerOrPolicyWasNotDelivered) {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.put(512, "OU=Admins,DC=corp");
  d.list(512, {});
  d.objects[kHead] = {"domainDNS", descriptor("S-1-5-18", {})};
  d.read();
  EXPECT_THAT(d.harvest.source.controls_unread, HasSubstr("OU=Admins,DC=corp, which holds entries that matter"));
}

TEST(ControlReading, WatchesGroupsByNameSidAndTheEndOfIt) {
  Domain d;
  d.group("DnsAdmins", 1300);
  d.group("A", 1301);
  d.group("B", 1302);
  d.group("C", 1303);
  for (const int rid : {1300, 1301, 1302}) d.list(rid, {});
  EXPECT_THAT(d.read({"dnsadmins", d.sid(1301), "-1302", "Exchange"}), UnorderedElementsAre("1300", "1301", "1302"));
}

TEST(ControlReading, LeavesOutThoseWhoHoldRightsAsDelivered) {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.list(512, {allow("S-1-5-18", 0xF01FF), allow("S-1-5-10", 0x40000), allow("S-1-5-32-544", 0xF01FF),
               allow("S-1-5-32-548", 0xF01FF), allow("S-1-5-21-9-9-9-519", 0xF01FF), allow("S-1-3-0", 0xF01FF),
               allow("S-1-5-11", 0x20), allow("S-1-5-32-555", 0x80000)});
  d.read();
  EXPECT_THAT(d.rows(), UnorderedElementsAre("S-1-5-11 may add members to CN=S-1-5-21-1-2-3-512 (Authenticated Users)",
                                             "S-1-5-32-555 may become the owner of CN=S-1-5-21-1-2-3-512"));
}

TEST(ControlReading, OfTheTemplateHoldsMoreAgainstOperators) {
  Domain d;
  const std::string bytes = descriptor("S-1-5-32-548", {allow(kAdmins, 0xF01FF), allow("S-1-5-32-550", 0x40000)});
  add_controls(d.harvest, {model::ControlledKind::admin_sd_holder, {}, {}}, ControlledClass::admin_sd_holder, "T",
               bytes);
  EXPECT_THAT(d.rows(), ElementsAre("S-1-5-32-548 owns T", "S-1-5-32-550 may write the access control list of T"));
}

TEST(ControlReading, SaysWhatWasNotDelivered) {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.account("adm", 1100, {512});
  d.read();
  EXPECT_EQ(d.harvest.source.controls_unread, "nTSecurityDescriptor was not delivered: this account may not read it");
  Domain e;
  e.group("Domain Admins", 512, {}, model::Tier::tier0);
  e.account("adm", 1100, {512});
  e.list(512, {});
  e.read();
  EXPECT_EQ(e.harvest.source.controls_unread, "nTSecurityDescriptor of 1 of 2 entries that matter was not delivered");
  Domain f;
  f.group("Domain Admins", 512, {}, model::Tier::tier0);
  f.list(512, {});
  f.answers = false;
  f.read();
  EXPECT_EQ(f.harvest.source.controls_unread, "not all access control lists could be asked for");
}

TEST(ControlReading, OfADamagedDescriptorIsARowInDoubt) {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.descriptors[kAdmins] = "\x01";
  d.read();
  EXPECT_THAT(d.rows(), ElementsAre(HasSubstr("doubt security descriptor: at byte 1: it ends within its head")));
}

TEST(ControlReading, AsksForManyInSeveralQuestions) {
  Domain d;
  d.group("Domain Admins", 512, {}, model::Tier::tier0);
  d.list(512, {});
  for (int rid = 2000; rid < 2000 + 250; ++rid) {
    d.account("a", rid, {512});
    d.list(rid, {});
  }
  EXPECT_EQ(d.read().size(), 251U);
  EXPECT_EQ(d.harvest.source.controls_unread, "");
}

TEST(ControlRows, KnowTheEntriesThatAreSpecial) {
  EXPECT_TRUE(is_admin_sd_holder("cn=adminsdholder,cn=system,DC=corp"));
  EXPECT_FALSE(is_admin_sd_holder("CN=AdminSDHolder,CN=Systems,DC=corp"));
  EXPECT_EQ(domain_head("OU=Staff,DC=corp,DC=example"), "DC=corp,DC=example");
  EXPECT_EQ(domain_head("dc=corp"), "dc=corp");
  EXPECT_EQ(domain_head("o=corp"), "");
  EXPECT_EQ(domain_head(""), "");
}

}  // namespace
}  // namespace tally::directory
