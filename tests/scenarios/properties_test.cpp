// What holds for every snapshot: the order of reading does not matter, and the columnar evaluation agrees with a naive
// one.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "policy/evaluation/subject.h"
#include "tests/scenarios/scenario.h"

namespace tally::scenarios {
namespace {

constexpr base::Instant kNow{date::sys_days{date::year{2026} / 4 / 1}};
constexpr std::size_t kPeople = 40, kAccounts = 120, kGroups = 12;

std::vector<std::size_t> shuffled(std::size_t size, bool shuffle, std::mt19937& order) {
  std::vector<std::size_t> out(size);
  std::iota(out.begin(), out.end(), std::size_t{0});
  if (shuffle) std::shuffle(out.begin(), out.end(), order);
  return out;
}

/// What a row of the random company is, before it gets an id.
struct RandomAccount {
  std::string login, employee;
  model::Truth enabled;
  model::TimeFact last_sign_in;
  std::vector<std::size_t> groups;
};

struct RandomCompany {
  std::vector<std::tuple<model::Employment, model::TimeFact>> people;
  std::vector<RandomAccount> accounts;
  std::vector<std::vector<std::size_t>> parents;
};

model::TimeFact random_time(std::mt19937& random) {
  const base::Instant at = kNow - std::chrono::hours{24} * (static_cast<int>(random() % 120) - 20);
  switch (random() % 4) {
    case 0: return model::TimeFact::never({});
    case 1: return model::TimeFact::known({at, at + std::chrono::hours{26}}, {});
    case 2:
      return random() % 3 == 0 ? model::TimeFact::unknown({}) : model::TimeFact::known(base::Bounds::exactly(at), {});
    default: return model::TimeFact::known(base::Bounds::exactly(at), {});
  }
}

RandomCompany random_company(unsigned seed) {
  std::mt19937 random(seed);
  RandomCompany out;
  for (std::size_t i = 0; i < kPeople; ++i) {
    out.people.emplace_back(static_cast<model::Employment>(random() % 6), random_time(random));
  }
  for (std::size_t i = 0; i < kAccounts; ++i) {
    RandomAccount a{"a" + std::to_string(i), {}, static_cast<model::Truth>(random() % 3), random_time(random), {}};
    if (random() % 8 != 0) a.employee = std::to_string(random() % (kPeople + 2));
    for (auto k = random() % 3; k > 0; --k) a.groups.push_back(random() % kGroups);
    out.accounts.push_back(std::move(a));
  }
  out.parents.resize(kGroups);
  for (auto& parents : out.parents) {
    if (random() % 2 == 0) parents.push_back(random() % kGroups);
  }
  return out;
}

void push_row(model::SparseRows<model::GroupId>& rows, const std::vector<std::size_t>& targets,
              const std::vector<std::size_t>& place) {
  std::vector<model::GroupId> row;
  for (const std::size_t target : targets) row.push_back(model::GroupId::at(place[target]));
  std::sort(row.begin(), row.end());
  row.erase(std::unique(row.begin(), row.end()), row.end());
  rows.push_row(row);
}

model::Harvest hr_of(const RandomCompany& company, bool shuffle, std::mt19937& order) {
  model::Harvest h;
  h.source.name = "hr";
  h.source.coverage.state = model::CoverageState::complete;
  h.source.coverage.records_read = company.people.size();
  h.source.finished = kNow;
  for (const std::size_t i : shuffled(company.people.size(), shuffle, order)) {
    const std::size_t row = h.people.add(model::SourceId(0)).index();
    h.people.employee_id[row] = h.text.add(std::to_string(i));
    std::tie(h.people.status[row], h.people.last_day[row]) = company.people[i];
    h.people.status_basis[row] = h.text.intern("status");
    h.people.last_day[row].basis = h.text.intern("last day");
    h.people.first_day[row] = model::TimeFact::never(h.text.intern("none"));
  }
  return h;
}

model::Harvest directory_of(const RandomCompany& company, bool shuffle, std::mt19937& order) {
  model::Harvest h;
  h.source.name = "corp";
  h.source.kind = model::SourceKind::directory;
  h.source.connector = "openldap";
  h.source.coverage.state = model::CoverageState::complete;
  h.source.finished = kNow;
  std::vector<std::size_t> place(kGroups);
  const auto groups = shuffled(kGroups, shuffle, order);
  for (std::size_t row = 0; row < groups.size(); ++row) {
    place[groups[row]] = row;
    h.groups.add(model::SourceId(0));
    h.groups.name[row] = h.text.add("g" + std::to_string(groups[row]));
    h.groups.dn[row] = h.text.add("cn=g" + std::to_string(groups[row]));
    if (groups[row] < 2) h.groups.tier[row] = groups[row] == 0 ? model::Tier::tier0 : model::Tier::tier1;
    h.groups.tier_basis[row] = h.text.intern("named");
  }
  for (const std::size_t g : groups) push_row(h.groups_of_group, company.parents[g], place);
  for (const std::size_t i : shuffled(company.accounts.size(), shuffle, order)) {
    const RandomAccount& account = company.accounts[i];
    const std::size_t row = h.accounts.add(model::SourceId(0)).index();
    h.accounts.login[row] = h.text.add(account.login);
    h.accounts.dn[row] = h.text.add("uid=" + account.login);
    h.accounts.employee_number[row] = h.text.add(account.employee);
    h.accounts.enabled[row] = {account.enabled, h.text.intern("enabled")};
    h.accounts.locked[row] = model::BoolFact::known(false, h.text.intern("locked"));
    h.accounts.expires[row] = model::TimeFact::never(h.text.intern("expires"));
    h.accounts.last_sign_in[row] = account.last_sign_in;
    h.accounts.last_sign_in[row].basis = h.text.intern("sign-in");
    h.accounts.created[row] = model::TimeFact::known(base::Bounds::exactly(kNow - std::chrono::hours{24 * 300}), {});
    h.accounts.password_changed[row] = model::TimeFact::never(h.text.intern("password"));
    push_row(h.groups_of_account, account.groups, place);
  }
  return h;
}

Judged judged(const RandomCompany& company, bool shuffle, unsigned seed) {
  std::mt19937 order(seed);
  Scenario scenario;
  scenario.as_of = kNow;
  scenario.correlation.max_unmatched_share = 1.0;
  scenario.harvests.push_back(hr_of(company, shuffle, order));
  scenario.harvests.push_back(directory_of(company, shuffle, order));
  return judge(scenario);
}

TEST(Verdict, IsTheSameInWhateverOrderTheRowsCome) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const RandomCompany company = random_company(seed);
    const Judged straight = judged(company, false, seed), mixed = judged(company, true, seed);
    EXPECT_EQ(straight.evaluated.verdict.digest, mixed.evaluated.verdict.digest) << "seed " << seed;
    EXPECT_FALSE(straight.evaluated.verdict.findings.empty()) << "seed " << seed;
  }
}

// The naive judge: one account at a time, the three values spelled out.

model::Truth both(model::Truth a, model::Truth b) {
  if (a == model::Truth::no || b == model::Truth::no) return model::Truth::no;
  return a == model::Truth::yes && b == model::Truth::yes ? model::Truth::yes : model::Truth::unknown;
}
model::Truth truth(bool value) { return value ? model::Truth::yes : model::Truth::no; }

/// LVR-001 without grace: the person left at or before now, by status or by date.
model::Truth naive_left(model::Employment status, const model::TimeFact& last_day) {
  using model::Truth;
  if (status == model::Employment::left) {
    const bool contradicts = last_day.state == model::TimeState::known && last_day.bounds.earliest > kNow;
    return contradicts ? Truth::unknown : Truth::yes;
  }
  if (last_day.state == model::TimeState::unknown) return Truth::unknown;
  if (last_day.state == model::TimeState::known) {
    if (last_day.bounds.latest <= kNow) return Truth::yes;
    if (last_day.bounds.earliest <= kNow) return Truth::unknown;
  }
  return status == model::Employment::unknown ? Truth::unknown : Truth::no;
}

model::Outcome naive_leaver(const Judged& j, std::size_t row) {
  const model::Snapshot& s = j.snapshot;
  const correlation::Link& link = j.links.links[row];
  if (link.owner != correlation::Owner::person) return model::Outcome::clear;
  const std::size_t person = link.person.index();
  const model::Truth answer = both(both(truth(link.primary), s.accounts.enabled[row].value),
                                   naive_left(s.people.status[person], s.people.last_day[person]));
  return answer == model::Truth::yes  ? model::Outcome::violation
         : answer == model::Truth::no ? model::Outcome::clear
                                      : model::Outcome::cannot_tell;
}

model::Outcome naive_orphan(const Judged& j, std::size_t row) {
  if (j.links.links[row].owner != correlation::Owner::nobody) return model::Outcome::clear;
  const model::Truth enabled = j.snapshot.accounts.enabled[row].value;
  return enabled == model::Truth::yes  ? model::Outcome::violation
         : enabled == model::Truth::no ? model::Outcome::clear
                                       : model::Outcome::cannot_tell;
}

TEST(Evaluation, AgreesWithTheNaiveJudge) {
  std::size_t violations = 0, untold = 0;
  for (unsigned seed = 100; seed < 130; ++seed) {
    const Judged j = judged(random_company(seed), false, seed);
    for (std::size_t r = 0; r < j.rules.rules().size(); ++r) {
      const std::string& id = j.rules.rules()[r].rule.id;
      if (id != "LVR-001" && id != "ORP-001") continue;
      for (std::size_t row = 0; row < kAccounts; ++row) {
        const model::Outcome naive = id == "LVR-001" ? naive_leaver(j, row) : naive_orphan(j, row);
        violations += naive == model::Outcome::violation;
        untold += naive == model::Outcome::cannot_tell;
        EXPECT_EQ(j.evaluated.outcomes[r][row], naive) << id << " seed " << seed << " row " << row;
      }
    }
  }
  EXPECT_GT(violations, 100U);
  EXPECT_GT(untold, 100U);
}

}  // namespace
}  // namespace tally::scenarios
