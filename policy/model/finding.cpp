#include "policy/model/finding.h"

#include "policy/base/assert.h"
#include "policy/base/digest.h"

namespace tally::model {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::low: return "low";
    case Severity::medium: return "medium";
    case Severity::high: return "high";
    case Severity::critical: return "critical";
  }
  TALLY_ASSERT(false && "unknown Severity");
  return {};
}

std::string_view to_string(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::account: return "account";
    case SubjectKind::person: return "person";
    case SubjectKind::source: return "source";
    case SubjectKind::group: return "group";
    case SubjectKind::membership: return "membership";
    case SubjectKind::run: return "run";
  }
  TALLY_ASSERT(false && "unknown SubjectKind");
  return {};
}

std::optional<SubjectKind> subject_kind_of(std::string_view word) {
  for (const SubjectKind kind : kSubjectKinds) {
    if (word == to_string(kind)) return kind;
  }
  return std::nullopt;
}

std::string fingerprint_of(std::string_view rule, std::string_view subject_key) {
  std::string text(rule);
  text.append(1, '\0').append(subject_key);
  return base::sha256(text).hex().substr(0, 16);
}

}  // namespace tally::model
