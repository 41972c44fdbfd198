// What one person may do over all of her accounts, and when that cannot be told.
#include "policy/evaluation/entitlement_facts.h"

#include <gtest/gtest.h>

#include "policy/evaluation/fact_table.h"
#include "policy/rules/pack.h"

namespace tally::evaluation {
namespace {

using model::GroupId;
using model::SourceId;

constexpr std::string_view kPack = R"([pack]
id = "acme"
version = "1"
title = "Acme"
[[entitlement]]
name = "pay.create"
groups = ["clerks"]
[[entitlement]]
name = "pay.approve"
groups = ["approvers"]
)";

/// HR with Ada; corp with her account in the nested group below clerks, unix with her account in approvers.
struct Company {
  Company() : harvests(3) {
    harvests[0].source.name = "hr";
    harvests[0].people.add(SourceId(0));
    harvests[0].people.employee_id[0] = harvests[0].text.add("1");
    directory(1, "corp", {"clerks", "juniors"}, {{}, {GroupId(0)}}, GroupId(1));
    directory(2, "unix", {"approvers"}, {{}}, GroupId(0));
    for (model::Harvest& h : harvests) h.source.coverage.state = model::CoverageState::complete;
  }

  void directory(std::size_t at, const char* name, const std::vector<const char*>& groups,
                 const std::vector<std::vector<GroupId>>& nested, GroupId member_of) {
    model::Harvest& h = harvests[at];
    h.source.name = name;
    h.source.kind = model::SourceKind::directory;
    h.source.connector = name;
    for (const char* group : groups) h.groups.name[h.groups.add(SourceId(0)).index()] = h.text.add(group);
    for (const auto& row : nested) h.groups_of_group.push_row(row);
    h.accounts.add(SourceId(0));
    h.accounts.login[0] = h.text.add("ada");
    h.accounts.employee_number[0] = h.text.add("1");
    h.groups_of_account.push_row(std::vector<GroupId>{member_of});
  }

  struct Held {
    std::string all, at_least;
  };
  Held person() { return ask(model::SubjectKind::person, "person.entitlements", 0); }
  Held account(std::size_t row) { return ask(model::SubjectKind::account, "account.entitlements", row); }

  Held ask(model::SubjectKind kind, const std::string& fact, std::size_t row) {
    auto pack = rules::load_pack(kPack, "acme.toml");
    const auto rules = rules::RuleSet::build({std::move(*pack)});
    const model::Snapshot s = model::join(std::move(harvests), base::Instant{});
    auto links = correlation::correlate(s, {});
    if (ambiguous) {
      links.links[1].owner = correlation::Owner::ambiguous;
      links.candidates = {};
      links.candidates.push_row({});
      links.candidates.push_row(std::vector<model::PersonId>{model::PersonId(0)});
      links.accounts_of = {};
      links.accounts_of.push_row(std::vector<model::AccountId>{model::AccountId(0)});
    }
    const auto access = access::effective_access(s);
    const Previous previous;
    const Inputs inputs{*rules, s, links, access, previous};
    FactTable table(inputs, kind);
    return {table.value(fact, row), table.value(fact + "_at_least", row)};
  }

  std::vector<model::Harvest> harvests;
  bool ambiguous = false;
};

TEST(Entitlements, OfAPersonAreThoseOfAllAccountsInAllDirectories) {
  EXPECT_EQ(Company().person().all, "pay.approve, pay.create");
  EXPECT_EQ(Company().person().at_least, "pay.approve, pay.create");
  EXPECT_EQ(Company().account(0).all, "pay.create");
  EXPECT_EQ(Company().account(1).all, "pay.approve");
}

TEST(Entitlements, MayBeMoreWhileADirectoryHidesAccountsOfHers) {
  Company c;
  c.harvests[2].source.coverage.lower(model::CoverageState::partial, model::Gap::Kind::hidden, "a unit is hidden");
  const auto held = c.person();
  EXPECT_EQ(held.all, "unknown");
  EXPECT_EQ(held.at_least, "pay.approve, pay.create") << "what was seen was seen";
}

TEST(Entitlements, OfADirectoryThatIsNotBelievedAreNone) {
  Company c;
  c.harvests[2].source.coverage.lower(model::CoverageState::doubtful, model::Gap::Kind::envelope, "half is missing");
  EXPECT_EQ(c.person().at_least, "pay.create");
}

TEST(Entitlements, MayBeMoreWhereMembersOfAClassWereNotRead) {
  Company c;
  c.harvests[2].groups.members_unknown[0] = c.harvests[2].text.add("cut");
  const auto held = c.person();
  EXPECT_EQ(held.all, "unknown");
  EXPECT_EQ(held.at_least, "pay.approve, pay.create");
}

TEST(Entitlements, OfAnAccountThatMayBeHersLeaveADoubt) {
  Company c;
  c.ambiguous = true;
  const auto held = c.person();
  EXPECT_EQ(held.all, "unknown");
  EXPECT_EQ(held.at_least, "pay.create");
}

}  // namespace
}  // namespace tally::evaluation
