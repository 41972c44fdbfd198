#include "policy/correlation/correlation.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <tuple>
#include <unordered_map>

#include "policy/base/assert.h"
#include "policy/correlation/fold.h"
#include "policy/correlation/key_index.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::AccountKind;
using model::PersonId;
using model::Snapshot;

/// The people under every kind of key that the rules use.
struct PeopleIndex {
  KeyIndex by_number, by_mail, by_login, by_mail_local_part;

  explicit PeopleIndex(const Snapshot& s)
      : by_number(s.people.size()),
        by_mail(s.people.size()),
        by_login(s.people.size()),
        by_mail_local_part(s.people.size()) {
    for (std::size_t i = 0; i < s.people.size(); ++i) {
      const PersonId person = PersonId::at(i);
      const std::string mail = mail_key(s.view(s.people.mail[i]));
      by_number.add(trimmed(s.view(s.people.employee_id[i])), person);
      by_mail.add(mail, person);
      by_login.add(fold(s.view(s.people.login[i])), person);
      by_mail_local_part.add(std::string_view(mail).substr(0, mail.find('@')), person);
    }
  }
};

/// The login without the decoration of an admin or test account; equal to the folded login when it has none.
std::string undecorated(std::string_view login, const MatchRule& rule) {
  std::string out = fold(login);
  for (const std::string& prefix : rule.strip_prefixes) {
    const std::string folded = fold(prefix);
    if (!folded.empty() && out.size() > folded.size() && out.starts_with(folded)) return out.substr(folded.size());
  }
  for (const std::string& suffix : rule.strip_suffixes) {
    const std::string folded = fold(suffix);
    if (!folded.empty() && out.size() > folded.size() && out.ends_with(folded))
      return out.substr(0, out.size() - folded.size());
  }
  return out;
}

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
  Correlator(const Snapshot& snapshot, const Settings& settings)
      : s_(snapshot), settings_(settings), index_(snapshot), unseen_hr_(unseen_hr(snapshot)) {
    for (const std::string& pattern : settings.non_human_patterns) {
      RE2::Options options;
      options.set_case_sensitive(false);
      options.set_log_errors(false);
      patterns_.push_back(std::make_unique<RE2>(pattern, options));
    }
    for (const RegisteredAccount& entry : settings.registered) registered_[fold(entry.login)].push_back(&entry);
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
    gather_accounts_of_people();
    return std::move(out_);
  }

 private:
  /// Why HR may know more people than were seen; empty when it was completely seen.
  static std::string unseen_hr(const Snapshot& s) {
    std::string why;
    bool any = false;
    for (const model::SourceRecord& source : s.sources) {
      if (source.kind != model::SourceKind::hr) continue;
      any = true;
      if (source.coverage.state == model::CoverageState::complete) continue;
      why += fmt::format("{}HR source {} was not completely seen ({})", why.empty() ? "" : "; ", source.name,
                         source.coverage.in_words());
    }
    return any ? why : "no HR source is configured";
  }

  Link made(Owner owner, PersonId person, double confidence, std::string_view reason) {
    Link link;
    link.owner = owner;
    link.person = person;
    link.confidence = static_cast<float>(confidence);
    link.reason = out_.text.intern(reason);
    return link;
  }

  Link link(AccountId account) {
    if (const RegisteredAccount* entry = registration(account)) return registered(*entry);
    if (const std::string_view reason = built_in(account); !reason.empty())
      return made(Owner::built_in, {}, 1.0, reason);
    if (s_.accounts.kind[account.index()] == AccountKind::managed_service) {
      return made(Owner::non_human, {}, 1.0, "a managed service account by its object class");
    }
    const std::string pattern = matching_pattern(account);
    for (const MatchRule& rule : settings_.rules) {
      const Lookup by = lookup(account, rule);
      const std::size_t fitting = by.index.count(by.key);
      if (fitting == 0) continue;
      found_ = by.index.find(by.key);
      if (fitting > 1)
        return made(Owner::ambiguous, {}, 0, fmt::format("{} people fit by {}", fitting, words(rule.by)));
      return matched(account, rule, pattern);
    }
    if (!unseen_hr_.empty() && (pattern.empty() || !number_of(account).empty()))
      return made(Owner::cannot_tell, {}, 0, unseen_hr_);
    if (!pattern.empty()) return made(Owner::non_human, {}, 0.8, fmt::format("login fits the pattern {}", pattern));
    return made(Owner::nobody, {}, 1.0, "nobody in HR fits");
  }

  Link registered(const RegisteredAccount& entry) {
    const std::string_view number = trimmed(entry.owner);
    const auto owners = index_.by_number.find(number);
    std::string reason = "in the register of non-human accounts";
    if (!entry.purpose.empty()) reason += ": " + entry.purpose;
    if (!number.empty() && owners.size() != 1)
      reason += " (HR does not know the employee number of who answers for it)";
    return made(Owner::non_human, owners.size() == 1 ? owners[0] : PersonId(), 1.0, reason);
  }

  /// One person fits by that rule; found_ has them. An employee number is believed, anything else only while no sign
  /// contradicts it: else a leaver's account would be taken for that of whoever got the address next, or for a service.
  Link matched(AccountId account, const MatchRule& rule, std::string_view pattern) {
    const PersonId person = found_[0];
    if (rule.by != MatchBy::employee_number) {
      const std::string_view number = number_of(account);
      if (!number.empty() && number != trimmed(s_.view(s_.people.employee_id[person.index()]))) {
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

  Link contradicted(std::string_view number, const MatchRule& rule) {
    const auto holders = index_.by_number.find(number);
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

  /// The entry for its own directory, else the first one for any.
  [[nodiscard]] const RegisteredAccount* registration(AccountId account) const {
    const std::string login = fold(s_.view(s_.accounts.login[account.index()]));
    const auto found = registered_.find(login);
    if (login.empty() || found == registered_.end()) return nullptr;
    const RegisteredAccount* for_any = nullptr;
    for (const RegisteredAccount* entry : found->second) {
      if (entry->source == s_.source(s_.accounts.source[account.index()]).name) return entry;
      if (entry->source.empty() && for_any == nullptr) for_any = entry;
    }
    return for_any;
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

  /// As it is written, when somebody has that name; else without its decoration.
  static Lookup by_name(const KeyIndex& index, std::string_view name, const MatchRule& rule) {
    std::string whole = fold(name);
    if (index.count(whole) > 0) return {index, std::move(whole)};
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
      out_.links[i] = made(
          Owner::cannot_tell, {}, 0,
          fmt::format("{} of {} accounts of {} fit nobody in HR, more than max_unmatched_share ({:.0f} %) "
                      "allows: HR is probably not complete",
                      unmatched[source], human[source], s_.sources[source].name, settings_.max_unmatched_share * 100));
    }
  }

  /// Smaller is more likely the main account. The last fields make the choice independent of the order of reading.
  [[nodiscard]] auto rank(AccountId account) const {
    const std::size_t i = account.index();
    const std::string_view login = s_.view(s_.accounts.login[i]);
    const bool decorated = std::any_of(settings_.rules.begin(), settings_.rules.end(),
                                       [&](const MatchRule& rule) { return undecorated(login, rule) != fold(login); });
    const std::string_view known_login = s_.view(s_.people.login[out_.links[i].person.index()]);
    const bool is_known_login = !known_login.empty() && fold(known_login) == fold(login);
    return std::tuple(!is_known_login, decorated, -out_.links[i].confidence, s_.view(s_.accounts.mail[i]).empty(),
                      login.size(), std::string(login), s_.view(s_.accounts.dn[i]));
  }

  void gather_accounts_of_people() {
    std::vector<std::vector<AccountId>> accounts(s_.people.size());
    for (std::size_t i = 0; i < out_.links.size(); ++i) {
      if (out_.links[i].owner == Owner::person) accounts[out_.links[i].person.index()].push_back(AccountId::at(i));
    }
    for (const std::vector<AccountId>& own : accounts) {
      if (own.size() > 1) choose_primaries(own);
      out_.accounts_of.push_row(own);
    }
  }

  /// One main account in each directory.
  void choose_primaries(const std::vector<AccountId>& own) {
    std::unordered_map<std::uint32_t, AccountId> best;
    for (const AccountId account : own) {
      AccountId& current = best[s_.accounts.source[account.index()].index()];
      if (!current.valid() || rank(account) < rank(current)) current = account;
    }
    for (const AccountId account : own) {
      out_.links[account.index()].primary = best[s_.accounts.source[account.index()].index()] == account;
    }
  }

  const Snapshot& s_;
  const Settings& settings_;
  PeopleIndex index_;
  std::string unseen_hr_;
  std::vector<std::unique_ptr<RE2>> patterns_;
  std::unordered_map<std::string, std::vector<const RegisteredAccount*>> registered_;
  bool numbers_count_ = false;   ///< a rule compares employee numbers
  std::vector<PersonId> found_;  ///< who fits the account at hand, when that is ambiguous
  Correlation out_;
};

}  // namespace

std::string_view to_string(Owner owner) {
  switch (owner) {
    case Owner::person: return "person";
    case Owner::non_human: return "non-human";
    case Owner::built_in: return "built-in";
    case Owner::ambiguous: return "ambiguous";
    case Owner::nobody: return "nobody";
    case Owner::cannot_tell: return "cannot tell";
  }
  TALLY_ASSERT(false && "unknown Owner");
  return {};
}

Correlation correlate(const Snapshot& snapshot, const Settings& settings) {
  return Correlator(snapshot, settings).run();
}

base::Diagnostics check(const Settings& settings) {
  base::Diagnostics troubles;
  for (const std::string& pattern : settings.non_human_patterns) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 compiled(pattern, options);
    if (!compiled.ok()) {
      troubles.push_back(
          {{},
           0,
           0,
           fmt::format("non_human_patterns: \"{}\" is not a regular expression: {}", pattern, compiled.error()),
           "RE2 syntax is expected"});
    }
  }
  return troubles;
}

}  // namespace tally::correlation
