#include "daemon/pipeline/traces.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "daemon/archive/forget.h"
#include "daemon/archive/links_archive.h"
#include "daemon/archive/run_archive.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/log_walk.h"
#include "daemon/pipeline/state_folder.h"
#include "policy/model/account_key.h"

namespace tally::pipeline {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;
using nlohmann::json;

/// One of the words in any text, or the employee number where there is nothing else.
bool names_them(const json& value, const Traces& traces) {
  if (const auto* one = value.get_ptr<const std::string*>()) return traces.words.in(*one);
  if (value.is_object() && !traces.employee_id.empty()) {
    for (const char* member : {"person", "employee_id"}) {
      if (text(value, member) == traces.employee_id) return true;
    }
  }
  return value.is_structured() &&
         std::any_of(value.begin(), value.end(), [&](const json& inner) { return names_them(inner, traces); });
}

/// "001004" of "person/hr/001004".
std::string number_in(std::string_view person_key) {
  const std::size_t slash = person_key.find('/', std::string_view("person/").size());
  return slash == std::string_view::npos ? std::string() : std::string(person_key.substr(slash + 1));
}

class Tracing {
 public:
  Tracing(Kept& kept, std::string subject)
      : kept_(kept), folder_(snapshots_path(kept.state)), subject_(std::move(subject)) {}

  Result<Traces> run() {
    for (auto step : {&Tracing::read_links, &Tracing::name_subject, &Tracing::take_links, &Tracing::take_decided,
                      &Tracing::take_values, &Tracing::take_runs, &Tracing::take_handles, &Tracing::find_entries,
                      &Tracing::find_runs}) {
      if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
    }
    out_.reports = reports_with(kept_.state, out_.words);
    return std::move(out_);
  }

 private:
  Result<void> read_links() {
    auto links = archive::open_links(folder_);
    if (!links) return tl::unexpected(links.error());
    if (!*links) return {};
    links_ = std::move(**links);
    for (const auto& account : links_->accounts) {
      Owner& owner = owners_[std::string(links_->text.view(account.key))];
      const std::string employee_id(links_->text.view(account.employee_id));
      if (!employee_id.empty()) owner.ever.insert(employee_id);
      owner.logins.insert(std::string(links_->text.view(account.login)));
      if (account.seen < owner.seen) continue;
      owner.now = employee_id;
      owner.seen = account.seen;
    }
    for (const auto& account : links_->accounts) newest_account_ = std::max(newest_account_, account.seen);
    for (const auto& person : links_->people) newest_person_ = std::max(newest_person_, person.seen);
    return {};
  }

  /// From what was typed to an employee number, or to an account that is nobody's.
  Result<void> name_subject() {
    if (subject_.starts_with("s:")) {
      auto key = key_of_handle();
      if (!key) return tl::unexpected(key.error());
      out_.handles.insert(std::exchange(subject_, std::move(*key)));
    }
    if (subject_.starts_with("account/")) return name_account();
    if (subject_.starts_with("person/")) {
      out_.employee_id = number_in(subject_);
      out_.keys.insert(subject_);
    } else if (subject_.find('/') == std::string::npos) {
      out_.employee_id = subject_;
    }
    if (!out_.employee_id.empty()) return {};
    return failure(ErrorKind::malformed,
                   fmt::format("\"{}\" names no person: an employee number, account/SOURCE/ID or a handle of the log "
                               "(s:…) is expected",
                               subject_));
  }

  Result<void> name_account() {
    out_.keys.insert(subject_);
    const auto owner = owners_.find(subject_);
    if (owner == owners_.end()) return name_account_by_values();
    if (owner->second.ever.size() > 1) {
      return failure(ErrorKind::conflict,
                     fmt::format("{} was the account of several people ({}): name the one you mean by the employee "
                                 "number",
                                 subject_, fmt::join(owner->second.ever, ", ")));
    }
    out_.employee_id =
        owner->second.now.empty() && !owner->second.ever.empty() ? *owner->second.ever.begin() : owner->second.now;
    return {};
  }

  Result<void> name_account_by_values() {
    return each_opened(kept_.state, [&](const Opened& one) {
      each_subject(one.values, [&](const json& subject) {
        if (text(subject, "key") == subject_ && out_.employee_id.empty()) out_.employee_id = text(subject, "person");
      });
    });
  }

  /// The person or account that an entry's own values are about.
  static std::string key_in(const json& values) {
    if (auto key = text(values, "subject_key"); !key.empty()) return key;
    if (values.contains("finding")) {
      const json& subject = values["finding"].value("subject", json::object());
      const std::string person = text(subject, "person");
      return person.empty() ? text(subject, "key") : person;
    }
    for (const char* member : {"subject", "account", "leaver"}) {
      if (values.contains(member)) return text(values[member], "key");
    }
    return text(values, "employee_id");
  }

  Result<std::string> key_of_handle() {
    bool known = false;
    std::string key;
    auto looked = each_entry(kept_.state, [&](const model::RecordedEntry& one, const ledger::Entry& entry) {
      if (entry.subject != subject_) return;
      known = true;
      if (key.empty() && !one.personal.empty()) key = key_in(json::parse(one.personal));
    });
    if (!looked) return tl::unexpected(looked.error());
    if (!key.empty()) return key;
    return failure(ErrorKind::not_found,
                   known
                       ? fmt::format("nothing is kept under {} any more: it was erased, or its time was over", subject_)
                       : fmt::format("no entry of the log has the handle {}", subject_));
  }

  [[nodiscard]] tl::unexpected<base::Error> nobody() const {
    std::string choices;
    for (const auto& [key, owner] : owners_) {
      if (owner.logins.contains(subject_)) choices += "\n  " + key;
    }
    if (!choices.empty()) {
      return failure(
          ErrorKind::not_found,
          fmt::format("{} is no employee number, but a login; name the account by its key:{}", subject_, choices));
    }
    return failure(ErrorKind::not_found, fmt::format("nothing is kept of \"{}\": no entry of the log, no kept run and "
                                                     "no kept link names them",
                                                     subject_));
  }

  [[nodiscard]] bool is_theirs(std::string_view employee_id) const {
    return !out_.employee_id.empty() && employee_id == out_.employee_id;
  }

  /// Unless the kept links say that it is somebody else's now.
  void take_account(const std::string& key) {
    const auto owner = owners_.find(key);
    const bool others = owner != owners_.end() && !owner->second.now.empty() && !is_theirs(owner->second.now);
    if (!key.empty() && !others) out_.keys.insert(key);
  }

  Result<void> take_links() {
    if (!out_.employee_id.empty()) out_.words.add(out_.employee_id);
    for (const auto& [key, owner] : owners_) {
      if (is_theirs(owner.now)) take_account(key);
    }
    if (!links_) return {};
    const auto& pool = links_->text;
    for (const auto& account : links_->accounts) {
      const bool theirs = out_.keys.contains(std::string(pool.view(account.key)));
      known_ = known_ || theirs;
      if (!theirs && !is_theirs(pool.view(account.employee_id))) continue;
      take_login(pool.view(account.login));
      out_.words.add(pool.view(account.mail));
      if (account.seen == newest_account_) out_.still_in = account.seen;
    }
    for (const auto& person : links_->people) {
      if (!is_theirs(pool.view(person.employee_id))) continue;
      known_ = true;
      take_login(pool.view(person.login));
      out_.words.add(pool.view(person.mail));
      if (person.seen == newest_person_) out_.still_in = person.seen;
    }
    return {};
  }

  void take_login(std::string_view login) {
    out_.words.add(login);
    if (!login.empty()) out_.keys.insert("operator/" + std::string(login));
  }

  Result<void> take_decided() {
    const auto decisions = kept_.store.decisions();
    if (!decisions) return tl::unexpected(decisions.error());
    for (const model::LinkDecision& one : model::links_in_force(*decisions)) {
      if (one.same && is_theirs(one.employee_id)) out_.keys.insert(one.account_key);
    }
    return {};
  }

  /// What the log's own values call them.
  Result<void> take_values() {
    return each_opened(kept_.state, [&](const Opened& one) {
      each_subject(one.values, [&](const json& subject) { take_subject(subject); });
      for (const json* about : {&one.values, one.values.contains("leaver") ? &one.values["leaver"] : nullptr}) {
        if (about == nullptr || !is_theirs(text(*about, "employee_id"))) continue;
        out_.words.add(text(*about, "name"));
        if (const auto key = text(*about, "key"); !key.empty()) out_.keys.insert(key);
      }
    });
  }

  void take_subject(const json& subject) {
    const std::string key = text(subject, "key"), kind = text(subject, "kind");
    const bool personal = kind == "account" || kind == "person" || kind == "membership";
    if (!personal || (!is_theirs(text(subject, "person")) && !out_.keys.contains(key))) return;
    kind == "account" ? take_account(key) : static_cast<void>(out_.keys.insert(key));
    out_.words.add(text(subject, "person_name"));
    if (kind == "membership" || !out_.keys.contains(key)) return;  // label and DN are the group's
    out_.words.add(text(subject, "dn"));
    kind == "account" ? take_login(text(subject, "label")) : out_.words.add(text(subject, "label"));
  }

  Result<void> take_runs() {
    for (const std::string& run : archive::kept_runs(folder_)) {
      const auto kept = archive::open_kept_run(folder_, run);
      if (kept) take_snapshot(kept->snapshot);
    }
    for (const std::string& key : out_.keys) {
      if (!key.starts_with("operator/")) out_.words.add(key);
    }
    return {};
  }

  void take_snapshot(const model::Snapshot& s) {
    for (std::size_t i = 0; i < s.people.size(); ++i) {
      if (!is_theirs(s.view(s.people.employee_id[i]))) continue;
      const std::string given(s.view(s.people.given_name[i])), family(s.view(s.people.family_name[i]));
      if (!given.empty() && !family.empty()) {
        out_.words.add(given + " " + family);
        out_.words.add(family + ", " + given);
      }
      out_.words.add(s.view(s.people.display_name[i]));
      out_.words.add(s.view(s.people.mail[i]));
      take_login(s.view(s.people.login[i]));
      known_ = true;
      out_.keys.insert(fmt::format("person/{}/{}", s.source(s.people.source[i]).name, out_.employee_id));
    }
    std::string key;
    for (std::size_t i = 0; i < s.accounts.size(); ++i) {
      model::write_account_key(s, model::AccountId::at(i), key);
      if (!out_.keys.contains(key)) continue;
      take_login(s.view(s.accounts.login[i]));
      for (const auto column : {&model::Accounts::dn, &model::Accounts::sid, &model::Accounts::principal,
                                &model::Accounts::display_name, &model::Accounts::mail}) {
        out_.words.add(s.view((s.accounts.*column)[i]));
      }
    }
  }

  [[nodiscard]] bool has_them(const model::Snapshot& s) const {
    const auto& numbers = s.people.employee_id;
    return std::any_of(numbers.begin(), numbers.end(), [&](base::TextId id) { return is_theirs(s.view(id)); });
  }

  Result<void> take_handles() {
    if (!out_.employee_id.empty()) out_.keys.insert("person//" + out_.employee_id);
    for (const std::string& key : out_.keys) {
      auto handle = kept_.recorder.handle_of(key);
      if (!handle) return tl::unexpected(handle.error());
      if (*handle) out_.handles.insert(std::move(**handle));
    }
    // That a word like a number or a name stands somewhere does not make it a person.
    if (out_.handles.empty() && !known_) return nobody();
    return {};
  }

  Result<void> find_entries() {
    return each_opened(kept_.state, [&](const Opened& one) {
      if (out_.handles.contains(one.entry.subject)) {
        out_.newest = std::max(out_.newest.value_or(one.entry.time), one.entry.time);
      } else if (names_them(one.values, out_)) {
        ++out_.mentions;
      } else {
        return;
      }
      out_.entries.push_back(one.index);
    });
  }

  Result<void> find_runs() {
    for (const std::string& run : archive::kept_runs(folder_)) {
      const auto kept = archive::open_kept_run(folder_, run);
      bool named = !kept || has_them(kept->snapshot);  // what cannot be read may name anybody
      if (kept) archive::each_text(*kept, [&](std::string_view one) { named = named || out_.words.in(one); });
      if (named) out_.runs.push_back(run);
    }
    return {};
  }

  struct Owner {
    std::set<std::string> ever;    ///< employee numbers
    std::set<std::string> logins;  ///< folded
    std::string now;
    base::Instant seen = base::kBeginningOfTime;
  };

  Kept& kept_;
  std::string folder_, subject_;
  std::optional<correlation::PreviousLinks> links_;
  std::map<std::string, Owner> owners_;  ///< by account key
  base::Instant newest_account_ = base::kBeginningOfTime, newest_person_ = base::kBeginningOfTime;
  bool known_ = false;  ///< to the kept links or a kept run
  Traces out_;
};

}  // namespace

std::string Traces::main_key() const {
  for (const char* kind : {"person/", "account/"}) {
    for (const std::string& key : keys) {
      // "person//…" is somebody whom HR did not know.
      if (key.starts_with(kind) && !key.starts_with("person//")) return key;
    }
  }
  return "person//" + employee_id;
}

std::set<std::string> Traces::account_keys() const {
  std::set<std::string> out;
  for (const std::string& key : keys) {
    if (key.starts_with("account/")) out.insert(key);
  }
  return out;
}

Result<Traces> find_traces(Kept& kept, const std::string& subject) {
  if (auto current = catch_up(kept.store, kept.recorder, kept.state); !current) {
    return tl::unexpected(current.error());
  }
  if (auto published = kept.recorder.publish(); !published) return tl::unexpected(published.error());
  return Tracing(kept, subject).run();
}

}  // namespace tally::pipeline
