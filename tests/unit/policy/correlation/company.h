// A small company for tests: people in HR sources, accounts in directories, by what matching looks at.
#pragma once

#include <string>
#include <string_view>

#include "policy/correlation/correlation.h"
#include "policy/model/account_key.h"

namespace tally::correlation {

struct PersonRow {
  std::string_view number, mail = "", login = "";
  std::string_view given = "", family = "", display = "";
};

struct AccountRow {
  std::string_view login, number = "", mail = "", principal = "", sid = "", dn = "";
  model::AccountKind kind = model::AccountKind::user;
  std::string_view name = "", native_id = "";
};

/// Source 0 is the HR feed "hr", source 1 the directory "ad"; more can be added.
class Company {
 public:
  Company() {
    source("hr", model::SourceKind::hr);
    source("ad", model::SourceKind::directory);
  }

  model::SourceId source(std::string_view name, model::SourceKind kind) {
    model::SourceRecord record;
    record.name = name;
    record.kind = kind;
    record.coverage.state = model::CoverageState::complete;
    snapshot.sources.push_back(std::move(record));
    return model::SourceId::at(snapshot.sources.size() - 1);
  }

  model::PersonId person(const PersonRow& row, model::SourceId from = model::SourceId(0)) {
    const model::PersonId id = snapshot.people.add(from);
    snapshot.people.employee_id[id.index()] = snapshot.text.add(row.number);
    snapshot.people.mail[id.index()] = snapshot.text.add(row.mail);
    snapshot.people.login[id.index()] = snapshot.text.add(row.login);
    snapshot.people.given_name[id.index()] = snapshot.text.add(row.given);
    snapshot.people.family_name[id.index()] = snapshot.text.add(row.family);
    snapshot.people.display_name[id.index()] = snapshot.text.add(row.display);
    return id;
  }

  model::AccountId account(const AccountRow& row, model::SourceId from = model::SourceId(1)) {
    const model::AccountId id = snapshot.accounts.add(from);
    model::Accounts& a = snapshot.accounts;
    a.login[id.index()] = snapshot.text.add(row.login);
    a.employee_number[id.index()] = snapshot.text.add(row.number);
    a.mail[id.index()] = snapshot.text.add(row.mail);
    a.principal[id.index()] = snapshot.text.add(row.principal);
    a.sid[id.index()] = snapshot.text.add(row.sid);
    a.dn[id.index()] =
        snapshot.text.add(row.dn.empty() ? std::string("cn=") + std::string(row.login) : std::string(row.dn));
    a.kind[id.index()] = row.kind;
    a.display_name[id.index()] = snapshot.text.add(row.name);
    a.native_id[id.index()] = snapshot.text.add(row.native_id);
    return id;
  }

  void lower(std::size_t source_index, model::CoverageState to) {
    snapshot.sources[source_index].coverage.lower(to, model::Gap::Kind::truncated, "the file ends in mid-record");
  }

  /// "This account is hers", or never; the later call is the later entry of the log.
  void decide(model::AccountId account, std::string_view employee_id, bool same) {
    std::string key;
    model::write_account_key(snapshot, account, key);
    decide(key, employee_id, same);
  }
  void decide(const std::string& key, std::string_view employee_id, bool same) {
    decisions.push_back({key, std::string(employee_id), same, "boss", "asked her", {}, decisions.size() + 1});
  }

  [[nodiscard]] Correlation correlated() const { return correlate(snapshot, settings, decisions); }
  /// The link of the only account, or of the one given.
  [[nodiscard]] Link link(model::AccountId account = model::AccountId(0)) const { return correlated().of(account); }
  [[nodiscard]] std::string reason(model::AccountId account = model::AccountId(0)) const {
    const Correlation all = correlated();
    return std::string(all.text.view(all.of(account).reason));
  }

  model::Snapshot snapshot;
  Settings settings;
  std::vector<model::LinkDecision> decisions;
};

}  // namespace tally::correlation
