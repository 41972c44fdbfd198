#include "policy/evaluation/subject.h"

#include "policy/base/assert.h"
#include "policy/model/account_key.h"

namespace tally::evaluation {
namespace {

using model::SubjectKind;

std::string name_of(const model::Snapshot& s, model::PersonId person) {
  const std::size_t i = person.index();
  const std::string shown(s.view(s.people.display_name[i]));
  if (!shown.empty()) return shown;
  const std::string given(s.view(s.people.given_name[i])), family(s.view(s.people.family_name[i]));
  return given.empty() || family.empty() ? given + family : given + " " + family;
}

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

}  // namespace

std::size_t subject_count(const model::Snapshot& snapshot, SubjectKind kind) {
  if (kind == SubjectKind::account) return snapshot.accounts.size();
  return kind == SubjectKind::person ? snapshot.people.size() : snapshot.sources.size();
}

void write_key(const model::Snapshot& s, SubjectKind kind, std::size_t row, std::string& out) {
  out.clear();
  if (kind == SubjectKind::source) {
    out.append("source/").append(s.sources[row].name);
  } else if (kind == SubjectKind::person) {
    out.append("person/").append(s.source(s.people.source[row]).name).append("/");
    out.append(s.view(s.people.employee_id[row]));
  } else {
    model::write_account_key(s, model::AccountId::at(row), out);
  }
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
    out.source = s.source(s.people.source[row]).name;
  } else {
    out.label = out.source = s.sources[row].name;
  }
  out.kind = kind;
  write_key(s, kind, row, out.key);
  return out;
}

}  // namespace tally::evaluation
