#include "daemon/report/coverage_statement.h"

#include <algorithm>
#include <string_view>

#include "daemon/report/words.h"
#include "policy/base/utf8.h"

namespace tally::report {
namespace {

std::string counts(const model::Coverage& coverage) {
  if (!coverage.records_counted) return "There was no second, independent count.";
  const std::string how = coverage.counted_by.empty() ? "" : " (" + base::displayable(coverage.counted_by) + ")";
  const bool agree = *coverage.records_counted == coverage.records_read;
  return "The second, independent count" + how + " gave " + grouped(*coverage.records_counted) +
         (agree ? ", which agrees." : ", which does NOT agree.");
}

std::string unseen(const model::Coverage& coverage) {
  std::string out;
  for (const model::Gap& gap : coverage.gaps) out += (out.empty() ? "" : "; ") + base::displayable(gap.sentence);
  if (out.empty() && coverage.state == model::CoverageState::complete) return "Nothing is known to be missing.";
  if (out.empty()) return "It is marked " + std::string(model::to_string(coverage.state)) + " without a reason.";
  return "Not seen: " + out + ".";
}

/// How long it has been so; empty for the first time without a run before.
std::string since(const model::Incomplete& incomplete) {
  const auto& last = incomplete.last_complete;
  if (incomplete.runs == 1) return last ? " It was last completely seen at " + plain_time(*last) + "." : "";
  return " It has not been completely seen since " + plain_time(incomplete.since) + ", in " + grouped(incomplete.runs) +
         " runs one after the other; " +
         (last ? "the last time that it was is " + plain_time(*last) + "."
               : "in no run before that, as far back as is looked, was it.");
}

/// Those notes that say how far the reading went.
std::string of_notes(const model::SourceRecord& source) {
  static constexpr std::string_view kSaid[] = {"canaries: ", "who-may-change: ", "own-rights: ", "effective-rights: "};
  static constexpr std::string_view kWords[] = {
      "Canaries: ", "Who may change what means power: ", "The account that reads may do: ", "Compared: "};
  std::string out;
  for (std::size_t i = 0; i < std::size(kSaid); ++i) {
    for (const std::string& note : source.notes) {
      if (!note.starts_with(kSaid[i])) continue;
      out += " " + std::string(kWords[i]) + base::displayable(note.substr(kSaid[i].size())) + ".";
    }
  }
  return out;
}

}  // namespace

const model::Incomplete* incomplete_of(const model::RunReport& report, const model::SourceRecord& source) {
  const auto found = report.incomplete.find(source.name);
  return found == report.incomplete.end() ? nullptr : &found->second;
}

std::string coverage_statement(const model::SourceRecord& source, const model::Incomplete* incomplete) {
  const model::Coverage& coverage = source.coverage;
  std::string out = counted(coverage.records_read, "record was", "records were") + " read from " +
                    plain_time(source.started) + " to " + plain_time(source.finished) + ". " + counts(coverage) + " " +
                    unseen(coverage) + (incomplete == nullptr ? "" : since(*incomplete));
  if (coverage.rejects_total > 0)
    out += " " + counted(coverage.rejects_total, "record or value", "records or values") + " could not be used.";
  if (source.in_force_since)
    out += " Its records are not used: those read at " + plain_time(*source.in_force_since) + " stay in force.";
  if (source.produced && source.kind == model::SourceKind::hr)
    out += " The data were produced at " + plain_time(*source.produced) + ".";
  return out + of_notes(source);
}

}  // namespace tally::report
