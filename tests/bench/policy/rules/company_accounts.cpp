// The accounts of the company that rules are measured with.
#include <fmt/format.h>

#include <algorithm>

#include "tests/bench/policy/rules/company_maker.h"

namespace tally::bench {
namespace {

constexpr std::array kGeneralNames{"Reception", "scanner", "kiosk", "Training", "office", "warehouse"};
/// What an Active Directory tells of every account: all bits but those of POSIX.
constexpr std::uint32_t kToldByActiveDirectory = 0x00FFFFFF & ~(model::kSshKey | model::kKerberosAes);
constexpr std::uint32_t kToldByOpenLdap = model::kSshKey | model::kCertificate | model::kManagerNamed |
                                          model::kMustChangePassword | model::kPasswordLikeText | model::kLoginShell;

}  // namespace

using base::TextId;
using model::AccountKind;
using model::BoolFact;
using model::GroupId;
using model::TimeFact;
using std::chrono::days;
using std::chrono::hours;

std::uint32_t Maker::any_directory() {
  const std::uint64_t chance = random_() % 100;
  return chance < 58 ? kActiveDirectory : chance < 97 ? kOpenLdap : kPlant;
}

/// An account that works, is used, and whose password is not old.
Maker::Account Maker::account(std::uint32_t source, std::string_view login) {
  model::Accounts& a = s_.accounts;
  const std::size_t i = a.add(model::SourceId(source)).index();
  const bool windows = source == kActiveDirectory;
  a.dn[i] = text(fmt::format("{}={},OU=Staff,{}", windows ? "CN" : "uid", login, suffix(source)));
  a.native_id[i] = text(fmt::format("{:08x}-4848-5fd6-91b8-dab50728059b", i));
  if (windows) a.sid[i] = text(fmt::format("S-1-5-21-1-2-3-{}", 100'000 + i));
  a.login[i] = text(login);
  if (windows) a.principal[i] = text(fmt::format("{}@corp.example.com", login));
  a.display_name[i] = text(fmt::format("{} of {}", login, source));
  a.enabled[i] = BoolFact::known(true, word(windows ? "userAccountControl=512" : "pwdAccountLockedTime is absent"));
  a.locked[i] = BoolFact::known(false, word("lockoutTime=0"));
  a.expires[i] = TimeFact::never(word(windows ? "accountExpires=0" : "shadowExpire is absent"));
  a.created[i] = on(ago(100, 3000), "whenCreated");
  a.modified[i] = on(ago(1, 90), "whenChanged");
  a.password_changed[i] = on(ago(1, 150), "pwdLastSet");
  signed_in(i, source, ago(0, 14));
  a.flags_known[i] = windows ? kToldByActiveDirectory : kToldByOpenLdap;
  a.flags_basis[i] = word(windows ? "userAccountControl=512" : "");
  a.department[i] = word(fmt::format("Department {}", i % 500));
  a.title[i] = word(kTitles[i % kTitles.size()]);
  a.employee_type[i] = word("staff");
  a.creator[i] = word("cn=provisioning,dc=corp,dc=example");
  if (!windows) a.password_scheme[i] = word("ssha");
  if (!windows) a.uid_number[i] = static_cast<std::uint32_t>(i + 1000);
  const std::uint32_t everybody = first_group_[source] + kOfPower;
  a.primary_group[i] = GroupId(everybody);
  a.primary_group_basis[i] = word(windows ? "primaryGroupID=513" : "gidNumber=513");
  return {i, source};
}

/// Active Directory writes a sign-in up to 14 days late; a third directory does not record any.
void Maker::signed_in(std::size_t row, std::uint32_t source, base::Instant at) {
  at = std::min(at, s_.as_of - hours{1});
  TimeFact& fact = s_.accounts.last_sign_in[row];
  if (source == kActiveDirectory) {
    fact = TimeFact::known({at, std::min(at + days{14}, s_.as_of)}, word("lastLogonTimestamp"));
  } else if (source == kOpenLdap) {
    fact = on(at, "pwdLastSuccess");
  } else {
    fact = TimeFact::unknown(word("this directory does not record sign-ins"));
  }
}

void Maker::disable(std::size_t row) {
  s_.accounts.enabled[row] = BoolFact::known(false, word("userAccountControl=514"));
}

/// Memberships: `ordinary` groups of the directory, and those listed.
void Maker::join(const Account& account, std::size_t ordinary, std::vector<std::uint32_t> special) {
  std::vector<GroupId> groups{s_.accounts.primary_group[account.row]};
  const std::uint32_t first = first_group_[account.source], count = groups_of_[account.source];
  for (const std::uint32_t g : special) groups.emplace_back(first + g);
  for (std::size_t n = 0; n < ordinary; ++n) {
    groups.emplace_back(first + kSpecial + static_cast<std::uint32_t>(random_() % (count - kSpecial)));
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  s_.groups_of_account.push_row(groups);
}

void Maker::add_one() {
  const std::uint64_t chance = random_() % 1000;
  if (chance < 3) return add_orphan();
  if (chance < 5) return add_ambiguous();
  if (chance < 6) return add_general_name();
  if (chance < 40) return add_service();
  if (chance < 70) return add_computer();
  add_worker();
}

void Maker::add_worker() {
  const std::size_t who = person();
  const Account account = of(who, any_directory(), fmt::format("gfamily{}", who));
  const std::size_t i = account.row;
  if (left(who)) return leave(account, who);
  if (once_in(70)) disable(i);
  if (once_in(300)) s_.accounts.expires[i] = on(ago(-200, 60), "accountExpires");
  if (once_in(150)) signed_in(i, account.source, ago(40, 500));
  if (once_in(200)) start(i);
  if (once_in(300) && account.source == kActiveDirectory) s_.accounts.flags[i] |= model::kPasswordNeverExpires;
  if (once_in(3000) && account.source == kActiveDirectory) s_.accounts.flags[i] |= model::kPreauthNotRequired;
  if (once_in(5000) && account.source == kActiveDirectory) s_.accounts.flags[i] |= model::kTrustedForDelegation;
  if (s_.people.last_day[who].state == model::TimeState::known && !once_in(5)) {
    s_.accounts.expires[i] = s_.people.last_day[who];
  }
  if (once_in(5000)) s_.accounts.primary_group[i] = GroupId(first_group_[account.source] + 1);
  const bool power = once_in(1000);
  join(account, some_groups(),
       power ? std::vector{static_cast<std::uint32_t>(random_() % kSpecial)} : std::vector<std::uint32_t>());
  if (once_in(60) && s_.accounts.size() < goal_) add_admin(who, account.source);
}

/// The person's own; without the number in every 25th, so that the mail address has to do.
Maker::Account Maker::of(std::size_t who, std::uint32_t source, const std::string& login) {
  const Account out = account(source, login);
  if (!once_in(25)) s_.accounts.employee_number[out.row] = s_.people.employee_id[who];
  s_.accounts.mail[out.row] = s_.people.mail[who];
  return out;
}

/// A new account; every second one not used so far.
void Maker::start(std::size_t row) {
  s_.accounts.created[row] = on(ago(1, 60), "whenCreated");
  s_.accounts.password_changed[row] = s_.accounts.created[row];
  const bool told = s_.accounts.last_sign_in[row].state != model::TimeState::unknown;
  if (told && once_in(2)) s_.accounts.last_sign_in[row] = TimeFact::never(word("lastLogonTimestamp=0"));
}

/// Most accounts of leavers are off and empty; some are not.
void Maker::leave(const Account& account, std::size_t who) {
  const std::size_t i = account.row;
  const TimeFact& last_day = s_.people.last_day[who];
  const base::Instant gone = last_day.state == model::TimeState::known ? last_day.bounds.earliest : ago(10, 400);
  signed_in(i, account.source, gone - days{between(15, 60)});
  s_.accounts.password_changed[i] = on(gone - days{between(15, 200)}, "pwdLastSet");
  if (!once_in(25)) disable(i);
  if (once_in(60)) signed_in(i, account.source, gone + days{between(0, 20)});
  join(account, once_in(30) ? some_groups() : 0);
}

void Maker::add_admin(std::size_t who, std::uint32_t source) {
  const Account admin = account(source, fmt::format("adm-gfamily{}", who));
  if (!once_in(20)) s_.people.title[who] = word(kTitles.back());
  s_.accounts.employee_number[admin.row] = s_.people.employee_id[who];
  if (once_in(40)) signed_in(admin.row, source, ago(25, 400));
  join(admin, 1, {static_cast<std::uint32_t>(random_() % kOfPower)});
}

void Maker::add_orphan() {
  const Account orphan = account(any_directory(), fmt::format("stranger{}", s_.accounts.size()));
  if (once_in(3)) disable(orphan.row);
  if (once_in(10)) start(orphan.row);
  join(orphan, some_groups());
}

/// A mail address that two people have, and no number.
void Maker::add_ambiguous() {
  const std::size_t one = person(), other = person();
  s_.people.mail[other] = s_.people.mail[one];
  const Account account = this->account(any_directory(), fmt::format("shared{}", one));
  s_.accounts.mail[account.row] = s_.people.mail[one];
  join(account, some_groups());
}

void Maker::add_general_name() {
  const std::size_t who = person();
  const Account account = of(who, any_directory(), kGeneralNames[random_() % kGeneralNames.size()]);
  join(account, 3);
}

void Maker::add_service() {
  const Account service = account(any_directory(), fmt::format("svc-{}", s_.accounts.size()));
  const std::size_t i = service.row;
  s_.accounts.password_changed[i] = on(ago(1, 420), "pwdLastSet");
  if (once_in(50)) signed_in(i, service.source, ago(30, 300));
  if (once_in(3) && service.source == kActiveDirectory) s_.accounts.flags[i] |= model::kHasServicePrincipal;
  if (!once_in(20)) {
    const std::size_t owner = random_() % s_.people.size();
    c_.settings.registered.push_back(
        {"", std::string(s_.view(s_.accounts.login[i])), std::string(s_.view(s_.people.employee_id[owner])), "a job"});
  }
  join(service, 3, once_in(50) ? std::vector<std::uint32_t>{2} : std::vector<std::uint32_t>());
}

void Maker::add_computer() {
  const Account computer = account(kActiveDirectory, fmt::format("PC{}$", s_.accounts.size()));
  s_.accounts.kind[computer.row] = AccountKind::computer;
  const bool controller = once_in(2000);
  if (controller) s_.accounts.primary_group[computer.row] = GroupId(first_group_[kActiveDirectory] + kOfPower + 1);
  if (controller) s_.accounts.flags[computer.row] |= model::kTrustedForDelegation;
  join(computer, 0);
}

/// Administrator, Guest and krbtgt of the domain.
void Maker::add_built_in() {
  for (const auto& [login, rid] : {std::pair{"Administrator", 500}, {"Guest", 501}, {"krbtgt", 502}}) {
    const Account one = account(kActiveDirectory, login);
    s_.accounts.sid[one.row] = text(fmt::format("S-1-5-21-1-2-3-{}", rid));
    if (rid != 500) disable(one.row);
    s_.accounts.password_changed[one.row] = on(ago(400, 500), "pwdLastSet");
    join(one, 0, rid == 500 ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>());
  }
}

}  // namespace tally::bench
