// What an export of Active Directory shows of access control, worked out by hand.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>

#include "connectors/directory/control_rows.h"
#include "tests/support/base64.h"
#include "tests/unit/connectors/directory/descriptor.h"
#include "tests/unit/connectors/directory/tree.h"

namespace tally::directory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ProfileOptions ad() {
  ProfileOptions options;
  options.dialect = Dialect::active_directory;
  options.bases = {"DC=corp,DC=example"};
  return options;
}

std::string entry(const std::string& dn, const std::string& more, const std::string& descriptor_bytes) {
  const std::string list =
      descriptor_bytes.empty() ? "" : "nTSecurityDescriptor:: " + support::base64(descriptor_bytes) + "\n";
  return "dn: " + dn + "\n" + more + list + "\n";
}

TEST(ControlOfAnExport, IsReadBesideEverythingElse) {
  const std::string desk = "S-1-5-21-1-2-3-1104";
  Tree t(ad());
  t.read(entry("DC=corp,DC=example", "objectClass: domainDNS\nobjectSid: S-1-5-21-1-2-3\n",
               descriptor("S-1-5-18", {allow(desk, 0x40000)})));
  t.read(entry("CN=AdminSDHolder,CN=System,DC=corp,DC=example", "objectClass: container\n",
               descriptor("S-1-5-18", {allow(desk, 0x80000)})));
  t.read(entry("CN=jane,DC=corp,DC=example",
               "objectClass: user\nsAMAccountName: jane\nuserAccountControl: 512\nobjectSid: S-1-5-21-1-2-3-1105\n",
               descriptor(desk, {})));
  t.read(entry("CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration,DC=corp,DC=example",
               "objectClass: nTDSService\ndSHeuristics: 0000000001000001\n", ""));
  t.finish();
  const model::Controls& c = t.harvest.controls;
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < c.size(); ++i) {
    if (!t.view(c.holder[i]).empty())
      rows.push_back(fmt::format("{} {}", model::in_words(c.rights[i]), t.view(c.object[i])));
  }
  EXPECT_THAT(rows, ElementsAre("may write the access control list of DC=corp,DC=example",
                                "may become the owner of CN=AdminSDHolder,CN=System,DC=corp,DC=example",
                                "owns CN=jane,DC=corp,DC=example"));
  EXPECT_THAT(t.harvest.source.controls_unread, HasSubstr("are not read from an export"))
      << "what stands above the entries may give more";
  EXPECT_EQ(t.harvest.source.ds_heuristics, "0000000001000001");
}

TEST(ControlOfAnExport, TellsWhoMayReadManagedPasswords) {
  const std::string desk = "S-1-5-21-1-2-3-1104";
  const auto exported = [&](const std::string& membership) {
    auto t = std::make_unique<Tree>(ad());
    t->read(
        entry("DC=corp,DC=example", "objectClass: domainDNS\nobjectSid: S-1-5-21-1-2-3\n", descriptor("S-1-5-18", {})));
    t->read(entry("CN=svc,DC=corp,DC=example",
                  "objectClass: user\nobjectClass: computer\nobjectClass: msDS-GroupManagedServiceAccount\n"
                  "sAMAccountName: svc$\nuserAccountControl: 4096\n" +
                      (membership.empty() ? "" : "msDS-GroupMSAMembership:: " + support::base64(membership) + "\n"),
                  descriptor("S-1-5-18", {})));
    t->finish();
    return t;
  };
  const auto told = exported(descriptor("S-1-5-32-544", {allow(desk, 0xF01FF)}));
  std::uint32_t rights = 0;
  for (std::size_t i = 0; i < told->harvest.controls.size(); ++i) {
    if (told->view(told->harvest.controls.holder[i]) == desk) rights |= told->harvest.controls.rights[i];
  }
  EXPECT_EQ(rights, model::kReadManagedPassword);
  EXPECT_THAT(told->harvest.source.controls_unread, HasSubstr("are not read from an export"));
  const auto untold = exported("");
  std::vector<std::string> doubts;
  for (const base::TextId doubt : untold->harvest.controls.doubt) {
    if (!untold->view(doubt).empty()) doubts.emplace_back(untold->view(doubt));
  }
  EXPECT_THAT(doubts, ElementsAre(HasSubstr("not delivered (msDS-GroupMSAMembership)")));
}

TEST(ControlOfAnExport, IsUnreadWithoutDescriptorsOrWithoutTheDomains) {
  Tree none(ad());
  none.read(entry("CN=jane,DC=corp,DC=example", "objectClass: user\nsAMAccountName: jane\n", "")).finish();
  EXPECT_EQ(none.harvest.source.controls_unread, "no entry shows nTSecurityDescriptor");
  EXPECT_FALSE(none.harvest.source.ds_heuristics);
  Tree some(ad());
  some.read(
      entry("CN=jane,DC=corp,DC=example", "objectClass: user\nsAMAccountName: jane\n", descriptor("S-1-5-18", {})));
  some.finish();
  EXPECT_EQ(some.harvest.source.controls_unread, "the head of the domain shows no nTSecurityDescriptor");
  ProfileOptions off = ad();
  off.access_control_lists = false;
  Tree switched(off);
  switched.read(
      entry("CN=jane,DC=corp,DC=example", "objectClass: user\nsAMAccountName: jane\n", descriptor("S-1-5-18", {})));
  switched.finish();
  EXPECT_EQ(switched.harvest.controls.size(), 0U);
  EXPECT_THAT(switched.harvest.source.controls_unread, HasSubstr("access_control_lists = false"));
}

}  // namespace
}  // namespace tally::directory
