// The words that every report shares: counts, times, names of subjects and of severities. Pure text, no markup.
//
//   counted(1, "account", "accounts") == "1 account";  counted(2000, …) == "2,000 accounts"
//
// Not the place for what a run means: that is sentence.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/base/time.h"
#include "policy/model/finding.h"
#include "policy/model/run_report.h"

namespace tally::report {

/// Digits in groups of three: "12,345".
std::string grouped(std::uint64_t n);
/// The grouped number and the word that agrees with it.
std::string counted(std::uint64_t n, std::string_view one, std::string_view many);
/// "2026-03-31 22:00:05 UTC", cut to the second; "no time recorded" for a moment that nobody set.
std::string plain_time(base::Instant t);
/// The same to the minute: "2026-03-31 22:00 UTC".
std::string plain_minute(base::Instant t);
/// "2026-03-31".
std::string plain_day(base::Instant t);
/// A shape of one column that tells severities apart without colour.
std::string_view shape_of(model::Severity severity);
/// "jdoe (corp-ad)": as short as it can be and still found. Not escaped.
std::string who_in_short(const model::Subject& subject);
/// "account jdoe in corp-ad, of Jane Doe (employee 1042)". Not escaped.
std::string who_in_full(const model::Subject& subject);
/// Audits that came to nothing before the run, and after it, in their order.
struct LapsesPart {
  std::string_view heading;
  std::vector<const model::Lapse*> lapses;
};
/// Those parts that have any.
std::vector<LapsesPart> parts_of_lapses(const model::RunReport& report);
/// "new", "changed, open since 2026-03-01", "fixed", "exempt until 2026-09-01": the standing and the day that matters.
std::string standing_in_words(const model::FindingRecord& record);
/// "until 2026-09-01 00:00 UTC, asked for by anna, approved by bela: being replaced (exemption 4711)". Not escaped.
std::string exemption_in_words(const model::Exemption& exemption);
/// "by anna, 2026-03-01 08:00 UTC: ticket 17 (log entry 4711)". Not escaped.
std::string acknowledgement_in_words(const model::Acknowledgement& acknowledgement);
/// The open findings that nobody has acknowledged, or those that somebody has.
std::vector<model::FindingRecord> open_findings(const model::RunReport& report, bool acknowledged);
/// "alice → Helpdesk → Domain Admins"; empty without a path. Not escaped.
std::string path_in_words(const model::Finding& finding);

}  // namespace tally::report
