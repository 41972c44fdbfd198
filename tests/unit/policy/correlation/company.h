// A small company for tests: people in HR sources, accounts in directories, by what matching looks at.
#pragma once

#include <string>
#include <string_view>

#include "policy/correlation/correlation.h"

namespace tally::correlation {

struct PersonRow {
  std::string_view number, mail = "", login = "";
};

struct AccountRow {
  std::string_view login, number = "", mail = "", principal = "", sid = "", dn = "";
  model::AccountKind kind = model::AccountKind::user;
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
    return id;
  }

  void lower(std::size_t source_index, model::CoverageState to) {
    snapshot.sources[source_index].coverage.lower(to, model::Gap::Kind::truncated, "the file ends in mid-record");
  }

  [[nodiscard]] Correlation correlated() const { return correlate(snapshot, settings); }
  /// The link of the only account, or of the one given.
  [[nodiscard]] Link link(model::AccountId account = model::AccountId(0)) const { return correlated().of(account); }
  [[nodiscard]] std::string reason(model::AccountId account = model::AccountId(0)) const {
    const Correlation all = correlated();
    return std::string(all.text.view(all.of(account).reason));
  }

  model::Snapshot snapshot;
  Settings settings;
};

}  // namespace tally::correlation
