#include "policy/correlation/history.h"

#include <algorithm>

#include "policy/correlation/deleted_owners.h"
#include "policy/correlation/fold.h"
#include "policy/correlation/rows_by_text.h"
#include "policy/model/account_key.h"

namespace tally::correlation {
namespace {

using model::AccountId;
using model::BoolFact;
using model::PersonId;
using model::Snapshot;
using model::Truth;

/// Answers add up: a yes stays, and an unknown is better than a no.
struct Answer {
  Truth value = Truth::no;
  std::string_view why;

  void yes(std::string_view sentence) {
    if (value != Truth::yes) *this = {Truth::yes, sentence};
  }
  void unknown(std::string_view sentence) {
    if (value == Truth::no) *this = {Truth::unknown, sentence};
  }
};

constexpr std::string_view kMayBeRehired =
    "another employee number has the same name: the same person hired again, or somebody of that name";

class Comparing {
 public:
  Comparing(const Snapshot& snapshot, const Correlation& links, const PreviousLinks& before)
      : s_(snapshot), links_(links), before_(before) {
    for (const auto& account : before.accounts) {
      by_key_.add(account.key);
      by_login_.add(account.login);
      by_mail_.add(account.mail);
    }
    for (const auto& person : before.people) {
      by_number_.add(person.employee_id);
      people_by_mail_.add(person.mail);
      people_by_login_.add(person.login);
    }
  }

  Reuse run() {
    for (std::size_t i = 0; i < s_.people.size(); ++i) person(PersonId::at(i));
    for (std::size_t i = 0; i < s_.accounts.size(); ++i) out_.account.push_back(fact(account(AccountId::at(i))));
    return std::move(out_);
  }

 private:
  using Account = PreviousLinks::Account;
  using Person = PreviousLinks::Person;

  [[nodiscard]] std::string_view view(base::TextId id) const { return before_.text.view(id); }
  BoolFact fact(const Answer& answer) { return {answer.value, out_.text.intern(answer.why)}; }
  [[nodiscard]] bool was_complete(std::string_view source) const {
    return std::find(before_.complete.begin(), before_.complete.end(), source) != before_.complete.end();
  }

  /// Those who held something before whoever holds it now (`present`) did for the first time.
  template <class Holder, class Present, class Visit>
  static void each_before(const RowsByText& index, std::string_view key, const std::vector<Holder>& holders,
                          Present present, Visit visit) {
    base::Instant until = base::kEndOfTime;
    index.each(key, [&](std::size_t row) {
      if (present(holders[row])) until = std::min(until, holders[row].since);
    });
    index.each(key, [&](std::size_t row) {
      if (holders[row].since < until) visit(holders[row]);
    });
  }

  void person(PersonId id) {
    const std::size_t i = id.index();
    const std::string_view number = trimmed(s_.view(s_.people.employee_id[i]));
    const NameDigest& name = links_.names[i];
    Answer reused, renamed;
    each_before(
        by_number_, number, before_.people, [&](const Person& was) { return was.name == name; },
        [&](const Person& was) { compare_names(was.name, name, reused, renamed); });
    for (const auto* index : {&people_by_mail_, &people_by_login_}) {
      const bool mail = index == &people_by_mail_;
      const std::string key = mail ? mail_key(s_.view(s_.people.mail[i])) : fold(s_.view(s_.people.login[i]));
      compare_holders(*index, key, number, name, reused);
    }
    if (!by_number_.has(number) && !was_complete(s_.source(s_.people.source[i]).name)) {
      reused.unknown("no earlier run saw all of HR");
      renamed.unknown("no earlier run saw all of HR");
    }
    out_.person.push_back(fact(reused));
    out_.renamed.push_back(fact(renamed));
  }

  /// The same number then and now.
  static void compare_names(const NameDigest& was, const NameDigest& is, Answer& reused, Answer& renamed) {
    if (was == NameDigest() || is == NameDigest()) return reused.unknown("one of the two has no name to compare");
    if (was.given == is.given && was.given != 0)
      return renamed.yes("the same number and given name, another family name");
    if (was.family == is.family) return reused.unknown("the same number and family name, another given name");
    reused.yes("the employee number belonged to somebody of another name");
  }

  /// Who had that address or login in HR, if it was not this number.
  void compare_holders(const RowsByText& index, std::string_view key, std::string_view number, const NameDigest& name,
                       Answer& reused) const {
    each_before(
        index, key, before_.people, [&](const Person& holder) { return view(holder.employee_id) == number; },
        [&](const Person& holder) {
          if (holder.name == name && name != NameDigest()) {
            reused.unknown(kMayBeRehired);
          } else {
            reused.yes("the address or the login in HR belonged to another employee number");
          }
        });
  }

  Answer account(AccountId id) {
    const std::size_t i = id.index();
    Answer out;
    const std::string login = fold(s_.view(s_.accounts.login[i])), mail = mail_key(s_.view(s_.accounts.mail[i]));
    const std::string& source = s_.source(s_.accounts.source[i]).name;
    model::write_account_key(s_, id, key_);
    if (links_.of(id).reason.valid()) {
      each_before(
          by_key_, key_, before_.accounts, [&](const Account& was) { return is_owner(id, was); },
          [&](const Account& was) {
            if (!view(was.employee_id).empty()) compare_owners(id, was, false, out);
          });
    }
    const auto same = [&](const Account& was) { return view(was.key) == key_; };
    const auto other = [&](const Account& was) { compare_owners(id, was, true, out); };
    // A login is one within its directory.
    each_before(by_login_, login, before_.accounts, same, [&](const Account& was) {
      if (view(was.source) == source) other(was);
    });
    // Several accounts of one person share her address.
    const auto hers = [&](const Account& was) { return same(was) || is_owner(id, was); };
    each_before(by_mail_, mail, before_.accounts, hers, other);
    if (!by_key_.has(key_) && !was_complete(source)) out.unknown("no earlier run saw all of the directory");
    return out;
  }

  [[nodiscard]] bool is_owner(AccountId id, const Account& holder) const {
    const Link& link = links_.of(id);
    return link.owner == Owner::person && view(holder.employee_id) == number_of(link.person);
  }
  [[nodiscard]] std::string_view number_of(PersonId person) const {
    return trimmed(s_.view(s_.people.employee_id[person.index()]));
  }

  /// Whose `holder` was then, and whose the account is now.
  void compare_owners(AccountId id, const Account& holder, bool identifier, Answer& out) const {
    const Link& link = links_.of(id);
    if (link.owner == Owner::non_human || link.owner == Owner::built_in) {
      if (!view(holder.employee_id).empty()) out.yes("it was a person's, and is no person's now");
      return;
    }
    if (is_owner(id, holder)) return;
    if (!identifier && links_.text.view(link.reason) == kDecided) return;  // somebody put it right
    if (link.owner != Owner::person) {
      // Nobody's now: its owner went, and that is no other one.
      if (identifier || link.owner != Owner::nobody)
        out.unknown("it belonged to another account, and it is not known whose this one is");
      return;
    }
    if (view(holder.employee_id).empty())
      return out.unknown("it belonged to another account, and it is not known whose that was");
    const NameDigest& now = links_.names[link.person.index()];
    bool same_name = false;
    by_number_.each(view(holder.employee_id),
                    [&](std::size_t row) { same_name = same_name || before_.people[row].name == now; });
    if (same_name && now != NameDigest()) return out.unknown(kMayBeRehired);
    out.yes(identifier ? "the login or the address belonged to another person's account"
                       : "the account belonged to another employee number");
  }

  const Snapshot& s_;
  const Correlation& links_;
  const PreviousLinks& before_;
  RowsByText by_key_{before_.text, before_.accounts.size()};
  RowsByText by_login_{before_.text, before_.accounts.size()};
  RowsByText by_mail_{before_.text, before_.accounts.size()};
  RowsByText by_number_{before_.text, before_.people.size()};
  RowsByText people_by_mail_{before_.text, before_.people.size()};
  RowsByText people_by_login_{before_.text, before_.people.size()};
  std::string key_;
  Reuse out_;
};

}  // namespace

Correlation correlate_since(const std::optional<PreviousLinks>& before, const Snapshot& snapshot,
                            const Settings& settings, std::span<const model::LinkDecision> decisions) {
  Correlation links = correlate(snapshot, settings, decisions);
  links.deleted_of = owners_of_deleted(snapshot, settings, decisions, before ? &*before : nullptr);
  if (before) links.reuse = identifier_reuse(snapshot, links, *before);
  return links;
}

Reuse identifier_reuse(const Snapshot& snapshot, const Correlation& links, const PreviousLinks& before) {
  return Comparing(snapshot, links, before).run();
}

}  // namespace tally::correlation
