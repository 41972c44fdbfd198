#include "tests/integration/audit/company.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cctype>

namespace tally::integration {
namespace {

constexpr int kNone = 100'000;  ///< no such day

struct Person {
  std::string_view number, mail, status;
  int first_day, last_day;  ///< days from now
  std::string_view title;
};

const std::vector<Person>& people() {
  static const std::vector<Person> all = {
      {"000101", "ada@example.test", "Active", -900, kNone, "Systems Administrator"},
      {"000102", "bela@example.test", "Active", -900, kNone, "Accountant"},
      {"000103", "cleo@example.test", "Left", -900, -60, "Accountant"},
      {"000104", "dora@example.test", "Left", -900, -60, "Accountant"},
      {"000105", "egon@example.test", "Left", -900, -60, "Accountant"},
      {"000106", "fred@example.test", "Hired", 30, kNone, "Accountant"},
      {"000107", "gina@example.test", "On leave", -900, kNone, "Accountant"},
      {"000108", "hans@example.test", "Active", -900, kNone, "Accountant"},
      {"000109", "ines@example.test", "Active", -900, kNone, "Accountant"},
      {"000110", "ines@example.test", "Active", -900, kNone, "Developer"},
      {"000111", "jan@example.test", "Active", -900, kNone, "Accountant"},
      {"000112", "kai@example.test", "Left", -900, -60, "Accountant"},
      {"000113", "lea@example.test", "Active", -900, kNone, "Accountant"},
      {"000114", "mona@example.test", "Active", -900, kNone, "Accountant"},
      {"000115", "nina@example.test", "Left", -900, -60, "Accountant"},
      {"000116", "otto@example.test", "Active", -900, -10, "Accountant"},
      {"000117", "paul@example.test", "Active", -900, kNone, "Accountant"},
      {"000118", "quin@example.test", "Left", -900, -10, "Accountant"},
      {"000119", "rosa.kahn@example.test", "Active", -900, kNone, "Accountant"},
  };
  return all;
}

enum class Switch { on, off, expired };

struct Account {
  std::string_view login, number, mail;
  int signed_in;  ///< days from now
  Switch access = Switch::on;
  std::string_view groups = {};  ///< of kGroups below
  std::string_view only = {};    ///< the directory that has it; empty: both
};

const std::vector<Account>& all_accounts() {
  static const std::vector<Account> all = {
      {"ada", "000101", "", -2, Switch::on, "staff"},
      {"adm-ada", "000101", "", -2, Switch::on, "admins"},
      {"bela", "000102", "", -2, Switch::on, "staff"},
      {"cleo", "000103", "", -90},
      {"adm-cleo", "000103", "", -90},
      {"dora", "000104", "", -90, Switch::off, "staff"},
      {"egon", "000105", "", -30, Switch::off},
      {"fred", "000106", "", kNone},
      {"gina", "000107", "", -200, Switch::on, "staff"},
      {"hans", "000108", "", -90, Switch::on, "staff"},
      {"ines", "", "ines@example.test", -2},
      {"jan", "000111", "", -90, Switch::expired, "staff"},
      {"kai", "000112", "", -90},
      {"lea", "000113", "", -2},
      {"mona", "000114", "", -2, Switch::on, "ring1"},
      {"nina", "000115", "", -90, Switch::expired, "staff"},
      {"otto", "000116", "", -40},
      {"paul", "000117", "", -2},
      {"quin", "000118", "", -20, Switch::off},
      {"rosa.kahn", "", "", -2},
      {"ghost", "", "ghost@elsewhere.test", -2, Switch::on, "staff"},
      {"old-admin", "", "", -300, Switch::off, "admins"},
      {"svc-backup", "", "", -2, Switch::on, "staff"},
      {"svc-mail", "", "", -100},
  };
  return all;
}

/// Groups in groups: mona is five groups away from power, and ring5 closes a circle.
constexpr std::pair<std::string_view, std::string_view> kNesting[] = {{"ring2", "ring1"}, {"ring3", "ring2"},
                                                                      {"ring4", "ring3"}, {"ring5", "ring4"},
                                                                      {"ring1", "ring5"}, {"admins", "ring5"}};
constexpr std::string_view kGroups[] = {"staff", "ring1", "ring2", "ring3", "ring4", "ring5"};

bool is_in(const Account& account, std::string_view source) { return account.only.empty() || account.only == source; }

std::time_t unix_time(std::chrono::system_clock::time_point now, int days) {
  return std::chrono::system_clock::to_time_t(now + std::chrono::hours{24} * days);
}

std::string line(std::string_view attribute, std::string_view value) {
  return value.empty() ? "" : fmt::format("{}: {}\n", attribute, value);
}

// --- OpenLDAP

constexpr std::string_view kUnixBase = "dc=example,dc=test";

std::string unix_person(std::string_view login) { return fmt::format("uid={},ou=people,{}", login, kUnixBase); }
std::string unix_group_dn(std::string_view name) { return fmt::format("cn={},ou=groups,{}", name, kUnixBase); }

/// What the two kinds of servers with these schemas write differently.
struct Words {
  std::string_view password_changed, signed_in, off, expires;
};
constexpr Words kOpenLdap = {"pwdChangedTime", "pwdLastSuccess", "pwdAccountLockedTime: 000001010000Z\n", "pwdEndTime"};
constexpr Words kDs389 = {"pwdUpdateTime", "lastLoginTime", "nsAccountLock: true\n", "krbPrincipalExpiration"};

std::string unix_account(const Account& a, const Company& company, const Words& words) {
  const bool posix = a.login == "lea" || a.login == "nina";
  std::string out = fmt::format("dn: {}\nobjectClass: inetOrgPerson\n", unix_person(a.login));
  if (posix) {
    out += fmt::format(
        "objectClass: posixAccount\nobjectClass: shadowAccount\nuidNumber: 5000\ngidNumber: {}\n"
        "homeDirectory: /home/{}\n",
        a.login == "lea" ? 512 : 5000, a.login);
  }
  out += fmt::format("uid: {0}\ncn: {0}\nsn: {0}\n", a.login) + line("employeeNumber", a.number) + line("mail", a.mail);
  out += line("createTimestamp", company.ldap_time(a.login == "fred" ? -10 : -400));
  out += line(words.password_changed, company.ldap_time(a.login == "fred" ? -10 : -400));
  if (a.signed_in != kNone) out += line(words.signed_in, company.ldap_time(a.signed_in));
  if (a.access == Switch::off) out += words.off;
  // Two ways to expire: nina's is the one of shadow(5), in days since 1970, which only Unix hosts follow.
  if (a.access == Switch::expired && posix) out += "shadowExpire: 18000\n";
  if (a.access == Switch::expired && !posix) {
    out += line(words.expires, company.ldap_time(-70));
    if (words.expires == kDs389.expires) out += "objectClass: ipaObject\n";  // elsewhere it keeps out of Kerberos alone
  }
  if (a.login == "kai") out += "userPassword: kai-password\n";
  return out + "\n";
}

std::string unix_group(std::string_view name) {
  std::string out = fmt::format("dn: {}\nobjectClass: groupOfNames\ncn: {}\n", unix_group_dn(name), name);
  for (const Account& a : all_accounts()) {
    if (a.groups == name && is_in(a, "unix")) out += line("member", unix_person(a.login));
  }
  for (const auto& [parent, child] : kNesting) {
    if (parent == name) out += line("member", unix_group_dn(child));
  }
  return out + "\n";
}

std::string unix_units(std::initializer_list<const char*> names) {
  std::string out;
  for (const char* name : names)
    out += fmt::format("dn: ou={0},{1}\nobjectClass: organizationalUnit\nou: {0}\n\n", name, kUnixBase);
  return out;
}

std::string unix_people(const Company& company, const Words& words) {
  std::string out;
  for (const Account& a : all_accounts()) {
    if (is_in(a, "unix")) out += unix_account(a, company, words);
  }
  return out;
}

std::string unix_groups() {
  std::string out;
  for (const std::string_view name : kGroups) out += unix_group(name);
  return out + unix_group("admins") +
         fmt::format("dn: {}\nobjectClass: posixGroup\ncn: wheel\ngidNumber: 512\n\n", unix_group_dn("wheel"));
}

// --- Active Directory

constexpr std::string_view kAdBase = "DC=ad,DC=lab,DC=test";

std::string ad_person(std::string_view login) { return fmt::format("CN={},OU=Staff,{}", login, kAdBase); }
std::string ad_group_dn(std::string_view name) {
  return name == "admins" ? fmt::format("CN=Domain Admins,CN=Users,{}", kAdBase)
                          : fmt::format("CN={},OU=Groups,{}", name, kAdBase);
}

std::string ad_account(const Account& a, const Company& company) {
  constexpr int kNormal = 0x200, kDisabled = 0x2, kNoPreauth = 0x400000;  // MS-ADTS 2.2.16
  const int control = kNormal | (a.access == Switch::off ? kDisabled : 0) | (a.login == "paul" ? kNoPreauth : 0);
  std::string out =
      fmt::format("dn: {0}\nobjectClass: user\nsAMAccountName: {1}\ndisplayName: {1}\nuserAccountControl: {2}\n",
                  ad_person(a.login), a.login, control);
  out += line("employeeNumber", a.number) + line("mail", a.mail) + line("pwdLastSet", company.filetime(-400));
  if (a.signed_in != kNone) out += line("lastLogonTimestamp", company.filetime(a.signed_in));
  if (a.access == Switch::expired) out += line("accountExpires", company.filetime(-70));
  if (a.login == "kai") out += line("lockoutTime", company.filetime(0));
  return out + "\n";
}

std::string ad_group(std::string_view name) {
  return fmt::format("dn: {}\nobjectClass: group\nsAMAccountName: {}\ngroupType: -2147483646\n\n", ad_group_dn(name),
                     name);
}

std::string ad_add_member(std::string_view group, const std::string& member) {
  return fmt::format("dn: {}\nchangetype: modify\nadd: member\nmember: {}\n\n", ad_group_dn(group), member);
}

std::string crowd_login(int i) { return fmt::format("b{:04}", i); }

std::string ad_crowd(const Company& company) {
  std::string out = fmt::format("dn: OU=Crowd,{}\nobjectClass: organizationalUnit\n\n", kAdBase), members;
  for (int i = 1; i <= Company::kCrowd; ++i) {
    const std::string login = crowd_login(i), dn = fmt::format("CN={},OU=Crowd,{}", login, kAdBase);
    out +=
        fmt::format("dn: {}\nobjectClass: user\nsAMAccountName: {}\nemployeeNumber: B{:04}\nuserAccountControl: {}\n",
                    dn, login, i, i == Company::kCrowd ? 514 : 512);
    out += line("pwdLastSet", company.filetime(-400)) +
           line("lastLogonTimestamp", company.filetime(-90 + 88 * (i < Company::kCrowd))) + "\n";
    members += line("member", dn);
  }
  return out + fmt::format("dn: {}\nobjectClass: group\nsAMAccountName: everybody\ngroupType: -2147483646\n{}\n",
                           ad_group_dn("everybody"), members);
}

std::string with_capital(std::string_view mail) {
  std::string out(mail.substr(0, mail.find_first_of("@.")));
  out[0] = static_cast<char>(std::toupper(out[0]));
  return out;
}

}  // namespace

std::string Company::day(int days) const { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(unix_time(now_, days))); }
std::string Company::ldap_time(int days) const {
  return fmt::format("{:%Y%m%d%H%M%SZ}", fmt::gmtime(unix_time(now_, days)));
}
std::string Company::filetime(int days) const {
  constexpr std::int64_t kFrom1601 = 11'644'473'600;  // seconds before 1970 (MS-DTYP 2.3.3)
  return fmt::format("{}", (unix_time(now_, days) + kFrom1601) * 10'000'000);
}

std::vector<std::string> Company::accounts(std::string_view source) {
  std::vector<std::string> out;
  for (const Account& a : all_accounts()) {
    if (is_in(a, source)) out.emplace_back(a.login);
  }
  return out;
}

std::string Company::hr_csv() const {
  std::string out = "Personnel No,Given Name,Family Name,Mail,Status,First Day,Last Day,Job,Salary\n";
  for (const Person& p : people()) {
    out += fmt::format("{},{},\"Test, M.Sc.\",{},{},{},{},{},50000\n", p.number, with_capital(p.mail), p.mail, p.status,
                       day(p.first_day), p.last_day == kNone ? "" : day(p.last_day), p.title);
  }
  for (int i = 1; i <= kCrowd; ++i) {
    const bool left = i == kCrowd;
    out += fmt::format("B{:04},B{:04},Crowd,,{},{},{},Worker,30000\n", i, i, left ? "Left" : "Active", day(-900),
                       left ? day(-60) : "");
  }
  return out;
}

std::string Company::unix_ldif() const {
  return unix_units({"people", "groups", "policies"}) +
         fmt::format(
             "dn: cn=default,ou=policies,{}\nobjectClass: device\nobjectClass: pwdPolicy\ncn: default\n"
             "pwdAttribute: userPassword\npwdLockout: TRUE\npwdMaxFailure: 3\n\n",
             kUnixBase) +
         unix_people(*this, kOpenLdap) + unix_groups();
}

std::string Company::ds389_ldif() const {
  return unix_units({"people", "groups"}) + unix_people(*this, kDs389) + unix_groups();
}

std::vector<std::string> Company::ad_ldif() const {
  std::string entries, members;
  for (const char* unit : {"Staff", "Groups"}) {
    entries += fmt::format("dn: OU={},{}\nobjectClass: organizationalUnit\n\n", unit, kAdBase);
  }
  for (const Account& a : all_accounts()) {
    if (is_in(a, "corp-ad")) entries += ad_account(a, *this);
  }
  for (const std::string_view name : kGroups) entries += ad_group(name);
  for (const Account& a : all_accounts()) {
    if (!a.groups.empty() && is_in(a, "corp-ad")) members += ad_add_member(a.groups, ad_person(a.login));
  }
  for (const auto& [parent, child] : kNesting) members += ad_add_member(parent, ad_group_dn(child));
  members += ad_add_member("admins", ad_person("lea"));
  // Domain Admins becomes lea's primary group: AD then drops her from its members.
  members +=
      fmt::format("dn: {}\nchangetype: modify\nreplace: primaryGroupID\nprimaryGroupID: 512\n\n", ad_person("lea"));
  return {entries, members, ad_crowd(*this)};
}

std::string hr_section() {
  return "[[hr]]\nname = \"hr\"\npath = \"hr.csv\"\ntime_zone = \"UTC\"\n"
         "[hr.columns]\nemployee_id = \"Personnel No\"\ngiven_name = \"Given Name\"\nfamily_name = \"Family Name\"\n"
         "mail = \"Mail\"\nstatus = \"Status\"\nfirst_day = \"First Day\"\nlast_day = \"Last Day\"\ntitle = \"Job\"\n"
         "[hr.status_words]\n\"Hired\" = \"pre-hire\"\n\"Active\" = \"active\"\n\"On leave\" = \"on-leave\"\n"
         "\"Left\" = \"left\"\n\n";
}

std::string correlation_section() {
  return "[correlation]\nnon_human_patterns = [\"svc-.*\"]\n"
         "[[correlation.match]]\nby = \"employee-number\"\nstrip_prefixes = [\"adm-\"]\n"
         "[[correlation.match]]\nby = \"mail\"\nconfidence = 0.9\n"
         "[[correlation.match]]\nby = \"mail-local-part\"\nconfidence = 0.6\n"
         "[[correlation.registered]]\nlogin = \"svc-backup\"\nowner = \"000101\"\npurpose = \"nightly backup\"\n"
         "[[correlation.registered]]\nlogin = \"reader\"\nowner = \"000101\"\npurpose = \"this audit\"\n\n";
}

}  // namespace tally::integration
