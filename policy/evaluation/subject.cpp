#include "policy/evaluation/subject.h"

#include <algorithm>

#include "policy/base/assert.h"
#include "policy/model/account_key.h"

namespace tally::evaluation {
namespace {

using model::SubjectKind;

model::Subject account_subject(const Inputs& inputs, std::size_t row) {
  const model::Snapshot& s = inputs.snapshot;
  model::Subject out;
  out.label = s.view(s.accounts.login[row]);
  out.dn = s.view(s.accounts.dn[row]);
  if (out.label.empty()) out.label = out.dn;
  out.source = s.source(s.accounts.source[row]).name;
  const correlation::Link& link = inputs.links.links[row];
  if (link.owner == correlation::Owner::person && link.person.valid()) {
    out.person = s.view(s.people.employee_id[link.person.index()]);
    out.person_name = name_of(s, link.person);
  }
  return out;
}

std::string group_label(const model::Snapshot& s, std::size_t row) {
  const std::string_view name = s.view(s.groups.name[row]);
  return std::string(name.empty() ? s.view(s.groups.dn[row]) : name);
}

/// The native id, else the normalised DN, of an account or a group.
template <class Table>
void append_identity(const model::Snapshot& s, const Table& table, std::size_t row, std::string& out) {
  const std::string_view native = s.view(table.native_id[row]);
  if (native.empty()) {
    out.append(model::normalised_dn(s.view(table.dn[row])));
  } else {
    out.append(native);
  }
}

/// So that the / behind it stands for nothing but the end of this part.
void append_escaped(std::string_view part, std::string& out) {
  for (const char c : part) {
    if (c == '/' || c == '%') {
      out.append(c == '/' ? "%2F" : "%25");
    } else {
      out += c;
    }
  }
}

}  // namespace

std::string name_of(const model::Snapshot& s, model::PersonId person) {
  const std::size_t i = person.index();
  const std::string shown(s.view(s.people.display_name[i]));
  if (!shown.empty()) return shown;
  const std::string given(s.view(s.people.given_name[i])), family(s.view(s.people.family_name[i]));
  return given.empty() || family.empty() ? given + family : given + " " + family;
}

std::size_t subject_count(const model::Snapshot& snapshot, SubjectKind kind) {
  switch (kind) {
    case SubjectKind::account: return snapshot.accounts.size();
    case SubjectKind::person: return snapshot.people.size();
    case SubjectKind::source: return snapshot.sources.size();
    case SubjectKind::group: return snapshot.groups.size();
    case SubjectKind::membership: return snapshot.groups_of_account.targets.size();
    case SubjectKind::run: return 1;
  }
  TALLY_ASSERT(false && "unknown SubjectKind");
  return 0;
}

Membership membership_at(const model::Snapshot& s, std::size_t row) {
  const std::vector<std::uint64_t>& offsets = s.groups_of_account.offsets;
  TALLY_ASSERT(row < s.groups_of_account.targets.size());
  const auto next = std::upper_bound(offsets.begin(), offsets.end(), row);
  return {model::AccountId::at(static_cast<std::size_t>(next - offsets.begin()) - 1), s.groups_of_account.targets[row]};
}

model::SourceId source_of(const model::Snapshot& s, SubjectKind kind, std::size_t row) {
  switch (kind) {
    case SubjectKind::account: return s.accounts.source[row];
    case SubjectKind::person: return s.people.source[row];
    case SubjectKind::source: return model::SourceId::at(row);
    case SubjectKind::group: return s.groups.source[row];
    case SubjectKind::membership: return s.groups.source[s.groups_of_account.targets[row].index()];
    case SubjectKind::run: break;
  }
  return {};
}

void write_key(const model::Snapshot& s, SubjectKind kind, std::size_t row, std::string& out) {
  if (kind == SubjectKind::account) return model::write_account_key(s, model::AccountId::at(row), out);
  out.assign(to_string(kind));
  if (kind == SubjectKind::run) return;
  out.append("/").append(s.source(source_of(s, kind, row)).name);
  if (kind == SubjectKind::source) return;
  out.append("/");
  if (kind == SubjectKind::person) {
    out.append(s.view(s.people.employee_id[row]));
  } else if (kind == SubjectKind::group) {
    append_identity(s, s.groups, row, out);
  } else {
    const Membership membership = membership_at(s, row);
    std::string account;
    append_identity(s, s.accounts, membership.account.index(), account);
    append_escaped(account, out);
    out.append("/");
    append_identity(s, s.groups, membership.group.index(), out);
  }
}

void fetch_key(const model::Snapshot& s, SubjectKind kind, std::size_t row) {
  if (kind != SubjectKind::account) return;
  const std::string_view native = s.view(s.accounts.native_id[row]);
  __builtin_prefetch(native.empty() ? s.view(s.accounts.dn[row]).data() : native.data());
}

void fetch_subject(const Inputs& inputs, SubjectKind kind, std::size_t row) {
  fetch_key(inputs.snapshot, kind, row);
  if (kind != SubjectKind::account) return;
  const model::Snapshot& s = inputs.snapshot;
  __builtin_prefetch(s.view(s.accounts.login[row]).data());
  __builtin_prefetch(s.view(s.accounts.dn[row]).data());
  const model::PersonId person = inputs.links.links[row].person;
  if (!person.valid()) return;
  __builtin_prefetch(s.view(s.people.employee_id[person.index()]).data());
  __builtin_prefetch(s.view(s.people.display_name[person.index()]).data());
}

model::Subject subject_of(const Inputs& inputs, SubjectKind kind, std::size_t row) {
  const model::Snapshot& s = inputs.snapshot;
  model::Subject out;
  if (kind == SubjectKind::account) {
    out = account_subject(inputs, row);
  } else if (kind == SubjectKind::person) {
    out.person = s.view(s.people.employee_id[row]);
    out.person_name = name_of(s, model::PersonId::at(row));
    out.label = out.person_name.empty() ? out.person : out.person_name;
  } else if (kind == SubjectKind::source) {
    out.label = s.sources[row].name;
  } else if (kind == SubjectKind::group) {
    out.label = group_label(s, row);
    out.dn = s.view(s.groups.dn[row]);
  } else if (kind == SubjectKind::membership) {
    const Membership membership = membership_at(s, row);
    out = account_subject(inputs, membership.account.index());
    out.label += " in " + group_label(s, membership.group.index());
    out.dn = s.view(s.groups.dn[membership.group.index()]);
  } else {
    out.label = "the run";
  }
  out.kind = kind;
  if (kind != SubjectKind::run) out.source = s.source(source_of(s, kind, row)).name;
  write_key(s, kind, row, out.key);
  return out;
}

}  // namespace tally::evaluation
