#include "policy/evaluation/fact_table.h"

#include <gtest/gtest.h>

#include "policy/rules/catalogue.h"

namespace tally::evaluation {
namespace {

/// One HR row, one directory with one account that belongs to it.
model::Snapshot snapshot() {
  std::vector<model::Harvest> harvests(2);
  harvests[0].source.name = "hr";
  harvests[0].people.add(model::SourceId(0));
  harvests[1].source.name = "corp";
  harvests[1].source.kind = model::SourceKind::directory;
  harvests[1].accounts.add(model::SourceId(0));
  harvests[1].groups.add(model::SourceId(0));
  const model::GroupId only(0);
  harvests[1].groups_of_account.push_row({&only, 1});
  for (model::Harvest& h : harvests) h.source.coverage.state = model::CoverageState::complete;
  return model::join(std::move(harvests), base::Instant{});
}

TEST(FactTable, HasAColumnAndEvidenceForEveryFactOfTheCatalogue) {
  const auto rules = rules::RuleSet::build({});
  const model::Snapshot s = snapshot();
  const auto links = correlation::correlate(s, {});
  const auto access = access::effective_access(s);
  const Previous previous;
  const Inputs inputs{*rules, s, links, access, previous};
  for (const auto kind : model::kSubjectKinds) {
    FactTable table(inputs, kind);
    for (const std::string_view fact : rules::facts_for(kind)) {
      if (fact == "now") continue;
      cel::Columns columns;
      table.bind(columns, {std::string(fact)});
      const auto program =
          cel::compile("test", std::string(fact) + " == " + std::string(fact), rules::environment_for(kind, {}));
      EXPECT_EQ(program ? program->evaluate(columns, 1).size() : 1U, 1U) << fact;  // lists do not compare
      EXPECT_EQ(table.evidence(fact, 0).fact, fact);
    }
  }
}

TEST(FactTable, NeverDefaultsAFactThatNobodyRead) {
  const auto rules = rules::RuleSet::build({});
  const model::Snapshot s = snapshot();
  const auto links = correlation::correlate(s, {});
  const auto access = access::effective_access(s);
  const Previous previous;
  const Inputs inputs{*rules, s, links, access, previous};
  FactTable table(inputs, model::SubjectKind::account);
  for (const char* fact :
       {"account.enabled", "account.expired", "account.usable", "account.last_sign_in", "account.password_not_required",
        "account.disabled_at", "account.rid", "account.sid_history", "account.password_scheme", "account.uid_number",
        "account.manager_left", "account.manager_agrees", "person.left"}) {
    EXPECT_EQ(table.value(fact, 0), "unknown") << fact;
  }
}

}  // namespace
}  // namespace tally::evaluation
