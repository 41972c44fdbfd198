// What is kept of a run for the runs after it.
#include <algorithm>
#include <map>
#include <tuple>

#include "policy/correlation/fold.h"
#include "policy/correlation/history.h"
#include "policy/model/account_key.h"
#include "policy/model/looked_at.h"

namespace tally::correlation {

using model::AccountId;
using model::Snapshot;

namespace {

/// The moment of HR's word, when that is that somebody has not left; else the beginning of time.
base::Instant said_to_work(const Snapshot& s, std::size_t person) {
  const model::People& p = s.people;
  const model::SourceRecord& source = s.source(p.source[person]);
  const model::TimeFact& last_day = p.last_day[person];
  const bool word = source.coverage.state == model::CoverageState::complete && !p.doubt[person].valid() &&
                    p.status[person] != model::Employment::unknown && p.status[person] != model::Employment::left &&
                    last_day.state != model::TimeState::unknown;
  const bool over = last_day.state == model::TimeState::known && last_day.bounds.earliest <= s.as_of;
  return word && !over ? std::min(model::told_at(source), s.as_of) : base::kBeginningOfTime;
}

}  // namespace

PreviousLinks remembered(const Snapshot& s, const Correlation& links) {
  PreviousLinks out;
  std::string key;
  for (std::size_t i = 0; i < s.accounts.size(); ++i) {
    model::write_account_key(s, AccountId::at(i), key);
    const Link& link = links.links[i];
    const bool hers = link.owner == Owner::person && link.person.valid();
    out.accounts.push_back(
        {out.text.add(key), out.text.intern(s.source(s.accounts.source[i]).name),
         out.text.add(fold(s.view(s.accounts.login[i]))), out.text.intern(mail_key(s.view(s.accounts.mail[i]))),
         hers ? out.text.intern(trimmed(s.view(s.people.employee_id[link.person.index()]))) : base::TextId(0), s.as_of,
         s.as_of});
  }
  for (std::size_t i = 0; i < s.people.size(); ++i) {
    out.people.push_back(
        {out.text.intern(trimmed(s.view(s.people.employee_id[i]))), out.text.intern(mail_key(s.view(s.people.mail[i]))),
         out.text.intern(fold(s.view(s.people.login[i]))), links.names[i], s.as_of, s.as_of, said_to_work(s, i)});
  }
  for (const model::SourceRecord& source : s.sources) {
    if (source.coverage.state == model::CoverageState::complete) out.complete.push_back(source.name);
  }
  return out;
}

namespace {

/// The entries of several runs, each once.
class Merging {
 public:
  explicit Merging(base::Instant now) : oldest_(now - kRememberedFor) {}

  void take(const PreviousLinks& links) {
    from_ = &links.text;
    for (PreviousLinks::Account account : links.accounts) {
      for (base::TextId* id : {&account.key, &account.source, &account.login, &account.mail, &account.employee_id}) {
        *id = moved(*id);
      }
      put(std::tuple(account.key.index(), account.login.index(), account.mail.index(), account.employee_id.index()),
          account, accounts_, out_.accounts);
    }
    for (PreviousLinks::Person person : links.people) {
      for (base::TextId* id : {&person.employee_id, &person.mail, &person.login}) *id = moved(*id);
      put(std::tuple(person.employee_id.index(), person.mail.index(), person.login.index(), person.name.given,
                     person.name.family),
          person, people_, out_.people);
    }
    for (const std::string& source : links.complete) {
      if (std::find(out_.complete.begin(), out_.complete.end(), source) == out_.complete.end()) {
        out_.complete.push_back(source);
      }
    }
  }

  PreviousLinks done() { return std::move(out_); }

 private:
  base::TextId moved(base::TextId id) { return out_.text.intern(from_->view(id)); }

  template <class Key, class Entry>
  void put(const Key& key, const Entry& entry, std::map<Key, std::size_t>& places, std::vector<Entry>& all) {
    if (entry.seen < oldest_) return;
    const auto [place, made] = places.emplace(key, all.size());
    if (made) return all.push_back(entry);
    all[place->second].since = std::min(all[place->second].since, entry.since);
    all[place->second].seen = std::max(all[place->second].seen, entry.seen);
    if constexpr (std::is_same_v<Entry, PreviousLinks::Person>) {
      all[place->second].worked = std::max(all[place->second].worked, entry.worked);
    }
  }

  using Index = std::uint32_t;
  base::Instant oldest_;
  const base::TextPool* from_ = nullptr;
  std::map<std::tuple<Index, Index, Index, Index>, std::size_t> accounts_;
  std::map<std::tuple<Index, Index, Index, std::uint64_t, std::uint64_t>, std::size_t> people_;
  PreviousLinks out_;
};

}  // namespace

PreviousLinks merged(const PreviousLinks& older, const PreviousLinks& newer, base::Instant now) {
  Merging merging(now);
  merging.take(older);
  merging.take(newer);
  return merging.done();
}

}  // namespace tally::correlation
