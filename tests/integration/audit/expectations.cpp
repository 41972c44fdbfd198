// What is right to say about each account of company.h, and why.
#include <fmt/format.h>

#include <sstream>

#include "tests/integration/audit/company.h"

namespace tally::integration {
namespace {

const std::vector<Expected>& unix_expectations() {
  static const std::vector<Expected> all = {
      {"unix", "reader", "", "the audit's own account, in the register"},
      {"unix", "ada", "", "active, used two days ago"},
      {"unix", "adm-ada", "", "an administrator's account of a Systems Administrator"},
      {"unix", "bela", "", "active, used two days ago"},
      {"unix", "cleo", "LVR-001", "left 60 days ago, the account works"},
      {"unix", "adm-cleo", "LVR-005", "the second account of somebody who left; LVR-001 has the main one"},
      {"unix", "dora", "LVR-003", "left, disabled (000001010000Z), still in staff"},
      {"unix", "egon", "LVR-002", "left 60 days ago, signed in 30 days ago; disabled since, in no group"},
      {"unix", "fred", "JNR-001", "begins in 30 days, the account works; new and never used, so not dormant"},
      {"unix", "gina", "", "unused for 200 days, but on leave"},
      {"unix", "hans", "DOR-001", "active, unused for 90 days"},
      {"unix", "ines", "ORP-002", "two people share the mail address"},
      {"unix", "jan", "DOR-003", "expired 70 days ago (pwdEndTime), so unused is no trouble; never disabled"},
      {"unix", "kai", "LVR-001", "left; locked by wrong passwords, which is not disabled"},
      {"unix", "lea", "PRV-001 PRV-003 PRV-010", "an accountant whose gidNumber is that of the privileged group wheel"},
      {"unix", "mona", "PRV-001 PRV-002 PRV-010", "an accountant, in admins through five groups and a circle"},
      {"unix", "nina", "?LVR-001 ?LVR-003", "left, still in staff; shadowExpire is over, which slapd does not read"},
      {"unix", "otto", "LVR-001", "HR still says active, but the last day was ten days ago"},
      {"unix", "paul", "", "OpenLDAP knows no Kerberos switches"},
      {"unix", "quin", "", "left ten days ago, signed in 20 days ago to the second; disabled, in no group"},
      {"unix", "rosa.kahn", "ORP-002", "found only by the login, which is sure to 60 %"},
      {"unix", "ghost", "ORP-001", "nobody in HR, no register, no pattern"},
      {"unix", "old-admin", "", "nobody's, but disabled"},
      {"unix", "svc-backup", "", "in the register, used two days ago"},
      {"unix", "svc-mail", "DOR-001 SVC-001",
       "a service account by its pattern, nobody's to answer for, unused for 100 days"},
  };
  return all;
}

/// What differs from OpenLDAP has a reason of its own.
const std::vector<Expected>& ad_expectations() {
  static const std::vector<Expected> all = {
      {"corp-ad", "Administrator", "", "built in (RID 500)"},
      {"corp-ad", "Guest", "", "built in, disabled"},
      {"corp-ad", "krbtgt", "", "built in, disabled"},
      {"corp-ad", "DC1", "", "a domain controller: privileged by its primary group, as it should be"},
      {"corp-ad", "reader", "", "the audit's own account, in the register"},
      {"corp-ad", "ada", "", "active, used two days ago"},
      {"corp-ad", "adm-ada", "", "an administrator's account of a Systems Administrator"},
      {"corp-ad", "bela", "", "active, used two days ago"},
      {"corp-ad", "cleo", "LVR-001", "left 60 days ago, works; last sign-in 90 to 76 days ago, so before"},
      {"corp-ad", "adm-cleo", "LVR-005", "the second account of somebody who left"},
      {"corp-ad", "dora", "LVR-003", "left, disabled, still in staff"},
      {"corp-ad", "egon", "LVR-002", "left 60 days ago, signed in 30 days ago or later"},
      {"corp-ad", "fred", "JNR-001", "begins in 30 days, the account works"},
      {"corp-ad", "gina", "", "unused for 186 days at least, but on leave"},
      {"corp-ad", "hans", "DOR-001", "active, unused for 76 days at least"},
      {"corp-ad", "ines", "ORP-002", "two people share the mail address"},
      {"corp-ad", "jan", "DOR-003", "expired 70 days ago, never disabled; still works here"},
      {"corp-ad", "kai", "LVR-001", "left; locked out a moment ago (lockoutTime), which is not disabled"},
      {"corp-ad", "lea", "PRV-001 PRV-003 PRV-010",
       "an accountant with primaryGroupID 512, which no list of members shows"},
      {"corp-ad", "mona", "PRV-001 PRV-002 PRV-010",
       "an accountant, in Domain Admins through five groups and a circle"},
      {"corp-ad", "nina", "LVR-003", "left, expired, still in staff"},
      {"corp-ad", "otto", "LVR-001", "HR still says active, but the last day was ten days ago"},
      {"corp-ad", "paul", "CRD-001", "needs no Kerberos pre-authentication"},
      {"corp-ad", "quin", "?LVR-002", "left ten days ago; lastLogonTimestamp says between 20 and 6 days ago"},
      {"corp-ad", "rosa.kahn", "ORP-002", "found only by the login, which is sure to 60 %"},
      {"corp-ad", "ghost", "ORP-001", "nobody in HR, no register, no pattern"},
      {"corp-ad", "old-admin", "", "in Domain Admins and nobody's, but disabled"},
      {"corp-ad", "svc-backup", "", "in the register"},
      {"corp-ad", "svc-mail", "DOR-001 SVC-001",
       "a service account by its pattern, nobody's to answer for, unused for 86 days at least"},
      {"corp-ad", "b2000", "LVR-003",
       "left, disabled, the last of 2,000 members of everybody; the others are in order"},
  };
  return all;
}

Verdicts select(std::string_view source, bool unknown) {
  Verdicts out;
  for (const Expected& row : expectations()) {
    if (!source.empty() && row.source != source) continue;
    std::istringstream rules{std::string(row.rules)};
    for (std::string rule; rules >> rule;) {
      const bool question = rule.front() == '?';
      if (question == unknown)
        out.emplace(rule.substr(question ? 1 : 0), fmt::format("{}/{}", row.source, row.account));
    }
  }
  return out;
}

}  // namespace

std::vector<Expected> expectations() {
  std::vector<Expected> out = unix_expectations();
  out.insert(out.end(), ad_expectations().begin(), ad_expectations().end());
  return out;
}

Verdicts expected(std::string_view source) { return select(source, false); }
Verdicts expected_cannot_tell(std::string_view source) { return select(source, true); }

}  // namespace tally::integration
