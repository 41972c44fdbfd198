#include "policy/correlation/people_index.h"

#include <fmt/format.h>

#include "policy/correlation/fold.h"

namespace tally::correlation {

PeopleIndex::PeopleIndex(const model::Snapshot& s)
    : by_number(s.people.size()),
      by_mail(s.people.size()),
      by_login(s.people.size()),
      by_mail_local_part(s.people.size()) {
  for (std::size_t i = 0; i < s.people.size(); ++i) {
    const auto person = model::PersonId::at(i);
    const std::string mail = mail_key(s.view(s.people.mail[i]));
    by_number.add(trimmed(s.view(s.people.employee_id[i])), person);
    by_mail.add(mail, person);
    by_login.add(fold(s.view(s.people.login[i])), person);
    by_mail_local_part.add(std::string_view(mail).substr(0, mail.find('@')), person);
  }
}

std::string unseen_hr(const model::Snapshot& s) {
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

}  // namespace tally::correlation
