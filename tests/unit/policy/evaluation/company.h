// Company: one HR feed and one directory, built line by line, for tests of facts and rules.
//
//   Company c;
//   const auto ada = c.person("1001");
//   const auto account = c.account("ada", "1001");
//   c.member(account, c.group("Admins", model::Tier::tier0));
//   EXPECT_EQ(c.facts(model::SubjectKind::account).value("account.privileged", 0), "true");
#pragma once

#include <map>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "policy/correlation/history.h"
#include "policy/evaluation/evaluate.h"
#include "policy/evaluation/fact_table.h"
#include "policy/rules/pack.h"
#include "policy/rules/reader.h"
#include "policy/rules/rule_reader.h"

namespace tally::evaluation {

inline base::Instant at(const char* text) { return *base::parse_instant(text); }

class Company {
 public:
  Company() {
    hr_.source.name = "hr";
    hr_.source.connector = "csv";
    directory_.source.name = "corp";
    directory_.source.kind = model::SourceKind::directory;
    directory_.source.connector = "active-directory";
    for (model::Harvest* h : {&hr_, &directory_}) {
      h->source.coverage.state = model::CoverageState::complete;
      h->source.started = h->source.finished = kNow;
    }
  }

  model::PersonId person(const char* number) {
    const model::PersonId id = hr_.people.add(model::SourceId(0));
    const std::size_t i = id.index();
    hr_.people.employee_id[i] = hr_.text.intern(number);
    hr_.people.display_name[i] = hr_.text.intern(std::string("Person ") + number);
    hr_.people.status[i] = model::Employment::active;
    hr_.people.first_day[i] = on("2020-01-01T00:00:00Z");
    hr_.people.last_day[i] = model::TimeFact::never(hr_.text.intern("open-ended"));
    ++hr_.source.coverage.records_read;
    return id;
  }
  model::AccountId account(const char* login, const char* number = "") {
    const model::AccountId id = directory_.accounts.add(model::SourceId(0));
    const std::size_t i = id.index();
    model::Accounts& a = directory_.accounts;
    a.login[i] = directory_.text.intern(login);
    a.dn[i] = directory_.text.intern(std::string("CN=") + login + ",DC=corp");
    a.employee_number[i] = directory_.text.intern(number);
    a.enabled[i] = model::BoolFact::known(true, directory_.text.intern("userAccountControl=512"));
    a.expires[i] = model::TimeFact::never(directory_.text.intern("accountExpires=0"));
    a.created[i] = a.modified[i] = on("2020-01-01T00:00:00Z");
    return id;
  }
  model::GroupId group(const char* name, model::Tier tier = model::Tier::none) {
    const model::GroupId id = directory_.groups.add(model::SourceId(0));
    const std::size_t i = id.index();
    directory_.groups.name[i] = directory_.text.intern(name);
    directory_.groups.dn[i] = directory_.text.intern(std::string("CN=") + name + ",OU=Groups,DC=corp");
    directory_.groups.sid[i] = directory_.text.intern("S-1-5-21-1-2-3-" + std::to_string(2000 + i));
    directory_.groups.tier[i] = tier;
    directory_.groups.created[i] = on("2020-01-01T00:00:00Z");
    return id;
  }
  void member(model::AccountId account, model::GroupId group) { of_account_[account.index()].insert(group); }
  void nested(model::GroupId child, model::GroupId parent) { of_group_[child.index()].insert(parent); }
  void owner(model::GroupId group, model::AccountId account) {
    owners_[group.index()].insert(account);
    ++directory_.groups.owners_named[group.index()];
  }

  model::Harvest& hr() { return hr_; }
  model::Harvest& directory() { return directory_; }
  model::People& people() { return hr_.people; }
  model::Accounts& accounts() { return directory_.accounts; }
  model::Groups& groups() { return directory_.groups; }
  Previous& previous() { return previous_; }
  correlation::Settings& settings() { return settings_; }
  /// Rules beside none, as [[rule]] tables; they need no examples.
  void rules(const std::string& pack) {
    const auto root = rules::parse_document(pack, "test.toml");
    if (!root) throw std::runtime_error(to_string(root.error().front()));
    rules::Troubles troubles("test.toml");
    rules::Reader reader(troubles);
    rules::Pack out;
    out.id = "test";
    for (const rules::Node* rule : reader.tables(*root, "rule")) out.rules.push_back(read_rule(*rule, reader).rule);
    if (!troubles.none()) throw std::runtime_error(to_string(troubles.take().front()));
    packs_ = {std::move(out)};
  }

  /// What everything above comes to; call once, after the last change.
  const Inputs& inputs() {
    if (inputs_) return *inputs_;
    fill(directory_.groups_of_account, of_account_, directory_.accounts.size());
    fill(directory_.groups_of_group, of_group_, directory_.groups.size());
    fill(directory_.owners_of_group, owners_, directory_.groups.size());
    std::vector<model::Harvest> harvests;
    harvests.push_back(std::move(hr_));
    harvests.push_back(std::move(directory_));
    snapshot_ = model::join(std::move(harvests), kNow);
    links_ = correlation::correlate_since(std::nullopt, snapshot_, settings_, {});
    auto set = rules::RuleSet::build(packs_);
    if (!set) throw std::runtime_error(to_string(set.error().front()));
    access_ = access::effective_access(snapshot_, set->privileged_groups());
    rules_ = std::make_unique<rules::RuleSet>(std::move(*set));
    inputs_ = std::make_unique<Inputs>(Inputs{*rules_, snapshot_, links_, access_, previous_});
    return *inputs_;
  }
  FactTable& facts(model::SubjectKind kind) {
    auto& table = tables_[kind];
    if (!table) table = std::make_unique<FactTable>(inputs(), kind);
    return *table;
  }
  /// "true", "unknown", "2026-…".
  std::string person_fact(const char* name, std::size_t row = 0) {
    return facts(model::SubjectKind::person).value(name, row);
  }
  std::string account_fact(const char* name, std::size_t row = 0) {
    return facts(model::SubjectKind::account).value(name, row);
  }
  std::string group_fact(const char* name, std::size_t row = 0) {
    return facts(model::SubjectKind::group).value(name, row);
  }
  /// Of the HR feed (row 0) or the directory (row 1).
  std::string source_fact(const char* name, std::size_t row) {
    return facts(model::SubjectKind::source).value(name, row);
  }

  model::TimeFact on(const char* text) {
    return model::TimeFact::known(base::Bounds::exactly(at(text)), base::TextId(0));
  }

  static inline const base::Instant kNow = at("2026-11-01T00:00:00Z");

 private:
  template <class Target>
  static void fill(model::SparseRows<Target>& rows, const std::map<std::size_t, std::set<Target>>& from,
                   std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto found = from.find(i);
      rows.push_row(found == from.end() ? std::vector<Target>{}
                                        : std::vector<Target>(found->second.begin(), found->second.end()));
    }
  }

  model::Harvest hr_, directory_;
  std::map<std::size_t, std::set<model::GroupId>> of_account_, of_group_;
  std::map<std::size_t, std::set<model::AccountId>> owners_;
  std::vector<rules::Pack> packs_;
  correlation::Settings settings_;
  Previous previous_;
  model::Snapshot snapshot_;
  correlation::Correlation links_;
  access::Access access_;
  std::unique_ptr<rules::RuleSet> rules_;
  std::unique_ptr<Inputs> inputs_;
  std::map<model::SubjectKind, std::unique_ptr<FactTable>> tables_;
};

}  // namespace tally::evaluation
