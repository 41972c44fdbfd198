// Finding: one rule violated by one subject, with everything needed to defend it before an auditor.
//
//   for (const Finding& f : verdict.findings) std::puts(f.what.c_str());
//
// A finding is a statement of fact at one moment. Whether it is new, still open or fixed is known only beside the
// previous run (FindingRecord in run_report.h).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/time.h"

namespace tally::model {

enum class Severity : std::uint8_t { low, medium, high, critical };

/// "low", "medium", "high", "critical".
std::string_view to_string(Severity severity);

/// What a rule may be asked about. A membership is a direct one, of an account in a group; `run` is the audit itself.
enum class SubjectKind : std::uint8_t { account, person, source, group, membership, run };
inline constexpr std::array kSubjectKinds{SubjectKind::account, SubjectKind::person,     SubjectKind::source,
                                          SubjectKind::group,   SubjectKind::membership, SubjectKind::run};

/// "account", "person", "source", "group", "membership", "run".
std::string_view to_string(SubjectKind kind);
/// The kind of that word; nothing when there is none.
std::optional<SubjectKind> subject_kind_of(std::string_view word);

/// Who or what a rule was asked about. All strings are personal data unless the subject is a source or the run.
struct Subject {
  SubjectKind kind = SubjectKind::account;
  std::string key;     ///< stable from run to run: "account/<source>/<native id, else normalised DN>",
                       ///< "person/<source>/<employee id>", "source/<name>", "group/<source>/<as accounts>",
                       ///< "membership/<source>/<account's part>/<group's part>" (a / inside the account's part is
                       ///< written %2F, a % as %25), "run"
  std::string label;   ///< what people call it: a login, a name, a source, a group, "dweiss in Domain Admins", "run"
  std::string source;  ///< name of the source that it was seen in; empty for the run
  std::string dn;      ///< of an account or group; of a membership the group's
  std::string person;  ///< employee id of the person behind it, or empty
  std::string person_name;
};

/// One fact that the verdict rests on.
struct Evidence {
  std::string fact;       ///< as rules name it: "account.enabled"
  std::string value;      ///< as rules see it: "true", "between 2026-01-01T00:00:00Z and 2026-01-15T00:00:00Z"
  std::string basis;      ///< as the source says it: "userAccountControl=512"
  std::string source;     ///< name of the source
  base::Instant read_at;  ///< when the source was read
};

struct Finding {
  std::string fingerprint;  ///< 16 hexadecimal digits of SHA-256(rule, subject key): the same trouble has the same
                            ///< fingerprint in every run
  std::string rule;         ///< "LVR-001"
  Severity severity = Severity::medium;
  Subject subject;
  std::string title;                  ///< of the rule: "Leaver's account still works"
  std::string what;                   ///< one sentence about this subject, with its names and times
  std::vector<Evidence> evidence;     ///< in the order in which the rule names the facts
  std::vector<std::string> path;      ///< for effective privilege: account, group, … , privileged group; else empty
  std::vector<std::string> controls;  ///< "NIST AC-2(3)", "PCI DSS 8.2.5"
  std::string fix;                    ///< what an administrator does about it; Tallystick itself never writes
  std::string content;  ///< digest (16 hexadecimal digits) of severity, evidence values and path: tells "changed" from
                        ///< "still the same"
};

/// The fingerprint of a rule about a subject.
std::string fingerprint_of(std::string_view rule, std::string_view subject_key);

}  // namespace tally::model
