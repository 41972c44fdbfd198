// The company that the audits look at: people in HR, their accounts in an OpenLDAP ("unix"), an Active Directory
// ("corp-ad") and a 389 Directory Server, and for every account the verdict that is right, derived by hand from the
// rules' texts.
//
//   const Company company;                       // all dates are counted from now
//   Slapd::start({.data = {company.unix_ldif()}});
//   SambaAd::start({.ldif = company.ad_ldif()});
//   EXPECT_EQ(findings(report), expected("unix"));
//
// Not random: the same people every time, only their dates move along.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/audit/desk.h"

namespace tally::integration {

/// What is right to say about one account (its name is the first value of its DN).
struct Expected {
  std::string_view source;
  std::string_view account;
  std::string_view rules;  ///< that it violates, "" for none; a rule that cannot tell has a question mark: "?LVR-002"
  std::string_view why;
};

std::vector<Expected> expectations();
/// The rows of one source as findings; of every source when empty.
Verdicts expected(std::string_view source = {});
Verdicts expected_cannot_tell(std::string_view source = {});

class Company {
 public:
  /// People with an account in Active Directory and nothing remarkable: the members of its group of 2,000.
  static constexpr int kCrowd = 2000;

  [[nodiscard]] std::string hr_csv() const;
  [[nodiscard]] std::string unix_ldif() const;
  /// The accounts and groups of unix_ldif(), as 389 Directory Server and FreeIPA write the same facts.
  [[nodiscard]] std::string ds389_ldif() const;
  /// In the order in which they have to be applied.
  [[nodiscard]] std::vector<std::string> ad_ldif() const;
  /// Logins of the accounts that the texts hold (the crowd is not among them).
  [[nodiscard]] static std::vector<std::string> accounts(std::string_view source);

  /// A day so many days from now, as HR writes it.
  [[nodiscard]] std::string day(int days) const;
  /// As LDAP's generalized time and as AD's FILETIME.
  [[nodiscard]] std::string ldap_time(int days) const;
  [[nodiscard]] std::string filetime(int days) const;

 private:
  std::chrono::system_clock::time_point now_ = std::chrono::system_clock::now();
};

/// [[hr]] reading hr.csv as hr_csv() writes it.
std::string hr_section();
/// [correlation] of this company.
std::string correlation_section();

}  // namespace tally::integration
