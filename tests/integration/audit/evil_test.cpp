// A whole audit of a directory that cheats, beside one that does not: it ends in time and in little memory, the honest
// one is read as ever, and nothing about the other is called clear.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <thread>

#include "tests/integration/audit/desk.h"
#include "tests/integration/directory/evil_tree.h"

namespace tally::integration {
namespace {

using namespace std::chrono_literals;
using directory::lab::is_main_read;
using directory::lab::is_search;
using directory::lab::Tree;
using support::Asked;
using support::EvilServer;
using support::Reply;
using support::Then;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto kTotal = 4s;
/// For everything else that an audit does, on a busy machine.
constexpr auto kElse = 6s;

constexpr const char* kHonest =
    "dn: dc=honest\nobjectClass: dcObject\nobjectClass: organization\ndc: honest\no: h\n\n"
    "dn: uid=dana,dc=honest\nobjectClass: inetOrgPerson\nuid: dana\ncn: dana\nsn: dana\nemployeeNumber: 000001\n"
    "entryUUID: 1ab5ce7b-8ac5-5879-b423-0bb8bd03e115\ncreateTimestamp: 20200101000000Z\n\n";

struct Audited {
  support::Outcome run;
  Json report;
};

/// An audit of the evil server, and of an LDIF of one account whose owner works here.
Audited audit(const EvilServer& server, std::chrono::seconds total = kTotal) {
  Desk desk;
  desk.write("hr.csv", "No,Status\n000001,Active\n");
  desk.write("honest.ldif", kHonest);
  desk.configure(fmt::format(
      "[[hr]]\nname = \"hr\"\npath = \"hr.csv\"\ntime_zone = \"UTC\"\n"
      "[hr.columns]\nemployee_id = \"No\"\nstatus = \"Status\"\n[hr.status_words]\n\"Active\" = \"active\"\n"
      "[[directory]]\nname = \"evil\"\ntype = \"openldap\"\nuri = \"{}\"\nsecurity = \"none\"\nbind = \"anonymous\"\n"
      "bases = [\"dc=t\"]\npage_size = 10\nconnect_deadline = \"1s\"\nrequest_deadline = \"{}s\"\n"
      "total_deadline = \"{}s\"\n"
      "[[directory]]\nname = \"honest\"\ntype = \"openldap\"\nldif = \"honest.ldif\"\nbases = [\"dc=honest\"]\n",
      server.uri(), total.count() / 2, total.count()));
  Audited out;
  out.run = desk.audit();
  if (out.run.exit_code != 2) out.report = desk.report();
  return out;
}

void expect_nothing_claimed(const Audited& audited, const char* when) {
  ASSERT_FALSE(audited.report.is_null()) << audited.run.err;
  EXPECT_LT(audited.run.took, kTotal + kElse) << when;
  EXPECT_NE(audited.run.exit_code, 0) << when;
  EXPECT_THAT(coverage(audited.report, "evil"), Not(StartsWith("complete"))) << when;
  EXPECT_EQ(coverage(audited.report, "honest"), "complete") << when;
  EXPECT_FALSE(audited.report.at("run").at("complete")) << when;
  EXPECT_THAT(audited.report.at("sentence").get<std::string>(), HasSubstr("the source evil")) << when;
}

Reply endless(const Asked& asked, int& next) {
  std::string out;
  std::this_thread::sleep_for(2ms);  // else the audit has half a million accounts to judge after the deadline
  for (int i = 0; i < 10; ++i) {
    out += support::ldap_entry(asked.id, Tree::name_of(++next), {{"objectClass", {"person"}}});
  }
  return {out + support::ldap_done(asked.id, 0, "", support::page_control("more"))};
}

TEST(EvilServer, EndsTheAuditInTimeAndIsNeverClear) {
  int next = 0;
  const std::vector<std::pair<const char*, directory::lab::Twist>> ways = {
      {"falls silent in the midst",
       [](const Asked& asked, Reply honest) {
         return is_main_read(asked) && asked.cookie == "10" ? Reply{"", Then::stall} : honest;
       }},
      {"is reset in the midst",
       [](const Asked& asked, Reply honest) {
         return is_main_read(asked) && asked.cookie == "10" ? Reply{"", Then::reset} : honest;
       }},
      {"sends a byte a second",
       [](const Asked& asked, Reply honest) {
         return is_main_read(asked) ? Reply{honest.bytes, Then::drip} : honest;
       }},
      {"sends the same page again and again",
       [](const Asked& asked, Reply honest) {
         if (!is_main_read(asked)) return honest;
         return Reply{support::ldap_entry(asked.id, Tree::name_of(0), {{"objectClass", {"person"}}}) +
                      support::ldap_done(asked.id, 0, "", support::page_control("more"))};
       }},
      {"never ends",
       [&](const Asked& asked, Reply honest) { return is_main_read(asked) ? endless(asked, next) : honest; }},
      {"stops after ten without a sign",
       [](const Asked& asked, Reply honest) {
         return is_main_read(asked) && asked.cookie == "10"
                    ? Reply{support::ldap_done(asked.id, 0, "", support::page_control(""))}
                    : honest;
       }},
  };
  for (const auto& [name, twist] : ways) {
    EvilServer server({.script = Tree{}.script(twist)});
    expect_nothing_claimed(audit(server), name);
    EXPECT_TRUE(server.all_closed()) << name;
  }
}

TEST(EvilServer, OfHugeValuesTakesLittleMemory) {
  // 30 entries of 8 MB in one page.
  const std::string attribute = support::ber(
      0x30, support::ber(0x04, "description") + support::ber(0x31, support::ber(0x04, std::string(8U << 20U, 'x'))));
  EvilServer server({.script = Tree{}.script([&](const Asked& asked, Reply honest) {
    if (!is_main_read(asked)) return honest;
    std::string out;
    out.reserve(30 * (attribute.size() + 100));
    for (int i = 0; i < 30; ++i) {
      out += support::ldap_message(
          asked.id, support::ber(0x64, support::ber(0x04, Tree::name_of(i)) + support::ber(0x30, attribute)));
    }
    return Reply{out + support::ldap_done(asked.id)};
  })});
  const Audited audited = audit(server, 30s);
  ASSERT_FALSE(audited.report.is_null()) << audited.run.err;
  EXPECT_THAT(coverage(audited.report, "evil"), HasSubstr("30 values longer than 65536 bytes were left out"));
#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed
  rusage children{};
  getrusage(RUSAGE_CHILDREN, &children);
  EXPECT_LT(children.ru_maxrss, 120 * 1024) << "KiB, the largest of all programs run here so far";
#endif
}

}  // namespace
}  // namespace tally::integration
