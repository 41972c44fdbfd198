// account.*: what an account is beside others: its manager, who answers for it, numbers that two have; and what was
// decided about it.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "policy/evaluation/account_facts.h"
#include "policy/evaluation/views.h"

namespace tally::evaluation {
namespace {

using correlation::Owner;
using model::BoolFact;
using model::GroupId;
using model::Truth;

/// Protected Users (MS-DTYP 2.4.2.4).
constexpr std::string_view kProtectedUsers = "-525";

/// By group: in Protected Users, nested or not.
std::vector<bool> protected_groups(const model::Snapshot& s) {
  std::vector<bool> in(s.groups.size(), false);
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    const std::string_view sid = s.view(s.groups.sid[g]);
    in[g] = sid.starts_with("S-1-5-21-") && sid.ends_with(kProtectedUsers);
  }
  // Until nothing changes: the group is nested in by few, so one or two rounds do.
  for (bool more = std::find(in.begin(), in.end(), true) != in.end(); more;) {
    more = false;
    for (std::size_t g = 0; g < s.groups_of_group.rows(); ++g) {
      const auto parents = s.groups_of_group.row(g);
      if (in[g] || std::none_of(parents.begin(), parents.end(), [&](GroupId p) { return in[p.index()]; })) continue;
      in[g] = more = true;
    }
  }
  return in;
}

}  // namespace

FactRows<AccountFacts> AccountFacts::relation_rows() {
  using F = AccountFacts;
  static constexpr auto kOwner = [](const F& f, std::size_t i) {
    return std::string(f.inputs_.links.text.view(f.inputs_.links.links[i].reason));
  };
  static constexpr auto kManager = [](const F& f, std::size_t i) {
    const model::AccountId manager = f.accounts().manager[i];
    return manager.valid() ? fmt::format("manager={}", f.shown(f.accounts().dn[manager.index()])) : "manager";
  };
  static constexpr FactRow<F> kRows[] = {
      {"account.responsible", [](F& f) { return f.responsible(); }, kOwner},
      {"account.responsible_left", [](F& f) { return f.responsible_left(); }, kOwner},
      {"account.custodian_left_at", [](F& f) { return f.custodian_left_at(); },
       [](const F& f, std::size_t i) { return f.custodians_in_words(i); }},
      {"account.manager_left", [](F& f) { return f.manager_left(); }, kManager},
      {"account.manager_agrees", [](F& f) { return f.manager_agrees(); }, kManager},
      {"account.uid_number_shared", [](F& f) { return f.uid_number_shared(); }},
      {"account.protected_user", [](F& f) { return f.protected_user(); },
       [](const F& f, std::size_t i) { return f.groups_in_words(i); }},
      {"account.exemption_ended", [](F& f) { return f.decisions_.exemption_ended(); },
       [](const F& f, std::size_t i) { return f.decisions_.exemption_in_words(i); }},
      {"account.acknowledged", [](F& f) { return f.decisions_.acknowledged(); },
       [](const F& f, std::size_t i) { return f.decisions_.acknowledged_in_words(i); }},
  };
  return kRows;
}

BoolFact AccountFacts::left_of(model::PersonId person) {
  const BoolFact& left = people_.left(person);
  return left.value == Truth::unknown ? BoolFact::unknown(text_.intern(people_.view(left.basis)))
                                      : BoolFact::known(left.value == Truth::yes, {});
}

/// A number that HR did not show, or shows twice, is somebody's: nobody knows whose.
base::TextId AccountFacts::responsible_unknown(std::size_t row) {
  if (const base::TextId why = owner_unknown(row); why.valid()) return why;
  switch (inputs_.links.links[row].answerable) {
    case correlation::Answerable::cannot_tell:
      return text_.intern("HR was not completely seen and did not show who answers for the account");
    case correlation::Answerable::ambiguous:
      return text_.intern("several people of HR have the employee number of who answers for the account");
    default: return {};
  }
}

cel::FactColumn AccountFacts::responsible() {
  std::vector<base::TextId>& out = texts();
  std::vector<base::TextId>& why = reasons_of_rows();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    note(why, out.size(), i, responsible_unknown(i));
    const bool answers = link.owner == Owner::non_human && link.person.valid();
    out[i] = answers ? inputs_.snapshot.people.employee_id[link.person.index()] : base::TextId(0);
  }
  return {cel::TextView{{out}, &inputs_.snapshot.text}, reasons(why, text_)};
}

cel::FactColumn AccountFacts::responsible_left() {
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    const base::TextId why = responsible_unknown(i);
    if (why.valid()) {
      out[i] = BoolFact::unknown(why);
    } else if (link.owner == Owner::non_human && link.person.valid()) {
      out[i] = left_of(link.person);
    } else {
      out[i] = BoolFact::known(false, {});
    }
  }
  return view(out, text_);
}

AccountFacts::Manager AccountFacts::manager_of(std::size_t row) {
  const model::AccountId manager = accounts().manager[row];
  if (!manager.valid()) return {{}, text_.intern("the manager that the directory names is no account that was seen")};
  if (const base::TextId why = owner_unknown(manager.index()); why.valid()) return {{}, why};
  const correlation::Link& link = inputs_.links.of(manager);
  if (link.owner == Owner::person && link.person.valid()) return {link.person, {}};
  return {{}, text_.intern("the manager that the directory names is an account of nobody known")};
}

cel::FactColumn AccountFacts::manager_left() {
  Truths& out = bools();
  const base::TextId untold = text_.intern("the directory does not tell managers");
  for (std::size_t i = 0; i < out.size(); ++i) {
    if ((accounts().flags_known[i] & model::kManagerNamed) == 0) {
      out[i] = BoolFact::unknown(untold);
    } else if ((accounts().flags[i] & model::kManagerNamed) == 0) {
      out[i] = BoolFact::known(false, {});
    } else {
      const Manager manager = manager_of(i);
      out[i] = manager.why.valid() ? BoolFact::unknown(manager.why) : left_of(manager.person);
    }
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::manager_agrees() {
  const model::Snapshot& s = inputs_.snapshot;
  Truths& out = bools();
  const base::TextId untold = text_.intern("the directory does not tell managers");
  const base::TextId nobody = text_.intern("no person is linked to the account");
  for (std::size_t i = 0; i < out.size(); ++i) {
    const correlation::Link& link = inputs_.links.links[i];
    const base::TextId why = owner_unknown(i);
    const bool hers = !why.valid() && link.owner == Owner::person && link.person.valid();
    if (!hers || (accounts().flags_known[i] & model::kManagerNamed) == 0) {
      out[i] = BoolFact::unknown(hers ? untold : why.valid() ? why : nobody);
      continue;
    }
    if (const base::TextId silent = people_.manager_untold(link.person); silent.valid()) {
      out[i] = BoolFact::unknown(text_.intern(people_.view(silent)));
      continue;
    }
    const std::string_view of_hr = s.view(s.people.manager_id[link.person.index()]);
    if ((accounts().flags[i] & model::kManagerNamed) == 0) {
      out[i] = BoolFact::known(of_hr.empty(), {});
      continue;
    }
    const Manager manager = manager_of(i);
    out[i] = manager.why.valid() ? BoolFact::unknown(manager.why)
                                 : BoolFact::known(s.view(s.people.employee_id[manager.person.index()]) == of_hr, {});
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::uid_number_shared() {
  const model::Snapshot& s = inputs_.snapshot;
  std::unordered_map<std::uint64_t, std::uint32_t> holders;
  const auto key = [&](std::size_t i) {
    return (std::uint64_t{accounts().source[i].index()} << 32) | accounts().uid_number[i];
  };
  for (std::size_t i = 0; i < accounts().size(); ++i) {
    if (accounts().uid_number[i] != model::Accounts::kNoNumber) ++holders[key(i)];
  }
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const bool none = accounts().uid_number[i] == model::Accounts::kNoNumber;
    const bool shared = !none && holders[key(i)] > 1;
    const model::SourceRecord& source = s.source(accounts().source[i]);
    out[i] = BoolFact::known(shared, {});
    if (none || shared || !hides_records(source.coverage)) continue;
    out[i] = BoolFact::unknown(text_.intern(
        fmt::format("directory {} was not completely seen ({})", source.name, source.coverage.in_words())));
  }
  return view(out, text_);
}

cel::FactColumn AccountFacts::protected_user() {
  const model::Snapshot& s = inputs_.snapshot;
  const std::vector<bool> in = protected_groups(s);
  const auto& missing = gaps();
  Truths& out = bools();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto groups = s.groups_of_account.row(i);
    const bool yes = std::any_of(groups.begin(), groups.end(), [&](GroupId group) { return in[group.index()]; });
    const base::TextId why = missing[accounts().source[i].index()];
    out[i] = yes || !why.valid() ? BoolFact::known(yes, {}) : BoolFact::unknown(why);
  }
  return view(out, text_);
}

}  // namespace tally::evaluation
