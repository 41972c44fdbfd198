// What holds for every company: the order of rows does not matter, filing under keys finds whom comparing everybody
// with everybody finds, a decision concerns its own account, and fewer rows of HR make nobody an orphan who was in
// doubt.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "policy/correlation/likeness.h"
#include "policy/correlation/suggestions.h"
#include "tests/unit/policy/correlation/company.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::PersonId;

struct RandomPerson {
  std::string number, mail, login, given, family, display;
};
struct RandomAccount {
  std::string login, number, mail, name, native_id;
};
struct World {
  std::vector<RandomPerson> people;
  std::vector<RandomAccount> accounts;
};

/// Few names, so that many are alike: with umlauts, in parts, in other scripts, and with letters that look alike.
const std::vector<std::string> kGiven = {"Anna", "Hans-Peter", "Jürgen",     "Juergen", "J.",
                                         "Иван", "Ivan",       "Xiaoming",   "Özgür",   "Li",
                                         "Ann",  "Marie Anne", "Ad\xD0\xB0", "Ada",     ""};
const std::vector<std::string> kFamily = {
    "Müller", "Mueller", "Muller",  "Müller-Lüdenscheidt", "van der Meer", "Meer",  "Petrov", "Петров", "Wang",
    "Smith",  "Srnith",  "O'Brien", "García López",        "Maier jun.",   "Maier", ""};
const std::vector<std::string> kNames = {"王小明",       "Mueller, Jürgen", "Anna van der Meer", "Hans Peter Müller",
                                         "Meer",         "И. Петров",       "A. Garcia",         "Maier, Anna jun.",
                                         "nobody at all"};
const std::vector<std::string> kLogins = {"jmueller",
                                          "mullerj",
                                          "anna.meer",
                                          "ivan.petrov2",
                                          "avandermeer",
                                          "hpmaier",
                                          "hans-peter.mueller-luedenscheidt",
                                          "ada.srnith",
                                          "ann.obrien",
                                          "xiaomingw",
                                          "jsm1th",
                                          "adm-ada.smith",
                                          "muellerluedenscheidth",
                                          "li",
                                          "x",
                                          ""};

World random_world(unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](const std::vector<std::string>& from) { return from[random() % from.size()]; };
  const auto sometimes = [&](std::string text) { return random() % 3 == 0 ? std::move(text) : std::string(); };
  const auto number = [&] { return std::to_string(random() % 30); };
  const auto mail = [&] { return pick(kLogins) + "@x.test"; };
  World out;
  for (int i = 0; i < 25; ++i) {
    RandomPerson p{number(), sometimes(mail()), sometimes(pick(kLogins)), pick(kGiven), pick(kFamily), ""};
    if (random() % 5 == 0)
      p = {p.number, p.mail, p.login, "", "", random() % 2 ? p.given + " " + p.family : pick(kNames)};
    out.people.push_back(std::move(p));
  }
  for (int i = 0; i < 40; ++i) {
    const std::string name = random() % 2 == 0 ? pick(kNames) : pick(kGiven) + " " + pick(kFamily);
    out.accounts.push_back({pick(kLogins), sometimes((random() % 2 ? "0" : "") + number()), sometimes(mail()),
                            sometimes(name), std::to_string(i)});
  }
  return out;
}

std::vector<std::size_t> order_of(std::size_t size, std::mt19937* shuffle) {
  std::vector<std::size_t> out(size);
  std::iota(out.begin(), out.end(), std::size_t{0});
  if (shuffle != nullptr) std::shuffle(out.begin(), out.end(), *shuffle);
  return out;
}

Company company_of(const World& world, std::mt19937* shuffle = nullptr) {
  Company c;
  c.settings.max_unmatched_share = 1;
  c.settings.login_patterns.push_back("{family:5}{given:2}");
  c.settings.personas = {{"admin", "adm-", "", "", "", ""}};
  for (const std::size_t i : order_of(world.people.size(), shuffle)) {
    const RandomPerson& p = world.people[i];
    c.person({p.number, p.mail, p.login, p.given, p.family, p.display});
  }
  for (const std::size_t i : order_of(world.accounts.size(), shuffle)) {
    const RandomAccount& a = world.accounts[i];
    c.account({.login = a.login, .number = a.number, .mail = a.mail, .name = a.name, .native_id = a.native_id});
  }
  return c;
}

std::string known_as(const Company& c, PersonId person) {
  const std::size_t i = person.index();
  const model::People& p = c.snapshot.people;
  std::string out;
  for (const base::TextId id :
       {p.employee_id[i], p.mail[i], p.login[i], p.given_name[i], p.family_name[i], p.display_name[i]})
    out += std::string(c.snapshot.view(id)) + "/";
  return out;
}

/// The outcome of each account by its id, in words that do not depend on the order of rows.
std::map<std::string, std::string> outcomes(const Company& c) {
  const Correlation links = c.correlated();
  std::map<std::string, std::string> out;
  for (std::size_t i = 0; i < links.links.size(); ++i) {
    const Link& link = links.links[i];
    std::string text = std::string(to_string(link.owner)) + "; " + std::string(links.text.view(link.reason));
    if (link.person.valid()) text += "; " + known_as(c, link.person);
    for (const Suggestion& s : links.suggestions.row(i))
      text += "; " + known_as(c, s.person) + std::to_string(s.score) + std::string(links.text.view(s.why));
    out[std::string(c.snapshot.view(c.snapshot.accounts.native_id[i]))] = text;
  }
  return out;
}

TEST(Matching, IsTheSameInWhateverOrderTheRowsCome) {
  for (unsigned seed = 1; seed <= 15; ++seed) {
    const World world = random_world(seed);
    std::mt19937 shuffle(seed);
    EXPECT_EQ(outcomes(company_of(world)), outcomes(company_of(world, &shuffle))) << "seed " << seed;
  }
}

/// The judge: everybody compared with everybody.
std::vector<std::pair<double, std::string>> naive(const Company& c, AccountId account, Likeness& likeness) {
  std::vector<std::pair<double, std::string>> out;
  const AccountTraits traits = likeness.account(account);
  for (std::size_t i = 0; i < c.snapshot.people.size(); ++i) {
    const Like like = likeness.of(traits, likeness.person(PersonId::at(i)));
    if (!like.signs.empty() && like.score >= c.settings.suggest_from)
      out.emplace_back(-like.score, known_as(c, PersonId::at(i)));
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Suggestions, AreThoseThatComparingEverybodyWithEverybodyFinds) {
  std::size_t found = 0;
  for (unsigned seed = 100; seed < 130; ++seed) {
    Company c = company_of(random_world(seed));
    c.settings.suggestions = 100;
    const Correlation links = c.correlated();
    Likeness likeness(c.snapshot, c.settings);
    for (std::size_t i = 0; i < links.links.size(); ++i) {
      if (!is_open(links.links[i].owner)) continue;
      std::vector<std::pair<double, std::string>> fast;
      for (const Suggestion& s : links.suggestions.row(i))
        fast.emplace_back(-std::round(static_cast<double>(s.score) * 100) / 100, known_as(c, s.person));
      std::sort(fast.begin(), fast.end());
      const auto all = naive(c, AccountId::at(i), likeness);
      found += all.size();
      EXPECT_EQ(fast, all) << "seed " << seed << " login " << c.snapshot.view(c.snapshot.accounts.login[i]) << " name "
                           << c.snapshot.view(c.snapshot.accounts.display_name[i]);
    }
  }
  EXPECT_GT(found, 500U);
}

TEST(Decision, ChangesNothingAboutOtherAccounts) {
  for (unsigned seed = 200; seed < 215; ++seed) {
    std::mt19937 random(seed);
    Company c = company_of(random_world(seed));
    const auto before = outcomes(c);
    const auto account = AccountId::at(random() % c.snapshot.accounts.size());
    c.decide(account, std::to_string(random() % 30), random() % 2 == 0);
    auto after = outcomes(c);
    const std::string own(c.snapshot.view(c.snapshot.accounts.native_id[account.index()]));
    after[own] = before.at(own);
    EXPECT_EQ(before, after) << "seed " << seed;
  }
}

TEST(Decision, NeverTheSameIsInNoLinkAndNoSuggestion) {
  for (unsigned seed = 300; seed < 310; ++seed) {
    Company c = company_of(random_world(seed));
    const Correlation before = c.correlated();
    for (std::size_t i = 0; i < before.links.size(); ++i) {
      std::vector<PersonId> all;
      if (before.links[i].owner == Owner::person) all.push_back(before.links[i].person);
      for (const Suggestion& s : before.suggestions.row(i)) all.push_back(s.person);
      if (!all.empty())
        c.decide(AccountId::at(i), c.snapshot.view(c.snapshot.people.employee_id[all[0].index()]), false);
    }
    const Correlation after = c.correlated();
    ASSERT_FALSE(after.never.empty());
    for (const auto& [account, person] : after.never) {
      EXPECT_FALSE(after.of(account).owner == Owner::person && after.of(account).person == person);
      for (const Suggestion& s : after.suggestions.row(account.index())) EXPECT_NE(s.person, person);
      for (const PersonId candidate : after.candidates.row(account.index())) EXPECT_NE(candidate, person);
    }
  }
}

TEST(Hr, WithFewerRowsMakesNobodyAnOrphanWhoWasInDoubt) {
  std::size_t doubted = 0;
  for (unsigned seed = 400; seed < 420; ++seed) {
    World world = random_world(seed);
    std::mt19937 random(seed);
    std::map<std::string, Owner> before;
    for (bool fewer : {false, true}) {
      if (fewer)
        world.people.erase(world.people.begin() + static_cast<std::ptrdiff_t>(random() % 10), world.people.end() - 3);
      Company c = company_of(world);
      c.settings.max_unmatched_share = 0.4;
      c.settings.unmatched_floor = 10;
      if (seed % 2 == 0) c.lower(0, model::CoverageState::partial);
      const Correlation links = c.correlated();
      for (std::size_t i = 0; i < links.links.size(); ++i) {
        const std::string id(c.snapshot.view(c.snapshot.accounts.native_id[i]));
        if (!fewer) before[id] = links.links[i].owner;
        if (!fewer || before[id] != Owner::cannot_tell) continue;
        ++doubted;
        EXPECT_NE(links.links[i].owner, Owner::nobody) << "seed " << seed << " account " << id;
      }
    }
  }
  EXPECT_GT(doubted, 50U);
}

}  // namespace
}  // namespace tally::correlation
