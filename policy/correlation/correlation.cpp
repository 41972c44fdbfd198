#include "policy/correlation/correlation.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>

#include "policy/base/assert.h"
#include "policy/correlation/account_register.h"
#include "policy/correlation/decisions.h"
#include "policy/correlation/fold.h"
#include "policy/correlation/people_index.h"
#include "policy/correlation/personas.h"
#include "policy/correlation/primary.h"
#include "policy/correlation/suggestions.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::AccountKind;
using model::PersonId;
using model::Snapshot;

/// Where the key of a rule is looked up.
struct Lookup {
  const KeyIndex& index;
  std::string key;
};

std::string_view words(MatchBy by) {
  switch (by) {
    case MatchBy::employee_number: return "employee number";
    case MatchBy::mail: return "mail address";
    case MatchBy::login: return "login name";
    case MatchBy::principal_local_part: return "user principal name before the @";
    case MatchBy::mail_local_part: return "login name equal to the mail address before the @";
  }
  TALLY_ASSERT(false && "unknown MatchBy");
  return {};
}

class Correlator {
 public:
  Correlator(const Snapshot& snapshot, const Settings& settings, std::span<const model::LinkDecision> decisions)
      : s_(snapshot),
        settings_(settings),
        index_(snapshot),
        decisions_(snapshot, decisions, index_.by_number),
        personas_(settings),
        register_(settings),
        unseen_hr_(unseen_hr(snapshot)) {
    for (const std::string& pattern : settings.non_human_patterns) {
      RE2::Options options;
      options.set_case_sensitive(false);
      options.set_log_errors(false);
      patterns_.push_back(std::make_unique<RE2>(pattern, options));
    }
    numbers_count_ = std::any_of(settings.rules.begin(), settings.rules.end(),
                                 [](const MatchRule& rule) { return rule.by == MatchBy::employee_number; });
  }

  Correlation run() {
    out_.links.resize(s_.accounts.size());
    for (std::size_t i = 0; i < s_.accounts.size(); ++i) {
      found_.clear();
      out_.links[i] = link(AccountId::at(i));
      out_.candidates.push_row(found_);
    }
    doubt_unlikely_orphans();
    gather_accounts_of_people(s_, settings_, out_);
    register_.find_custodians(s_, index_, unseen_hr_, out_);
    out_.troubles = std::move(decisions_.troubles);
    out_.suggestions = suggestions(s_, out_, settings_, out_.text);
    return std::move(out_);
  }

 private:
  Link made(Owner owner, PersonId person, double confidence, std::string_view reason) {
    Link link;
    link.owner = owner;
    link.person = person;
    link.confidence = static_cast<float>(confidence);
    link.reason = out_.text.intern(reason);
    return link;
  }

  Link link(AccountId account) {
    persona_ = personas_.of(s_, account);
    decided_ = decisions_.of(account);
    for (std::size_t i = 0; decided_ != nullptr && i < decided_->never.size(); ++i)
      out_.never.emplace_back(account, decided_->never[i]);
    Link link = decided_ != nullptr && decided_->somebodys ? decided(account) : matched_by_signs(account);
    if (persona_ != nullptr) {
      link.persona = out_.text.intern(persona_->kind);
      link.primary = false;
    }
    return link;
  }

  /// Somebody said whose it is.
  Link decided(AccountId account) {
    if (decided_->owners.size() == 1) return made(Owner::person, decided_->owners.front(), 1.0, kDecided);
    if (decided_->owners.size() > 1) {
      found_ = decided_->owners;
      return made(Owner::ambiguous, {}, 0,
                  fmt::format("{}, but {} people have that employee number", kDecided, decided_->owners.size()));
    }
    if (!unseen_hr_.empty()) return made(Owner::cannot_tell, {}, 0, unseen_hr_);
    const Link otherwise = matched_by_signs(account);
    if (otherwise.owner == Owner::person) found_ = {otherwise.person};
    const bool anybody = otherwise.owner == Owner::person || otherwise.owner == Owner::ambiguous;
    return made(anybody ? Owner::ambiguous : Owner::nobody, {}, anybody ? 0 : 1.0,
                fmt::format("{}, but HR does not know that employee number any more", kDecided));
  }

  Link matched_by_signs(AccountId account) {
    if (const RegisteredAccount* entry = register_.entry(s_, account)) return registered(*entry);
    if (const std::string_view reason = built_in(account); !reason.empty())
      return made(Owner::built_in, {}, 1.0, reason);
    if (s_.accounts.kind[account.index()] == AccountKind::managed_service) {
      return made(Owner::non_human, {}, 1.0, "a managed service account by its object class");
    }
    const std::string pattern = matching_pattern(account);
    for (const MatchRule& rule : settings_.rules) {
      if (rule.confidence < settings_.link_from) continue;
      const std::size_t fitting = look_up(lookup(account, rule));
      if (fitting == 0) continue;
      if (fitting > 1)
        return made(Owner::ambiguous, {}, 0, fmt::format("{} people fit by {}", fitting, words(rule.by)));
      return matched(account, rule, pattern);
    }
    if (!unseen_hr_.empty() && (pattern.empty() || may_be_somebodys(account)))
      return made(Owner::cannot_tell, {}, 0, unseen_hr_);
    if (!pattern.empty()) return made(Owner::non_human, {}, 0.8, fmt::format("login fits the pattern {}", pattern));
    return made(Owner::nobody, {}, 1.0, "nobody in HR fits");
  }

  /// Nobody whom HR showed fits, but somebody else may, although the login fits a pattern of non-human accounts: by a
  /// number, by an address, or as whoever is behind a decorated login. Of the login as it stands the pattern speaks.
  [[nodiscard]] bool may_be_somebodys(AccountId account) const {
    if (persona_ != nullptr || !number_of(account).empty()) return true;
    const std::string login = fold(s_.view(s_.accounts.login[account.index()]));
    return std::any_of(settings_.rules.begin(), settings_.rules.end(), [&](const MatchRule& rule) {
      if (rule.by == MatchBy::employee_number || rule.confidence < settings_.link_from) return false;
      const std::string key = lookup(account, rule).key;
      return !key.empty() && key != login;
    });
  }

  /// Puts whoever is under that key, and may be the owner, into found_. How many they are.
  std::size_t look_up(const Lookup& by) {
    const std::size_t fitting = by.index.count(by.key);
    if (fitting == 0) return 0;
    found_ = by.index.find(by.key);
    if (decided_ == nullptr || decided_->never.empty()) return fitting;
    const std::size_t excluded = std::erase_if(found_, [&](PersonId person) { return decided_->excludes(person); });
    return fitting - excluded;
  }

  Link registered(const RegisteredAccount& entry) {
    const std::string_view number = trimmed(entry.owner);
    const std::size_t fitting = index_.by_number.count(number);
    std::string reason = "in the register of non-human accounts";
    if (!entry.purpose.empty()) reason += ": " + entry.purpose;
    if (!number.empty() && fitting != 1) reason += " (HR does not know the employee number of who answers for it)";
    Link link = made(Owner::non_human, fitting == 1 ? index_.by_number.find(number)[0] : PersonId(), 1.0, reason);
    link.registered = true;
    link.registered_owner = out_.text.intern(number);
    link.answerable = number.empty()        ? Answerable::none
                      : fitting == 1        ? Answerable::person
                      : fitting > 1         ? Answerable::ambiguous
                      : !unseen_hr_.empty() ? Answerable::cannot_tell
                                            : Answerable::nobody;
    return link;
  }

  /// One person fits by that rule; found_ has them. An employee number is believed, anything else only while no sign
  /// contradicts it: else a leaver's account would be taken for that of whoever got the address next, or for a service.
  Link matched(AccountId account, const MatchRule& rule, std::string_view pattern) {
    const PersonId person = found_[0];
    if (rule.by != MatchBy::employee_number) {
      const std::string_view number = number_of(account);
      if (!number.empty() && number != trimmed(s_.view(s_.people.employee_id[person.index()])) && !is_refused(number)) {
        return contradicted(number, rule);
      }
      if (!pattern.empty()) {
        return made(Owner::ambiguous, {}, 0,
                    fmt::format("login fits the pattern {}, but a person fits by {}", pattern, words(rule.by)));
      }
    }
    found_.clear();
    return made(Owner::person, person, rule.confidence, words(rule.by));
  }

  /// Somebody said of everybody who has that number that the account is not theirs: it does not tell anything.
  [[nodiscard]] bool is_refused(std::string_view number) const {
    if (decided_ == nullptr || decided_->never.empty()) return false;
    const auto holders = index_.by_number.find(number);
    return !holders.empty() &&
           std::all_of(holders.begin(), holders.end(), [&](PersonId person) { return decided_->excludes(person); });
  }

  Link contradicted(std::string_view number, const MatchRule& rule) {
    auto holders = index_.by_number.find(number);
    if (decided_ != nullptr) std::erase_if(holders, [&](PersonId person) { return decided_->excludes(person); });
    if (holders.empty() && !unseen_hr_.empty()) {
      found_.clear();
      return made(Owner::cannot_tell, {}, 0, unseen_hr_);
    }
    found_.insert(found_.end(), holders.begin(), holders.end());
    return made(
        Owner::ambiguous, {}, 0,
        fmt::format("a person fits by {}, but the account has {}", words(rule.by),
                    holders.empty() ? "an employee number that HR does not know" : "another's employee number"));
  }

  /// The account's employee number, if numbers are to be compared at all.
  [[nodiscard]] std::string_view number_of(AccountId account) const {
    return numbers_count_ ? trimmed(s_.view(s_.accounts.employee_number[account.index()])) : std::string_view();
  }

  /// MS-DTYP 2.4.2.4: RID 500 Administrator, 501 Guest, 502 krbtgt of a domain.
  [[nodiscard]] std::string_view built_in(AccountId account) const {
    const std::size_t i = account.index();
    if (s_.accounts.kind[i] == AccountKind::computer) return "a computer account";
    if (s_.accounts.kind[i] == AccountKind::trust) return "a trust account";
    const std::string_view sid = s_.view(s_.accounts.sid[i]);
    if (!sid.starts_with("S-1-5-21-")) return {};
    if (sid.ends_with("-500")) return "the domain's built-in Administrator (RID 500)";
    if (sid.ends_with("-501")) return "the domain's built-in Guest (RID 501)";
    if (sid.ends_with("-502")) return "the domain's key account krbtgt (RID 502)";
    return {};
  }

  [[nodiscard]] std::string matching_pattern(AccountId account) const {
    const std::string_view login = s_.view(s_.accounts.login[account.index()]);
    for (const auto& pattern : patterns_) {
      if (pattern->ok() && RE2::FullMatch(re2::StringPiece(login.data(), login.size()), *pattern))
        return pattern->pattern();
    }
    return {};
  }

  [[nodiscard]] Lookup lookup(AccountId account, const MatchRule& rule) const {
    const std::size_t i = account.index();
    const model::Accounts& a = s_.accounts;
    switch (rule.by) {
      case MatchBy::employee_number: return {index_.by_number, std::string(trimmed(s_.view(a.employee_number[i])))};
      case MatchBy::mail: return {index_.by_mail, mail_key(s_.view(a.mail[i]))};
      case MatchBy::login: return by_name(index_.by_login, s_.view(a.login[i]), rule);
      case MatchBy::mail_local_part: return by_name(index_.by_mail_local_part, s_.view(a.login[i]), rule);
      case MatchBy::principal_local_part: {
        const std::string_view principal = s_.view(a.principal[i]);
        return by_name(index_.by_login, principal.substr(0, principal.find('@')), rule);
      }
    }
    TALLY_ASSERT(false && "unknown MatchBy");
    return {index_.by_number, {}};
  }

  /// As it is written, when somebody has that name; else the one behind the persona; else without its decoration.
  [[nodiscard]] Lookup by_name(const KeyIndex& index, std::string_view name, const MatchRule& rule) const {
    std::string whole = fold(name);
    if (index.count(whole) > 0) return {index, std::move(whole)};
    if (persona_ != nullptr) {
      std::string behind = name_behind(name, *persona_);
      if (index.count(behind) > 0) return {index, std::move(behind)};
    }
    return {index, undecorated(name, rule)};
  }

  /// Everybody an orphan is far more often a cut HR feed than a directory of strangers.
  void doubt_unlikely_orphans() {
    std::vector<std::uint32_t> human(s_.sources.size()), unmatched(s_.sources.size());
    for (std::size_t i = 0; i < out_.links.size(); ++i) {
      const std::size_t source = s_.accounts.source[i].index();
      const Owner owner = out_.links[i].owner;
      human[source] += owner == Owner::person || owner == Owner::ambiguous || owner == Owner::nobody;
      unmatched[source] += owner == Owner::nobody;
    }
    for (std::size_t i = 0; i < out_.links.size(); ++i) {
      const std::size_t source = s_.accounts.source[i].index();
      const bool too_many = unmatched[source] >= settings_.unmatched_floor &&
                            unmatched[source] > settings_.max_unmatched_share * human[source];
      if (out_.links[i].owner != Owner::nobody || !too_many) continue;
      const base::TextId persona = out_.links[i].persona;
      out_.links[i] = made(
          Owner::cannot_tell, {}, 0,
          fmt::format("{} of {} accounts of {} fit nobody in HR, more than max_unmatched_share ({:.0f} %) "
                      "allows: HR is probably not complete",
                      unmatched[source], human[source], s_.sources[source].name, settings_.max_unmatched_share * 100));
      out_.links[i].persona = persona;
    }
  }

  const Snapshot& s_;
  const Settings& settings_;
  PeopleIndex index_;
  Decisions decisions_;
  Personas personas_;
  AccountRegister register_;
  std::string unseen_hr_;
  std::vector<std::unique_ptr<RE2>> patterns_;
  bool numbers_count_ = false;  ///< a rule compares employee numbers
  // Of the account at hand:
  std::vector<PersonId> found_;  ///< who fits it, when that is ambiguous
  const Persona* persona_ = nullptr;
  const Decided* decided_ = nullptr;
  Correlation out_;
};

}  // namespace

Correlation correlate(const Snapshot& snapshot, const Settings& settings,
                      std::span<const model::LinkDecision> decisions) {
  Correlation out = Correlator(snapshot, settings, decisions).run();
  out.names = digests_of_names(snapshot);
  return out;
}

}  // namespace tally::correlation
