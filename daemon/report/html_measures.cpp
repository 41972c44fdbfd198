// Measures: how long leavers kept their access, and the score with its arithmetic.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/report/html_limits.h"
#include "daemon/report/html_sections.h"
#include "daemon/report/measures.h"
#include "daemon/report/table.h"
#include "daemon/report/words.h"

namespace tally::report {
namespace {

/// More rows than anybody reads on one page; the others are in the JSON report.
constexpr std::size_t kMaxRevocations = 100;

void revocation_table(Html& html, const model::RunReport& report) {
  html.leaf("h3", "How long access outlived the employment");
  html.leaf("p", revocations_in_words(report));
  if (report.revocations.empty()) return;
  Table table(
      html,
      "Who left, or lost access, in the last 90 days, and who left before and has access still; of whom HR gives no "
      "last "
      "day, only the latter. HR's part is from the end of the employment until HR entered it (where HR does not tell "
      "that day: until "
      "its feed said so), the feed's from then until a run read it, IT's from then until no account worked. Between "
      "two "
      "runs nobody looked, so most times lie between two bounds.",
      {"Who", "When", "HR's part", "The feed's", "IT's part", "Access"});
  const std::size_t shown = std::min(report.revocations.size(), kMaxRevocations);
  for (std::size_t i = 0; i < shown; ++i) {
    const model::Revocation& r = report.revocations[i];
    table.row({Cell::of(who_left(r)), Cell::of(stamps_in_words(r)), Cell::of(span_in_words(r.hr_delay())),
               Cell::of(feed_delay_in_words(r)), Cell::of(span_in_words(r.it_delay())), Cell::of(access_in_words(r))});
  }
  left_out(html, shown, report.revocations.size(), "leavers");
}

void score_table(Html& html, const model::RunReport& report) {
  const model::Score score = model::score_of(report.tallies);
  html.leaf("h3", "Score");
  html.leaf("p", score_in_words(score));
  Table table(html, "Each question counts as much as its rule's severity: critical 10, high 5, medium 2, low 1.",
              {"Rule", Heading::number("Weight"), Heading::number("Clear"), Heading::number("Asked"),
               Heading::number("Points"), Heading::number("Of")});
  for (const model::Score::Row& row : score.rows) {
    table.row({Cell::token_of(row.rule), Cell::number(row.weight), Cell::number(row.clear), Cell::number(row.asked),
               Cell::number(row.weight * row.clear), Cell::number(row.weight * row.asked)});
  }
}

}  // namespace

void measures_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "measures"}, {"aria-labelledby", "measures-h"}});
  html.leaf("h2", "Measures", {{"id", "measures-h"}});
  revocation_table(html, report);
  score_table(html, report);
}

}  // namespace tally::report
