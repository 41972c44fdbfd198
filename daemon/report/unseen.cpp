#include <algorithm>
#include <cctype>

#include "daemon/report/sentence.h"
#include "daemon/report/words.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

using Kind = Unseen::Kind;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; }

/// True when `text` has `name` standing alone, so that "hr" is not found in "three".
bool names(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

bool touches(const model::CannotTell& group, const std::string& source) {
  if (names(group.reason, source)) return true;
  return std::any_of(group.examples.begin(), group.examples.end(),
                     [&](const model::Subject& subject) { return subject.source == source; });
}

/// " Rules with unanswered checks there: LVR-001, ORP-001." or nothing.
std::string rules_touched(const model::RunReport& report, const std::string& source) {
  std::vector<std::string> rules;
  for (const model::CannotTell& group : report.cannot_tell) {
    if (touches(group, source) && std::find(rules.begin(), rules.end(), group.rule) == rules.end()) {
      rules.push_back(group.rule);
    }
  }
  std::string list;
  for (const std::string& rule : rules) list += (list.empty() ? "" : ", ") + base::displayable(rule);
  return list.empty() ? list : " Rules with unanswered checks there: " + list + ".";
}

bool counts_differ(const model::Coverage& coverage) {
  return coverage.records_counted && *coverage.records_counted != coverage.records_read;
}

Kind kind_of(const model::Coverage& coverage) {
  const bool whole = coverage.gaps.empty() && !counts_differ(coverage);
  if (coverage.state == model::CoverageState::complete && whole) return Kind::values;
  switch (coverage.state) {
    case model::CoverageState::failed: return Kind::failed;
    case model::CoverageState::doubtful: return Kind::doubtful;
    case model::CoverageState::partial:
    case model::CoverageState::complete: return Kind::partial;
  }
  TALLY_ASSERT(false && "unknown CoverageState");
  return Kind::failed;
}

std::string meaning_of(Kind kind) {
  switch (kind) {
    case Kind::failed: return "Nothing is known from this source. Rules that need it give no answer.";
    case Kind::doubtful: return "Its data was not used. Rules that need it give no answer.";
    default:
      return "What was read was used. Where the missing part could change an answer, the answer is “cannot tell”.";
  }
}

/// What is missing of one source, as phrases.
std::vector<std::string> missing_of(const model::SourceRecord& source) {
  const model::Coverage& coverage = source.coverage;
  std::vector<std::string> out;
  for (const model::Gap& gap : coverage.gaps) out.push_back(base::displayable(gap.sentence));
  if (coverage.rejects_total > 0) {
    out.push_back(counted(coverage.rejects_total, "record or value", "records or values") + " could not be used");
  }
  if (counts_differ(coverage)) {
    out.push_back(counted(coverage.records_read, "record was", "records were") + " read, but " +
                  grouped(*coverage.records_counted) + " counted the second way");
  }
  if (out.empty() && coverage.state != model::CoverageState::complete) {
    out.push_back("the source is marked " + std::string(model::to_string(coverage.state)) + " without a reason");
  }
  return out;
}

void add_sources(const model::RunReport& report, std::vector<Unseen>& out) {
  for (const model::SourceRecord& source : report.sources) {
    const Kind kind = kind_of(source.coverage);
    for (std::string& what : missing_of(source)) {
      out.push_back({kind, base::displayable(source.name), std::move(what),
                     meaning_of(kind) + rules_touched(report, source.name), 0});
    }
  }
}

void add_populations(const model::RunReport& report, std::vector<Unseen>& out) {
  for (const model::Population& population : report.populations) {
    if (population.ties_out()) continue;
    std::uint64_t sum = 0;
    for (const auto& part : population.parts) sum += part.second;
    out.push_back(
        {Kind::population, base::displayable(population.source),
         grouped(population.total) + " in all, but the groups they were sorted into add up to " + grouped(sum),
         "Somebody was left over or counted twice: do not rely on a missing finding here.", 0});
  }
}

void add_unanswered(const model::RunReport& report, std::vector<Unseen>& out) {
  std::uint64_t in_groups = 0, in_tallies = 0;
  for (const model::CannotTell& group : report.cannot_tell) in_groups += group.count;
  std::string rules;
  for (const model::RuleTally& tally : report.tallies) {
    in_tallies += tally.cannot_tell;
    const bool ties_out = tally.asked == tally.clear + tally.violations + tally.cannot_tell + tally.exempt;
    if (!ties_out) {
      out.push_back({Kind::population, base::displayable(tally.rule), "its answers do not add up to the number asked",
                     "Somebody was left over or counted twice: do not rely on this rule.", 0});
    }
    if (tally.cannot_tell == 0) continue;
    rules += (rules.empty() ? "" : ", ") + base::displayable(tally.rule) + " (" + grouped(tally.cannot_tell) + ")";
  }
  const std::uint64_t count = std::max({in_groups, in_tallies, report.summary.cannot_tell});
  if (count == 0) return;
  out.push_back({Kind::unanswered, "Rules",
                 counted(count, "check", "checks") + " without an answer" + (rules.empty() ? "" : ": " + rules),
                 "An unanswered check is neither clear nor a finding. Each has its reason under “cannot tell”.",
                 count});
}

std::uint64_t listed(const std::vector<model::FindingRecord>& records, const std::string& rule) {
  return static_cast<std::uint64_t>(std::count_if(records.begin(), records.end(), [&](const auto& record) {
    return record.finding.rule == rule && record.standing != model::Standing::not_rechecked &&
           record.standing != model::Standing::exempt_not_rechecked;
  }));
}

std::uint64_t beyond(std::uint64_t counted, std::uint64_t listed) { return counted > listed ? counted - listed : 0; }

void add_unlisted(const model::RunReport& report, std::vector<Unseen>& out) {
  std::uint64_t missing = 0, open = 0;
  for (const model::RuleTally& tally : report.tallies) {
    missing += beyond(tally.violations, listed(report.open, tally.rule));
    missing += beyond(tally.exempt, listed(report.exempt, tally.rule));
  }
  for (const std::uint64_t count : report.summary.open) open += count;
  missing = std::max(missing, beyond(open, report.open.size()));
  missing = std::max(missing, beyond(report.summary.exempt, report.exempt.size()));
  if (missing == 0) return;
  out.push_back({Kind::unlisted, "This report",
                 counted(missing, "finding", "findings") + " counted but not listed here",
                 "The log has them; this report is not the whole answer.", missing});
}

void add_run(const model::RunReport& report, std::vector<Unseen>& out) {
  const std::string meaning = "Nothing found does not mean that nothing is there.";
  if (report.sources.empty()) out.push_back({Kind::run, "The run", "no source was read", meaning, 0});
  if (report.tallies.empty()) out.push_back({Kind::run, "The run", "no rule was asked", meaning, 0});
  if (out.empty() && !report.summary.complete) {
    out.push_back({Kind::run, "The run", "the log marks this run as incomplete", meaning, 0});
  }
}

}  // namespace

std::vector<Unseen> unseen(const model::RunReport& report) {
  std::vector<Unseen> out;
  add_sources(report, out);
  add_populations(report, out);
  add_unanswered(report, out);
  add_unlisted(report, out);
  add_run(report, out);
  return out;
}

}  // namespace tally::report
