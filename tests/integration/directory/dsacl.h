// Rights on entries of a Samba domain, as an administrator gives them and reads them: samba-tool dsacl.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/samba_ad.h"

namespace tally::directory {

inline std::string dsacl(const support::SambaAd& dc, const std::vector<std::string>& words) {
  std::vector<std::string> argv = {"samba-tool", "dsacl"};
  argv.insert(argv.end(), words.begin(), words.end());
  argv.insert(argv.end(), {"-H", "ldap://" + dc.host_name(), "-U", "Administrator%" + dc.admin_password(), "-s",
                           "/dev/null", "--realm=AD.LAB.TEST"});
  const auto outcome = dc.run({.argv = argv}, std::chrono::seconds(60));
  EXPECT_TRUE(outcome) << outcome.error().message;
  if (!outcome) return {};
  EXPECT_EQ(outcome->exit_code, 0) << outcome->out << outcome->err;
  return outcome->out;
}

/// In front of all entries of its list.
inline void give(const support::SambaAd& dc, const std::string& dn, const std::string& sddl) {
  dsacl(dc, {"set", "--objectdn=" + dn, "--sddl=" + sddl});
}

}  // namespace tally::directory
