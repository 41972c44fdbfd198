// A small run for the tests of the reports: two leavers (one with two accounts), an orphan, one unreadable directory.
#pragma once

#include <string>
#include <utility>

#include "policy/model/run_report.h"

namespace tally::report::sample {

inline base::Instant at(std::string_view text) { return *base::parse_instant(text); }

inline model::Subject account(std::string login, std::string person = "", std::string person_name = "") {
  model::Subject subject;
  subject.key = "account/corp-ldap/" + login;
  subject.label = std::move(login);
  subject.source = "corp-ldap";
  subject.dn = "uid=" + subject.label + ",ou=people,dc=example,dc=com";
  subject.person = std::move(person);
  subject.person_name = std::move(person_name);
  return subject;
}

inline model::FindingRecord finding(std::string rule, model::Severity severity, model::Subject subject,
                                    std::string what, model::Standing standing = model::Standing::opened) {
  model::FindingRecord record;
  record.finding.fingerprint = model::fingerprint_of(rule, subject.key);
  record.finding.rule = std::move(rule);
  record.finding.severity = severity;
  record.finding.subject = std::move(subject);
  record.finding.title = "Title of the rule";
  record.finding.what = std::move(what);
  record.finding.evidence = {
      {"account.enabled", "true", "no pwdAccountLockedTime", "corp-ldap", at("2026-04-02T06:00:00Z")},
      {"person.left", "2026-03-31T22:00:00Z", "last_day=2026-03-31, Europe/Berlin", "hr", at("2026-04-02T05:59:00Z")}};
  record.finding.controls = {"NIST AC-2(3)", "PCI DSS 8.2.5"};
  record.finding.fix = "dn: " + record.finding.subject.dn + "\nchangetype: modify";
  record.standing = standing;
  record.first_seen = record.open_since = at("2026-03-01T06:00:00Z");
  record.last_seen = at("2026-04-02T06:00:00Z");
  record.log_index = 41;
  return record;
}

inline model::SourceRecord source(std::string name, model::SourceKind kind, std::uint64_t records) {
  model::SourceRecord record;
  record.name = std::move(name);
  record.kind = kind;
  record.connector = kind == model::SourceKind::hr ? "csv" : "openldap";
  record.location = kind == model::SourceKind::hr ? "/srv/hr/people.csv" : "ldaps://ldap.example.com";
  record.query = "base dc=example,dc=com, scope subtree, filter (objectClass=person)";
  record.started = at("2026-04-02T05:59:00Z");
  record.finished = at("2026-04-02T06:00:00Z");
  record.bytes = 51200;
  record.coverage.state = model::CoverageState::complete;
  record.coverage.records_read = records;
  record.coverage.records_counted = records;
  record.coverage.counted_by = "lines of the file";
  return record;
}

/// Everything read, one rule asked about 1,000 accounts, all clear.
inline model::RunReport all_clear() {
  model::RunReport report;
  report.organisation = "Example Ltd";
  report.summary.run = "run-7";
  report.summary.started = at("2026-04-02T05:58:00Z");
  report.summary.finished = at("2026-04-02T06:01:00Z");
  report.summary.as_of = at("2026-04-02T06:00:00Z");
  report.summary.complete = true;
  report.summary.people = 900;
  report.summary.accounts = 1000;
  report.sources = {source("hr", model::SourceKind::hr, 900), source("corp-ldap", model::SourceKind::directory, 1000)};
  report.populations = {{"hr", 900, {{"matched", 880}, {"without account", 20}}},
                        {"corp-ldap", 1000, {{"person", 950}, {"non-human", 50}}}};
  report.tallies = {{"LVR-001", "Leaver's account still works", model::Severity::critical, model::SubjectKind::account,
                     1000, 1000, 0, 0}};
  report.tool_version = "0.1.0";
  report.rules_digest = "aa11";
  report.config_digest = "bb22";
  report.verdict_digest = "cc33";
  report.log_origin = "audit.example.com/hostA";
  report.log_key = "audit.example.com/hostA+9e67eb4c+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
  report.log_index = 42;
  return report;
}

/// Sets the counts that follow from the findings and groups, so that the run ties out.
inline void tie_out(model::RunReport& report) {
  report.tallies.clear();
  for (auto& count : report.summary.open) count = 0;
  const auto tally_of = [&](const std::string& rule, model::Severity severity) -> model::RuleTally& {
    for (model::RuleTally& tally : report.tallies) {
      if (tally.rule == rule) return tally;
    }
    return report.tallies.emplace_back(
        model::RuleTally{rule, "Title of the rule", severity, model::SubjectKind::account, 1000, 1000, 0, 0});
  };
  for (const model::FindingRecord& record : report.open) {
    ++report.summary.open[static_cast<std::size_t>(record.finding.severity)];
    if (record.standing == model::Standing::not_rechecked) continue;
    model::RuleTally& tally = tally_of(record.finding.rule, record.finding.severity);
    ++tally.violations;
    tally.clear = tally.asked - tally.violations - tally.cannot_tell;
  }
  report.summary.cannot_tell = 0;
  for (const model::CannotTell& group : report.cannot_tell) {
    model::RuleTally& tally = tally_of(group.rule, model::Severity::high);
    tally.cannot_tell += group.count;
    tally.clear = tally.asked - tally.violations - tally.cannot_tell;
    report.summary.cannot_tell += group.count;
  }
  if (report.tallies.empty()) tally_of("LVR-001", model::Severity::critical);
}

/// Two leavers with three accounts, one orphan, one old finding, one fixed; the directory corp-ad could not be read.
inline model::RunReport troubled() {
  using model::Severity;
  using model::Standing;
  model::RunReport report = all_clear();
  report.summary.complete = false;
  report.open = {
      finding("LVR-001", Severity::critical, account("adoe", "1042", "Ann Doe"),
              "adoe of Ann Doe still works, 2 days after her last day (2026-03-31)."),
      finding("LVR-005", Severity::critical, account("admin-adoe", "1042", "Ann Doe"),
              "admin-adoe of Ann Doe still works, 2 days after her last day (2026-03-31)."),
      finding("LVR-001", Severity::critical, account("bquinn", "2001", "Ben Quinn"),
              "bquinn of Ben Quinn still works, 33 days after his last day (2026-02-28).", Standing::still_open),
      finding("PRV-001", Severity::high, account("cstone", "3003", "Cleo Stone"),
              "cstone of Cleo Stone is in Domain Admins through 2 groups.", Standing::changed),
      finding("ORP-001", Severity::high, account("scanner2"), "Nobody in HR and no register owns scanner2."),
      finding("DOR-001", Severity::medium, account("old-one", "4004", "Dan Reed"),
              "old-one of Dan Reed has not been used for 120 days.", Standing::not_rechecked)};
  report.open[3].finding.path = {"cstone", "Helpdesk", "Server Operators", "Domain Admins"};
  report.open[5].note = "the source corp-ad could not be read";
  report.resolved = {finding("LVR-001", Severity::critical, account("egray", "5005", "Eve Gray"),
                             "egray of Eve Gray still works, 5 days after her last day.", Standing::resolved)};
  report.resolved[0].note = "the account is disabled";
  report.cannot_tell = {{"DOR-001",
                         "the last sign-in is not known: the source corp-ad could not be read",
                         12,
                         {account("fhill", "6006", "Finn Hill"), account("gwood", "7007", "Gil Wood")}}};
  model::SourceRecord failed = source("corp-ad", model::SourceKind::directory, 0);
  failed.coverage = {};
  failed.coverage.lower(model::CoverageState::failed, model::Gap::Kind::unreachable,
                        "no connection to ldaps://dc1.example.com within 10 s");
  report.sources.push_back(failed);
  report.sources[0].coverage.reject({17, "last_day", "31.02.2026", "not a date; the last day is unknown", false});
  model::RunSummary earlier = report.summary;
  earlier.run = "run-6";
  earlier.as_of = at("2026-04-01T06:00:00Z");
  earlier.open[3] = 5;
  report.history = {earlier};
  tie_out(report);
  report.summary.opened = 3;
  report.summary.resolved = 1;
  return report;
}

}  // namespace tally::report::sample
