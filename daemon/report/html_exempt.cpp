// The exempt findings: found, accepted by two people for a time, and counted apart.
#include <algorithm>

#include "daemon/report/html_limits.h"
#include "daemon/report/html_sections.h"
#include "daemon/report/table.h"
#include "daemon/report/words.h"

namespace tally::report {
namespace {

std::string until_of(const model::FindingRecord& record) {
  const std::string until = record.exemption ? plain_minute(record.exemption->until) : "unknown";
  return record.standing == model::Standing::exempt_not_rechecked ? until + "; not re-checked: " + record.note : until;
}

std::string people_of(const model::FindingRecord& record) {
  if (!record.exemption) return "unknown";
  return "asked for by " + record.exemption->asked_by + ", approved by " + record.exemption->approved_by;
}

}  // namespace

void exempt_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "exempt"}, {"aria-labelledby", "exempt-h"}});
  html.leaf("h2", "Exempt", {{"id", "exempt-h"}});
  if (report.exempt.empty()) {
    html.leaf("p", "No finding is exempt.");
    return;
  }
  html.leaf("p", counted(report.exempt.size(), "finding was", "findings were") +
                     " found and not counted as open, because two people accepted each for a time.");
  {
    Table table(html, "Each is open again when its exemption ends.",
                {"Severity", "Rule", "Who", "What", "Until", "By whom", "Why", "Number"});
    for (std::size_t i = 0; i < std::min(report.exempt.size(), kMaxExempt); ++i) {
      const model::FindingRecord& record = report.exempt[i];
      const model::Finding& finding = record.finding;
      table.row({Cell::severity(finding.severity), Cell::token_of(finding.rule),
                 Cell::of(who_in_short(finding.subject)), Cell::of(finding.what), Cell::of(until_of(record)),
                 Cell::of(people_of(record)), Cell::of(record.exemption ? record.exemption->reason : ""),
                 Cell::token_of(record.exemption ? std::to_string(record.exemption->number) : "")});
    }
  }
  left_out(html, std::min(report.exempt.size(), kMaxExempt), report.exempt.size(), "exempt findings");
}

}  // namespace tally::report
