#include "tests/bench/policy/rules/company.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/bench/policy/rules/company_maker.h"

namespace tally::bench {

using base::TextId;
using model::AccountId;
using model::Employment;
using model::GroupId;
using model::TimeFact;
using std::chrono::days;
using std::chrono::hours;

Maker::Maker(std::size_t accounts) : goal_(accounts) {
  s_.as_of = base::Instant{std::chrono::seconds{1'795'316'400}};  // 2026-11-22T03:00:00Z
  source("hr", model::SourceKind::hr, "csv");
  source("corp-ad", model::SourceKind::directory, "active-directory");
  source("unix", model::SourceKind::directory, "openldap");
  source("plant", model::SourceKind::directory, "openldap");
  c_.settings.non_human_patterns = {"svc-.*"};
  c_.settings.personas.push_back({"admin", "adm-", "", "", "", ""});
}

Company Maker::run() {
  add_people();
  add_groups();
  add_built_in();
  while (s_.accounts.size() < goal_) add_one();
  own_groups();
  for (model::SourceRecord& source : s_.sources) {
    const bool hr = source.kind == model::SourceKind::hr;
    source.coverage.records_read = hr ? s_.people.size() : s_.accounts.size() / 3;
  }
  return std::move(c_);
}

std::int64_t Maker::between(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
}

/// So many days ago, and some hours.
base::Instant Maker::ago(std::int64_t low, std::int64_t high) {
  return s_.as_of - days{between(low, high)} - hours{between(1, 23)};
}

TimeFact Maker::on(base::Instant at, std::string_view basis) {
  return TimeFact::known(base::Bounds::exactly(at), word(basis));
}

/// A day of somebody who works where nobody knows the time zone: 26 hours wide (base::start_of_day).
TimeFact Maker::somewhere(base::Instant at, std::string_view basis) {
  return TimeFact::known({at - hours{14}, at + hours{12}}, word(basis));
}

void Maker::source(const char* name, model::SourceKind kind, const char* connector) {
  model::SourceRecord& out = s_.sources.emplace_back();
  out.name = name;
  out.kind = kind;
  out.connector = connector;
  out.started = s_.as_of - std::chrono::minutes{20};
  out.finished = s_.as_of - std::chrono::minutes{5};
  out.coverage.state = model::CoverageState::complete;
}

std::string_view Maker::suffix(std::uint32_t source) {
  return source == kActiveDirectory ? "DC=corp,DC=example,DC=com"
         : source == kOpenLdap      ? "dc=unix,dc=example"
                                    : "dc=plant,dc=example";
}

GroupId Maker::group(std::uint32_t source, std::string_view name, std::string_view sid) {
  const GroupId id = s_.groups.add(model::SourceId(source));
  const std::size_t i = id.index();
  s_.groups.name[i] = text(name);
  s_.groups.dn[i] = text(fmt::format("CN={},OU=Groups,{}", name, suffix(source)));
  s_.groups.native_id[i] = text(fmt::format("9a1b{:04x}-4848-5fd6-91b8-dab5{:08x}", i % 0xFFFF, i));
  s_.groups.sid[i] = text(sid);
  s_.groups.created[i] = on(ago(900, 3000), "whenCreated");
  return id;
}

void Maker::add_groups() {
  const std::size_t ordinary = goal_ / 20;
  for (std::uint32_t source : {kActiveDirectory, kOpenLdap, kPlant}) {
    first_group_[source] = static_cast<std::uint32_t>(s_.groups.size());
    const bool sids = source == kActiveDirectory;
    for (std::uint32_t g = 0; g < kSpecial; ++g) {
      const std::uint32_t rid = g < kOfPower ? 2000 + g : g == kOfPower ? 513 : g == kOfPower + 1 ? 516 : 512 + g;
      const GroupId id =
          group(source, fmt::format("special {} {}", source, g), sids ? fmt::format("S-1-5-21-1-2-3-{}", rid) : "");
      if (source == kPlant && g == 1) {
        s_.groups.members_unknown[id.index()] = word("the server handed out the first 1500 only");
      }
      if (g < kOfPower) s_.groups.tier[id.index()] = g % 3 == 0 ? model::Tier::tier0 : model::Tier::tier1;
    }
    for (std::size_t g = 0; g < std::max<std::size_t>(ordinary / 3, 30); ++g) {
      group(source, fmt::format("team {} {}", source, g), sids ? fmt::format("S-1-5-21-1-2-3-{}", 9000 + g) : "");
    }
    groups_of_[source] = static_cast<std::uint32_t>(s_.groups.size()) - first_group_[source];
  }
  nest_groups();
}

/// 14 in 15 in 16 in power; 17 and 18 in each other and in power. Every third ordinary group in the one before it.
void Maker::nest_groups() {
  for (std::uint32_t source : {kActiveDirectory, kOpenLdap, kPlant}) {
    const std::uint32_t first = first_group_[source];
    for (std::uint32_t g = 0; g < groups_of_[source]; ++g) {
      std::vector<GroupId> above;
      if (g == 14 || g == 15) above = {GroupId(first + g + 1)};
      if (g == 16) above = {GroupId(first)};
      if (g == 17) above = {GroupId(first + 1), GroupId(first + 18)};
      if (g == 18) above = {GroupId(first + 17)};
      if (g > kSpecial && g % 3 == 0) above = {GroupId(first + g - 1)};
      s_.groups_of_group.push_row(above);
    }
  }
}

/// One group in four names an owner, who is an account of the same directory.
void Maker::own_groups() {
  std::array<std::vector<AccountId>, 4> accounts;
  for (std::size_t i = 0; i < s_.accounts.size(); ++i)
    accounts[s_.accounts.source[i].index()].push_back(AccountId::at(i));
  for (std::size_t g = 0; g < s_.groups.size(); ++g) {
    const auto& candidates = accounts[s_.groups.source[g].index()];
    std::vector<AccountId> owners;
    if (once_in(4)) owners.push_back(candidates[random_() % candidates.size()]);
    s_.groups.owners_named[g] = static_cast<std::uint32_t>(owners.size());
    if (once_in(200)) ++s_.groups.owners_named[g];  // one whom nobody sees
    s_.owners_of_group.push_row(owners);
  }
}

void Maker::add_people() {
  for (std::size_t n = 0; n < goal_ - goal_ / 20; ++n) waiting_.push_back(add_person());
  std::shuffle(waiting_.begin(), waiting_.end(), random_);
}

/// Somebody who has no account yet.
std::size_t Maker::person() {
  if (waiting_.empty()) return add_person();
  const std::size_t who = waiting_.back();
  waiting_.pop_back();
  return who;
}

std::size_t Maker::add_person() {
  model::People& p = s_.people;
  const std::size_t i = p.add(model::SourceId(kHr)).index();
  p.line[i] = static_cast<std::uint32_t>(i + 2);
  p.employee_id[i] = text(fmt::format("{:07}", i + 1));
  p.given_name[i] = word(fmt::format("Given{}", i % 3000));
  p.family_name[i] = word(fmt::format("Family{}", i % 20000));
  p.display_name[i] = text(fmt::format("Given{} Family{}", i % 3000, i % 20000));
  p.mail[i] = text(fmt::format("given.family{}@example.com", i));
  p.login[i] = text(fmt::format("gfamily{}", i));
  p.department[i] = word(fmt::format("Department {}", i % 500));
  p.title[i] = word(once_in(400) ? kTitles.back() : kTitles[random_() % (kTitles.size() - 1)]);
  p.manager_id[i] = word(fmt::format("{:07}", i / 12 + 1));
  p.employment_type[i] = word(once_in(6) ? "Contractor" : "Employee");
  p.location[i] = word(fmt::format("Site {}", i % 40));
  p.cost_center[i] = word(fmt::format("{}", 4000 + i % 700));
  for (auto* column : {&p.previous_last_day, &p.moved, &p.leave_from, &p.leave_until, &p.training_valid_until,
                       &p.screening_done, &p.nda_signed}) {
    (*column)[i] = TimeFact::never(word("empty"));
  }
  employ(i);
  return i;
}

void Maker::employ(std::size_t i) {
  model::People& p = s_.people;
  const bool zone = !once_in(10);
  const auto day = [&](base::Instant at, std::string_view basis) {
    return zone ? on(at, basis) : somewhere(at, basis);
  };
  p.first_day[i] = day(ago(200, 5000), "First Day");
  p.last_day[i] = TimeFact::never(word("Last Day is empty"));
  const std::uint64_t chance = random_() % 10'000;
  Employment status = Employment::active;
  if (chance < 800) {
    status = Employment::left;
    p.last_day[i] = chance < 20 ? p.last_day[i] : day(ago(0, 600), "Last Day");
  } else if (chance < 830) {  // HR has not written the status yet
    p.last_day[i] = day(ago(0, 20), "Last Day");
  } else if (chance < 900) {  // gives notice
    p.last_day[i] = day(ago(-60, -1), "Last Day");
  } else if (chance < 1100) {
    status = Employment::on_leave;
  } else if (chance < 1110) {
    status = Employment::suspended;
  } else if (chance < 1170) {
    status = Employment::pre_hire;
    p.first_day[i] = day(ago(-60, -1), "First Day");
  } else if (chance < 1180) {
    status = Employment::unknown;
  }
  p.status[i] = status;
  p.status_basis[i] = word(status == Employment::unknown ? "the status XX is not mapped" : to_string(status));
}

Company company(std::size_t accounts) { return Maker(accounts).run(); }

}  // namespace tally::bench
