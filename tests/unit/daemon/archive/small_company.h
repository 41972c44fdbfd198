// A small company as a run saw it, one of everything: a person, two accounts, two groups within each other, facts in
// every state; what its verdict depends on beside; and a folder to keep it in.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/archive/run_archive.h"

namespace tally::archive {

namespace fs = std::filesystem;

/// Gone when the test ends.
class Folder {
 public:
  Folder() {
    std::string pattern = fs::temp_directory_path() / "tally-archive-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] std::string snapshots() const { return path_ + "/snapshots"; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline base::Instant at(const char* text) { return *base::parse_instant(text); }

/// Somebody may write Ring B, with another one denied it.
inline void add_right(model::Snapshot& s) {
  model::Controls& controls = s.controls;
  controls.source.push_back(model::SourceId(1));
  controls.kind.push_back(model::ControlledKind::group);
  controls.account.emplace_back();
  controls.group.push_back(model::GroupId(1));
  controls.object.push_back(s.text.add("CN=Ring B,DC=corp"));
  controls.holder.push_back(s.text.add("S-1-5-21-1-2-3-1104"));
  controls.holder_name.emplace_back();
  controls.everybody.push_back(0);
  controls.rights.push_back(model::kAddMember | model::kWriteDacl);
  controls.rule.push_back(s.text.add("olcAccess {2}to *"));
  controls.unless_in.push_back(s.text.add("S-1-5-21-1-2-3-1105"));
  controls.doubt.emplace_back();
}

/// The same account has a right over certificates: the last of all kinds.
inline void add_right_over_certificates(model::Snapshot& s) {
  add_right(s);
  s.controls.kind.back() = model::ControlledKind::certificates;
  s.controls.group.back() = model::GroupId();
}

/// An account that is no more.
inline void add_deleted(model::Snapshot& s) {
  const std::size_t row = s.deleted.add(model::SourceId(1)).index();
  s.deleted.login[row] = s.text.add("gone");
  s.deleted.deleted[row] = model::TimeFact::known(base::Bounds::exactly(at("2026-02-01T00:00:00Z")), {});
}

/// Since when the first account is in both groups.
inline void tell_times(model::Snapshot& s) {
  for (const std::uint32_t group : {0U, 1U}) {
    s.membership_times.source.push_back(model::SourceId(1));
    s.membership_times.account.push_back(model::AccountId(0));
    s.membership_times.group.push_back(model::GroupId(group));
    s.membership_times.since.push_back(
        model::TimeFact::known(base::Bounds::exactly(at("2025-07-01T00:00:00Z")), s.text.add("cn=accesslog")));
  }
}

inline model::Snapshot company() {
  model::Snapshot s;
  s.as_of = at("2026-03-31T22:00:00.000001Z");
  s.sources.resize(2);
  s.sources[0].name = "hr";
  s.sources[0].coverage.state = model::CoverageState::complete;
  model::SourceRecord& ad = s.sources[1];
  ad.name = "corp-ad";
  ad.kind = model::SourceKind::directory;
  ad.finished = at("2026-03-31T21:00:00Z");
  ad.in_force_since = at("2026-03-30T21:00:00Z");
  ad.content = base::sha256("content");
  ad.notes = {"server: dc1"};
  ad.coverage.state = model::CoverageState::partial;
  ad.coverage.gaps = {{model::Gap::Kind::stale, "old"}};
  ad.coverage.records_counted = 3;
  ad.coverage.rejects = {{7, "Mail", "caf\xE9", "not UTF-8", false}};
  const model::PersonId person = s.people.add(model::SourceId(0));
  s.people.employee_id[person.index()] = s.text.intern("001004");
  s.people.status[person.index()] = model::Employment::left;
  s.people.last_day[person.index()] =
      model::TimeFact::known(base::Bounds::exactly(at("2026-03-31T22:00:00Z")), s.text.add("Last Day=2026-03-31"));
  for (const char* login : {"dweiss", "adm-dweiss"}) {
    const model::AccountId account = s.accounts.add(model::SourceId(1));
    s.accounts.login[account.index()] = s.text.add(login);
    s.accounts.dn[account.index()] = s.text.add("CN=" + std::string(login) + ",DC=corp");
  }
  s.accounts.employee_number[0] = s.people.employee_id[person.index()];
  s.accounts.manager[1] = model::AccountId(0);
  s.accounts.enabled[0] = model::BoolFact::known(true, s.text.add("userAccountControl=512"));
  s.accounts.enabled[1] = model::BoolFact::unknown(s.text.add("hidden"));
  s.accounts.last_sign_in[0] = model::TimeFact::known({at("2026-01-01T00:00:00Z"), at("2026-01-15T00:00:00Z")}, {});
  s.accounts.expires[0] = model::TimeFact::never({});
  s.accounts.switched[0] = model::TimeFact::never(s.text.add("replPropertyMetaData"));
  s.accounts.removed[1] = model::TimeFact::known(base::Bounds::exactly(at("2026-02-01T00:00:00Z")), {});
  s.accounts.flags[1] = model::kDesKeysOnly | model::kHasServicePrincipal;
  for (const char* name : {"Ring A", "Ring B"}) {
    s.groups.name[s.groups.add(model::SourceId(1)).index()] = s.text.add(name);
  }
  s.groups.tier[1] = model::Tier::tier0;
  s.groups.unresolved_members[0] = 1;
  s.foreign_members.source.push_back(model::SourceId(1));
  s.foreign_members.group.push_back(model::GroupId(0));
  s.foreign_members.dn.push_back(s.text.add("CN=somebody,DC=elsewhere"));
  s.foreign_members.sid.emplace_back();
  tell_times(s);
  s.accounts.primary_group[1] = model::GroupId(1);
  ad.ds_heuristics = "0000000001000001";
  ad.controls_unread = "the list of one group was not delivered";
  add_right(s);
  add_right_over_certificates(s);
  add_deleted(s);
  s.owners_of_group.push_row(std::vector{model::AccountId(0)});
  s.owners_of_group.push_row({});
  s.groups_of_account.push_row(std::vector{model::GroupId(0), model::GroupId(1)});
  s.groups_of_account.push_row({});
  s.groups_of_group.push_row(std::vector{model::GroupId(1)});
  s.groups_of_group.push_row(std::vector{model::GroupId(0)});
  return s;
}

inline Circumstances around(const std::string& run) {
  Circumstances c;
  c.run = run;
  c.tool_version = "0.1.0";
  c.config_file = "/etc/tallystick/tallystick.toml";
  c.config_text = "organisation = \"Grün\"\n";
  c.packs = {{"core", "[pack]\n"}};
  c.previous.last_good = {{"hr", 12}};
  c.decisions = {{"account/corp-ad/1", "001004", false, "eve", "a namesake", at("2026-03-01T00:00:00Z"), 9}};
  c.exemptions = {{"LVR-001", "account/corp-ad/1", "handover", "ann", "bob", at("2026-03-01T00:00:00Z"),
                   at("2026-03-02T00:00:00Z"), at("2026-06-01T00:00:00Z"), 11}};
  c.acknowledged = {{"ORP-001", "account/corp-ad/2", at("2026-03-03T00:00:00Z")}};
  correlation::PreviousLinks& links = c.links.emplace();
  const base::TextId ad = links.text.intern("corp-ad"), number = links.text.intern("001004");
  links.accounts = {{links.text.add("account/corp-ad/1"),
                     ad,
                     links.text.add("dweiss"),
                     {},
                     number,
                     at("2026-01-01T00:00:00Z"),
                     at("2026-03-01T00:00:00Z")}};
  links.people = {{number,
                   links.text.add("d.weiss@example.com"),
                   {},
                   {7, 9},
                   at("2026-01-01T00:00:00Z"),
                   at("2026-03-01T00:00:00Z")}};
  links.complete = {"hr", "corp-ad"};
  return c;
}

}  // namespace tally::archive
