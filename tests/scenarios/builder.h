// Builder: the tables of one scenario file as harvests and decisions. Throws on nonsense: these are our own tests.
//
//   Builder builder(reader, scenario);
//   builder.sources(root, "hr", model::SourceKind::hr, "hr");
//   builder.person(person);
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "policy/model/account_key.h"
#include "policy/rules/reader.h"
#include "tests/scenarios/controls.h"
#include "tests/scenarios/facts.h"
#include "tests/scenarios/scenario.h"
#include "tests/scenarios/words.h"

namespace tally::scenarios {

class Builder {
  using TimeFact = model::TimeFact;
  using Instant = base::Instant;
  using Node = rules::Node;
  static constexpr std::chrono::hours kDay{24};

 public:
  Builder(rules::Reader& reader, Scenario& out) : reader_(reader), out_(out) {}

  void sources(const Node& root, const char* key, model::SourceKind kind, const char* name) {
    auto tables = reader_.tables(root, key);
    const Node none{Node::Table{}, {}, {}};
    if (tables.empty()) tables.push_back(&none);
    for (const Node* table : tables) {
      reader_.troubles().unknown_keys(
          *table, {"name", "profile", "coverage", "missing", "gap", "last_good", "in_force_since", "domain", "produced",
                   "unchanged_since", "replayed", "changed", "clock_skew_seconds", "columns_missing", "cells_refused",
                   "controls_unread", "ds_heuristics", "own_powers", "own_powers_unread"});
      model::Harvest& harvest = out_.harvests.emplace_back();
      model::SourceRecord& source = harvest.source;
      source.name = reader_.text(*table, "name", name);
      source.kind = kind;
      source.connector = kind == model::SourceKind::hr ? "csv" : reader_.text(*table, "profile", "active-directory");
      domains_[source.name] = reader_.text(*table, "domain", "S-1-5-21-1-2-3");
      if (table->find("domain") != nullptr) source.domains.push_back(domains_[source.name]);
      tell_controls(*table, reader_, source);
      source.started = source.finished = out_.as_of;
      source.coverage.state = model::CoverageState::complete;
      const std::string state = reader_.text(*table, "coverage", "complete");
      if (state != "complete") {
        source.coverage.lower(state_of(state), gap_of(reader_.text(*table, "gap", "unreachable")),
                              reader_.text(*table, "missing", "not everything was seen"));
      }
      if (const Node* since = table->find("in_force_since")) source.in_force_since = *since->get<base::Instant>();
      if (table->find("columns_missing") != nullptr) missing_[source.name] = reader_.texts(*table, "columns_missing");
      history(*table, source);
      const Node* refused = table->find("cells_refused");
      for (std::int64_t left = refused == nullptr ? 0 : *refused->get<std::int64_t>(); left > 0; --left) {
        source.coverage.reject({0, "Last Day", "", "no date", false});
      }
      if (const Node* last = table->find("last_good")) {
        out_.previous.last_good[source.name] = static_cast<std::uint64_t>(*last->get<std::int64_t>());
      }
    }
  }

  void person(const Node& t) {
    each_of(t, [&] { one_person(t); });
  }
  void account(const Node& t) {
    each_of(t, [&] { one_account(t); });
  }

  void one_person(const Node& t) {
    reader_.troubles().unknown_keys(t, words_of_person());
    model::Harvest& h = source(t, model::SourceKind::hr);
    model::People& people = h.people;
    const std::size_t i = people.add(model::SourceId(0)).index();
    const auto text = [&](const char* key) {
      return is_missing(h, key) ? base::TextId() : h.text.intern(numbered(t, key));
    };
    people.employee_id[i] = text("id");
    people.display_name[i] = text("name");
    people.given_name[i] = text("given");
    people.family_name[i] = text("family");
    people.mail[i] = text("mail");
    people.login[i] = text("login");
    people.title[i] = text("title");
    people.department[i] = text("department");
    people.doubt[i] = text("doubt");
    people.manager_id[i] = text("manager");
    people.sponsor_id[i] = text("sponsor");
    people.employment_type[i] = text("employment_type");
    people.cost_center[i] = text("cost_center");
    const std::string status = reader_.text(t, "status", "active");
    people.status[i] = status_of(status);
    people.status_basis[i] = h.text.intern(status == "unknown" ? "the status word is not mapped" : "status=" + status);
    const std::string zone = reader_.text(t, "zone", "");
    people.first_day[i] = day_of(h, t, "first_day", "2020-01-01", zone, base::start_of_day);
    people.last_day[i] = day_of(h, t, "last_day", "", zone, base::end_of_day);
    people.previous_last_day[i] = day_of(h, t, "previous_last_day", "", zone, base::end_of_day);
    people.moved[i] = day_of(h, t, "moved", "", zone, base::start_of_day);
    people.leave_from[i] = day_of(h, t, "leave_from", "", zone, base::start_of_day);
    people.leave_until[i] = day_of(h, t, "leave_until", "", zone, base::end_of_day);
    people.training_valid_until[i] = day_of(h, t, "training_valid_until", "2099-12-31", zone, base::end_of_day);
    people.screening_done[i] = day_of(h, t, "screening_done", "2020-01-01", zone, base::start_of_day);
    people.last_working_day[i] = day_of(h, t, "last_working_day", "", zone, base::end_of_day);
    people.leaving_entered[i] = day_of(h, t, "leaving_entered", "", zone, base::start_of_day);
    people.nda_signed[i] = day_of(h, t, "nda_signed", "2020-01-01", zone, base::start_of_day);
    ++h.source.coverage.records_read;
  }

  void group(const Node& t) {
    reader_.troubles().unknown_keys(t, {"name", "tier", "groups", "foreign_members", "members_unknown", "rid", "in",
                                        "owners", "created", "members_changed", "mail_only"});
    model::Harvest& h = source(t, model::SourceKind::directory);
    const model::GroupId id = h.groups.add(model::SourceId(0));
    const std::string name = reader_.text(t, "name");
    h.groups.name[id.index()] = h.text.intern(name);
    h.groups.dn[id.index()] = h.text.intern("cn=" + name);
    h.groups.members_unknown[id.index()] = h.text.intern(reader_.text(t, "members_unknown", ""));
    if (const Node* rid = t.find("rid")) {
      h.groups.sid[id.index()] = h.text.intern(sid_of(h, *rid));
    }
    if (const Node* tier = t.find("tier")) {
      h.groups.tier[id.index()] = *tier->get<std::int64_t>() == 0 ? model::Tier::tier0 : model::Tier::tier1;
    }
    const Node* mail_only = t.find("mail_only");
    const bool list = mail_only != nullptr && *mail_only->get<bool>();
    h.groups.mail_only[id.index()] = list ? model::Truth::yes : model::Truth::no;
    const Instant long_ago = date::sys_days{date::year{2020} / 1 / 1};
    const auto made = TimeFact::known(base::Bounds::exactly(long_ago), h.text.intern("as written"));
    h.groups.created[id.index()] = moment(h, t, "created", made);
    h.groups.modified[id.index()] = moment(h, t, "members_changed", TimeFact::unknown(h.text.intern("not written")));
    h.groups.modified_by_members[id.index()] = t.find("members_changed") != nullptr ? 1 : 0;
    nested_.push_back({&h, reader_.texts(t, "groups")});
    for (const std::string& member : reader_.texts(t, "foreign_members")) foreign_member(h, id, member);
    owned_.push_back({&h, reader_.texts(t, "owners")});
  }

  /// Who may change which entry: holder and over are names of accounts or groups (controls.h).
  void control(const Node& t) {
    reader_.troubles().unknown_keys(t, {"holder", "rights", "over", "in", "rule"});
    model::Harvest& h = source(t, model::SourceKind::directory);
    std::uint32_t rights = 0;
    for (const std::string& one : reader_.texts(t, "rights")) rights |= right_of(one);
    const std::string holder = holder_called(h, reader_.text(t, "holder"));
    add_control(h, reader_.text(t, "over"), holder, rights, reader_.text(t, "rule", ""));
  }

  /// What was read in an Active Directory, but for those whose directory says otherwise: the lists of all entries.
  void read_controls() {
    for (model::Harvest& h : out_.harvests) {
      if (h.source.kind == model::SourceKind::directory && h.source.controls_unread.empty()) read_all_controls(h);
    }
  }

  /// After all groups are there: which are in which.
  void nest() {
    for (const auto& [h, parents] : nested_) push(h->groups_of_group, *h, parents);
  }

  /// After all accounts are there: who owns which group, and who is whose manager.
  void name_accounts() {
    std::map<model::Harvest*, std::size_t> next;
    for (const auto& [h, logins] : owned_) {
      const std::size_t group = next[h]++;
      std::vector<model::AccountId> row;
      for (const std::string& login : logins) {
        ++h->groups.owners_named[group];
        if (const auto owner = account_called(*h, login); owner.valid()) row.push_back(owner);
      }
      std::sort(row.begin(), row.end());
      h->owners_of_group.push_row(row);
    }
    for (const auto& [h, account, manager] : managed_) h->accounts.manager[account] = account_called(*h, manager);
  }

  void one_account(const Node& t) {
    reader_.troubles().unknown_keys(t, words_of_account());
    model::Harvest& h = source(t, model::SourceKind::directory);
    model::Accounts& a = h.accounts;
    const std::size_t i = a.add(model::SourceId(0)).index();
    const std::string login = numbered(t, "login");
    a.login[i] = h.text.intern(login);
    a.dn[i] = h.text.intern("cn=" + login + ",dc=" + h.source.name);
    a.display_name[i] = h.text.intern(reader_.text(t, "name", ""));
    a.employee_number[i] = h.text.intern(numbered(t, "employee"));
    a.mail[i] = h.text.intern(reader_.text(t, "mail", ""));
    a.kind[i] = reader_.text(t, "kind", "user") == "computer" ? model::AccountKind::computer : model::AccountKind::user;
    if (const Node* rid = t.find("rid")) a.sid[i] = h.text.intern(sid_of(h, *rid));
    a.enabled[i] = truth(h, t, "enabled", true);
    a.locked[i] = truth(h, t, "locked", false);
    a.switched[i] = moment(h, t, "switched", TimeFact::unknown(h.text.intern("nothing tells of the switch's past")));
    a.expires[i] = moment(h, t, "expires", TimeFact::never(h.text.intern("no expiry")));
    const auto exactly = [&](Instant at) {
      return TimeFact::known(base::Bounds::exactly(at), h.text.intern("as written"));
    };
    a.last_sign_in[i] = moment(h, t, "last_sign_in", exactly(out_.as_of - kDay));
    const Instant long_ago = date::sys_days{date::year{2020} / 1 / 1};
    a.password_changed[i] = moment(h, t, "password_changed", exactly(long_ago));
    a.created[i] = moment(h, t, "created", exactly(long_ago));
    a.modified[i] = moment(h, t, "modified", exactly(long_ago));
    account_words(t, h, i);
    account_flags(t, h, i);
    account_groups(t, h, i);
  }

  void account_flags(const Node& t, model::Harvest& h, std::size_t i) {
    model::Accounts& a = h.accounts;
    a.flags_known[i] = h.source.connector.ends_with("active-directory") ? 0xFFFFFFFF : 0;
    if (t.find("manager") != nullptr) {
      a.flags[i] |= model::kManagerNamed;
      managed_.push_back({&h, i, reader_.text(t, "manager")});
    }
    for (const std::string& flag : reader_.texts(t, "flags")) a.flags[i] |= flag_of(flag);
    a.flags_known[i] |= a.flags[i];
    for (const std::string& flag : reader_.texts(t, "flags_hidden")) a.flags_known[i] &= ~flag_of(flag);
  }

  void account_words(const Node& t, model::Harvest& h, std::size_t i) {
    model::Accounts& a = h.accounts;
    a.department[i] = h.text.intern(reader_.text(t, "department", ""));
    a.title[i] = h.text.intern(reader_.text(t, "title", ""));
    a.employee_type[i] = h.text.intern(reader_.text(t, "employee_type", ""));
    a.password_scheme[i] = h.text.intern(reader_.text(t, "password_scheme", ""));
    if (const Node* number = t.find("uid_number")) {
      a.uid_number[i] = static_cast<std::uint32_t>(*number->get<std::int64_t>());
    }
  }

  void account_groups(const Node& t, model::Harvest& h, std::size_t i) {
    model::Accounts& a = h.accounts;
    auto groups = reader_.texts(t, "groups");
    const std::string primary = reader_.text(t, "primary_group", "");
    if (!primary.empty()) {
      groups.push_back(primary);
      a.primary_group[i] = group_named(h, primary);
    }
    a.primary_group_basis[i] =
        h.text.intern(reader_.text(t, "primary_group_unseen", primary.empty() ? "" : "primaryGroupID"));
    push(h.groups_of_account, h, groups);
  }

  /// Numbered in the order of the file, from 100 on.
  void exemption(const Node& t) {
    reader_.troubles().unknown_keys(t, {"rule", "about", "group", "in", "approved", "until", "withdrawn"});
    model::Exemption out;
    out.rule = reader_.text(t, "rule");
    out.subject_key = key_of(t);
    out.reason = "accepted";
    out.asked_by = "anna";
    out.approved_by = "bela";
    const Node* approved = t.find("approved");
    out.asked = out.approved = approved == nullptr ? out_.as_of - 30 * kDay : *approved->get<Instant>();
    out.until = *t.find("until")->get<Instant>();
    out.number = 100 + out_.exemptions.size() + out_.withdrawn.size();
    out.log_index = out.number + 1000;
    const Node* withdrawn = t.find("withdrawn");
    (withdrawn != nullptr && *withdrawn->get<bool>() ? out_.withdrawn : out_.exemptions).push_back(out);
  }

  void acknowledged(const Node& t) {
    reader_.troubles().unknown_keys(t, {"rule", "about", "group", "in", "at"});
    out_.acknowledged.push_back({reader_.text(t, "rule"), key_of(t), *t.find("at")->get<Instant>()});
  }

  void decision(const Node& t) {
    reader_.troubles().unknown_keys(t, {"about", "person", "same", "in"});
    const std::uint64_t number = 500 + out_.decisions.size();
    out_.decisions.push_back({key_of(t), reader_.text(t, "person"), *t.find("same")->get<bool>(), "anna", "she knows",
                              out_.as_of - 30 * kDay, number});
  }

  void earlier(const Node& t) {
    reader_.troubles().unknown_keys(t, {"rule", "about", "in", "was"});
    out_.earlier.push_back({reader_.text(t, "rule"), reader_.text(t, "about"), key_of(t),
                            source(t, model::SourceKind::directory).source.name, reader_.text(t, "was")});
  }

 private:
  /// Once, or as often as "times" says; every "#" in an id or a login is then the number of the one.
  template <class Make>
  void each_of(const Node& t, Make make) {
    const Node* times = t.find("times");
    for (std::int64_t i = 1; i <= (times == nullptr ? 1 : *times->get<std::int64_t>()); ++i) {
      number_ = times == nullptr ? "#" : std::to_string(i);
      make();
    }
  }
  std::string numbered(const Node& t, const char* key) {
    std::string text = reader_.text(t, key, "");
    if (const auto place = text.find('#'); place != std::string::npos) text.replace(place, 1, number_);
    return text;
  }

  /// Of the account that "about" and "in" name.
  std::string key_of(const Node& t) {
    const std::string directory = source(t, model::SourceKind::directory).source.name;
    if (t.find("group") != nullptr) {
      return "group/" + directory + "/" + model::normalised_dn("cn=" + reader_.text(t, "group"));
    }
    return "account/" + directory + "/" + model::normalised_dn("cn=" + reader_.text(t, "about") + ",dc=" + directory);
  }

  /// In the domain of that directory.
  std::string sid_of(const model::Harvest& h, const Node& rid) {
    return fmt::format("{}-{}", domains_[h.source.name], *rid.get<std::int64_t>());
  }

  /// A SID, as of a foreign security principal, or a DN.
  static void foreign_member(model::Harvest& h, model::GroupId group, const std::string& member) {
    const bool sid = member.starts_with("S-1-");
    model::ForeignMembers& f = h.foreign_members;
    f.source.emplace_back(0);
    f.group.push_back(group);
    f.dn.push_back(h.text.intern(sid ? "CN=" + member + ",CN=ForeignSecurityPrincipals,dc=" + h.source.name : member));
    f.sid.push_back(h.text.intern(sid ? member : ""));
    ++h.groups.unresolved_members[group.index()];
  }

  /// What earlier runs saw of the source, and how it was made.
  void history(const Node& t, model::SourceRecord& source) {
    source.content = base::sha256("today's");
    if (const Node* at = t.find("produced")) source.produced = *at->get<Instant>();
    if (const Node* n = t.find("clock_skew_seconds")) source.clock_skew = std::chrono::seconds{*n->get<std::int64_t>()};
    auto& before = out_.previous.contents[source.name];
    if (const Node* since = t.find("unchanged_since")) before.push_back({source.content, *since->get<Instant>()});
    const Node* replayed = t.find("replayed");
    if (replayed != nullptr && *replayed->get<bool>()) {
      before.push_back({base::sha256("another"), out_.as_of - kDay});
      before.push_back({source.content, out_.as_of - 2 * kDay});
    }
    if (t.find("changed") == nullptr) return;
    out_.previous.last_good_record[source.name] = source;
    for (const std::string& what : reader_.texts(t, "changed")) source.shape[what] = "otherwise";
  }

  TimeFact day_of(model::Harvest& h, const Node& t, const char* key, const char* otherwise, const std::string& zone,
                  base::Bounds (*bounds)(base::LocalDate, base::Zone)) {
    return is_missing(h, key) ? TimeFact::unknown(h.text.intern(std::string("no column is mapped to ") + key))
                              : day(h, reader_.text(t, key, otherwise), key, zone, bounds);
  }

  bool is_missing(const model::Harvest& h, const std::string& column) {
    const std::vector<std::string>& missing = missing_[h.source.name];
    return std::find(missing.begin(), missing.end(), column) != missing.end();
  }

  model::Harvest& source(const Node& t, model::SourceKind kind) {
    const std::string in = reader_.text(t, "in", "");
    for (model::Harvest& h : out_.harvests) {
      if (h.source.kind == kind && (in.empty() || h.source.name == in)) return h;
    }
    throw std::runtime_error("no source is called " + in);
  }

  /// Invalid when no account of the directory is called so: somebody who was not seen.
  static model::AccountId account_called(const model::Harvest& h, const std::string& login) {
    for (std::size_t i = 0; i < h.accounts.size(); ++i) {
      if (h.text.view(h.accounts.login[i]) == login) return model::AccountId::at(i);
    }
    return {};
  }

  static model::GroupId group_named(const model::Harvest& h, const std::string& name) {
    for (std::size_t i = 0; i < h.groups.size(); ++i) {
      if (h.text.view(h.groups.name[i]) == name) return model::GroupId::at(i);
    }
    throw std::runtime_error("no group is called " + name);
  }

  static void push(model::SparseRows<model::GroupId>& rows, const model::Harvest& h,
                   const std::vector<std::string>& names) {
    std::vector<model::GroupId> row;
    for (const std::string& name : names) row.push_back(group_named(h, name));
    std::sort(row.begin(), row.end());
    row.erase(std::unique(row.begin(), row.end()), row.end());
    rows.push_row(row);
  }

  rules::Reader& reader_;
  Scenario& out_;
  struct Managed {
    model::Harvest* harvest;
    std::size_t account;
    std::string manager;
  };
  std::vector<std::pair<model::Harvest*, std::vector<std::string>>> nested_, owned_;
  std::vector<Managed> managed_;
  std::map<std::string, std::string> domains_;               ///< by directory: the SID of its domain
  std::map<std::string, std::vector<std::string>> missing_;  ///< by feed: what it has no column for
  std::string number_;                                       ///< of the person or account being made, among several
};

}  // namespace tally::scenarios
