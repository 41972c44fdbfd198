// What every rule answered, and why some answers are missing.
#include "daemon/report/charts.h"
#include "daemon/report/html_sections.h"
#include "daemon/report/table.h"
#include "daemon/report/words.h"

namespace tally::report {
namespace {

void answers_chart(Html& html, const model::RuleTally& tally) {
  stacked_bar(html, {.title = "Answers of " + tally.rule,
                     .segments = {{"clear", "", tally.clear, Shade::clear},
                                  {"violations", "", tally.violations, Shade::violation},
                                  {"exempt", "", tally.exempt, Shade::exempt},
                                  {"cannot tell", "", tally.cannot_tell, Shade::cannot_tell}},
                     .width = 120,
                     .height = 12,
                     .figures = false});
}

std::string plural(model::SubjectKind kind) {
  switch (kind) {
    case model::SubjectKind::account: return "accounts";
    case model::SubjectKind::person: return "people";
    case model::SubjectKind::source: return "sources";
    case model::SubjectKind::group: return "groups";
    case model::SubjectKind::membership: return "memberships";
    case model::SubjectKind::run: return "the run";
  }
  return "";
}

void hits(Html& html, const model::Shadow& shadow) {
  if (shadow.hits.empty()) return;
  html.leaf("h3", shadow.tally.rule + ", " + shadow.tally.title);
  {
    const auto list = html.element("ul", {{"class", "names"}});
    for (const model::ShadowHit& hit : shadow.hits) {
      html.leaf("li", std::string(model::to_string(hit.severity)) + ": " + hit.what);
    }
  }
  if (shadow.hits.size() < shadow.tally.violations) {
    html.leaf("p",
              "The run records the first " + grouped(shadow.hits.size()) + " of " + grouped(shadow.tally.violations) +
                  "; all of them are counted.",
              {{"class", "note"}});
  }
}

void examples(Html& html, const model::CannotTell& group) {
  if (group.examples.empty()) return;
  {
    const auto toggle = html.element("details", {{"class", "toggle"}});
    const auto summary = html.element("summary");
    html.text(group.examples.size() == group.count ? "Who" : "Examples");
    html.leaf("span", " for " + group.rule + ": " + group.reason, {{"class", "spoken"}});
  }
  const auto body = html.element("div", {{"class", "folded"}});
  {
    const auto list = html.element("ul", {{"class", "names"}});
    for (const model::Subject& subject : group.examples) html.leaf("li", who_in_full(subject));
  }
  if (group.examples.size() < group.count) {
    html.leaf("p",
              "The run records the first " + grouped(group.examples.size()) + " of " + grouped(group.count) +
                  "; all of them are counted.",
              {{"class", "note"}});
  }
}

}  // namespace

void rules_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "rules"}, {"aria-labelledby", "rules-h"}});
  html.leaf("h2", "Rules", {{"id", "rules-h"}});
  if (report.tallies.empty()) {
    html.leaf("p", "No rule was asked in this run.");
    return;
  }
  html.leaf("p",
            "Every rule is asked about everybody it concerns and answers clear, violation or cannot tell. A violation "
            "that is "
            "exempt is counted apart. The four add up to the number asked.");
  Table table(html, "Answers by rule",
              {"Rule", "Title", "Severity", "About", Heading::number("Asked"), Heading::number("Clear"),
               Heading::number("Violations"), Heading::number("Exempt"), Heading::number("Cannot tell"), "Share"});
  for (const model::RuleTally& tally : report.tallies) {
    Cell chart;
    answers_chart(chart.content, tally);
    table.row({Cell::token_of(tally.rule), Cell::of(tally.title), Cell::severity(tally.severity),
               Cell::token_of(plural(tally.asks_about)), Cell::number(tally.asked), Cell::number(tally.clear),
               Cell::number(tally.violations), Cell::number(tally.exempt), Cell::number(tally.cannot_tell), chart});
  }
}

void shadow_section(Html& html, const model::RunReport& report) {
  if (report.shadow.empty()) return;
  const auto section = html.element("section", {{"id", "shadow"}, {"aria-labelledby", "shadow-h"}});
  html.leaf("h2", "Rules in shadow", {{"id", "shadow-h"}});
  html.leaf("p",
            "These rules are tried out. What they would report is counted here alone: it is no finding, and nothing "
            "else on this page counts it.");
  Table table(html, "Answers of rules in shadow",
              {"Rule", "Title", "Severity", "About", Heading::number("Asked"), Heading::number("Clear"),
               Heading::number("Would report"), Heading::number("Cannot tell")});
  for (const model::Shadow& shadow : report.shadow) {
    const model::RuleTally& tally = shadow.tally;
    table.row({Cell::token_of(tally.rule), Cell::of(tally.title), Cell::severity(tally.severity),
               Cell::token_of(plural(tally.asks_about)), Cell::number(tally.asked), Cell::number(tally.clear),
               Cell::number(tally.violations), Cell::number(tally.cannot_tell)});
  }
  for (const model::Shadow& shadow : report.shadow) hits(html, shadow);
}

void cannot_tell_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "cannot-tell"}, {"aria-labelledby", "cannot-tell-h"}});
  html.leaf("h2", "Cannot tell", {{"id", "cannot-tell-h"}});
  if (report.cannot_tell.empty()) {
    html.leaf("p", report.tallies.empty() ? "No rule was asked, so none lacks an answer."
                                          : "Every rule had an answer for everybody it was asked about.");
    return;
  }
  html.leaf("p", "These checks have no answer, for the reason given. They are neither clear nor findings.");
  std::string rule;
  for (const model::CannotTell& group : report.cannot_tell) {
    if (group.rule != rule) html.leaf("h3", group.rule);
    rule = group.rule;
    const auto block = html.element("div", {{"class", "reason"}});
    {
      const auto sentence = html.element("p");
      html.leaf("strong", grouped(group.count) + "× ");
      html.text(group.reason);
    }
    examples(html, group);
  }
}

}  // namespace tally::report
