// Where the facts came from: provenance, both counts, rejects, and the tie-out of populations.
#include <algorithm>

#include "daemon/report/coverage_statement.h"
#include "daemon/report/html_limits.h"
#include "daemon/report/html_sections.h"
#include "daemon/report/table.h"
#include "daemon/report/words.h"
#include "policy/base/digest.h"

namespace tally::report {
namespace {

std::string second_count(const model::Coverage& coverage) {
  if (!coverage.records_counted) return "no second count was possible";
  return grouped(*coverage.records_counted) + (coverage.counted_by.empty() ? "" : ", " + coverage.counted_by);
}

void provenance(Html& html, const model::SourceRecord& source) {
  const auto list = html.element("dl", {{"class", "details"}});
  detail(html, "Kind", (source.kind == model::SourceKind::hr ? "HR, " : "directory, ") + source.connector);
  detail(html, "Location", source.location);
  detail(html, "Query", source.query);
  detail(html, "Read", plain_time(source.started) + " to " + plain_time(source.finished));
  detail(html, "Records read", grouped(source.coverage.records_read));
  detail(html, "Records by the second count", second_count(source.coverage));
  detail(html, "Bytes", grouped(source.bytes));
  const bool hashed = source.content != base::Digest{};
  detail(html, "SHA-256 of the content", hashed ? source.content.hex() : "none: nothing was read");
  for (const std::string& note : source.notes) detail(html, "Noted", note);
}

void rejects(Html& html, const model::SourceRecord& source) {
  const model::Coverage& coverage = source.coverage;
  if (coverage.rejects_total == 0) return;
  {
    const auto toggle = html.element("details", {{"class", "toggle"}});
    html.leaf("summary",
              counted(coverage.rejects_total, "record or value", "records or values") + " not used in " + source.name);
  }
  const auto body = html.element("div", {{"class", "folded"}});
  const std::size_t shown = std::min(coverage.rejects.size(), kMaxRejects);
  {
    Table table(html, "Rejected records and values of " + source.name,
                {Heading::number("Line"), "Column", "Value", "Reason", "Effect"});
    for (std::size_t i = 0; i < shown; ++i) {
      const model::Reject& reject = coverage.rejects[i];
      table.row({reject.line == 0 ? Cell::of("–") : Cell::number(reject.line), Cell::token_of(reject.column),
                 Cell::code(reject.value), Cell::of(reject.reason),
                 Cell::of(reject.whole_record ? "record left out" : "value unknown")});
    }
  }
  left_out(html, shown, coverage.rejects.size(), "rejects of this source");
  if (coverage.rejects_total > coverage.rejects.size()) {
    html.leaf("p",
              "The run keeps the first " + grouped(coverage.rejects.size()) + " of " + grouped(coverage.rejects_total) +
                  " rejects; all of them are counted.",
              {{"class", "note"}});
  }
}

void one_source(Html& html, const model::RunReport& report, const model::SourceRecord& source) {
  const auto block = html.element("div", {{"class", "source"}});
  {
    const auto heading = html.element("h3");
    html.text(source.name);
    html.leaf("span", std::string(" ") + std::string(model::to_string(source.coverage.state)),
              {{"class", "state " + std::string(model::to_string(source.coverage.state))}});
  }
  if (!source.coverage.gaps.empty()) {
    const auto list = html.element("ul");
    for (const model::Gap& gap : source.coverage.gaps) html.leaf("li", gap.sentence);
  }
  html.leaf("p", coverage_statement(source, incomplete_of(report, source)), {{"class", "statement"}});
  provenance(html, source);
  rejects(html, source);
}

void populations(Html& html, const model::RunReport& report) {
  html.leaf("h3", "Is everybody accounted for?");
  if (report.populations.empty()) {
    html.leaf("p", "This run recorded no populations, so this cannot be shown.");
    return;
  }
  Table table(html, "Each total beside the groups that it was sorted into",
              {"Source", Heading::number("Total"), "Sorted into", "Adds up"});
  for (const model::Population& population : report.populations) {
    std::string parts;
    for (const auto& [name, count] : population.parts) {
      parts += (parts.empty() ? "" : ", ") + grouped(count) + " " + name;
    }
    table.row({Cell::token_of(population.source), Cell::number(population.total), Cell::of(parts),
               Cell::of(population.ties_out() ? "yes" : "NO")});
  }
}

/// The text as one word of a POSIX shell.
std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace

void sources_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "sources"}, {"aria-labelledby", "sources-h"}});
  html.leaf("h2", "Sources", {{"id", "sources-h"}});
  if (report.sources.empty()) html.leaf("p", "No source was read in this run.");
  for (const model::SourceRecord& source : report.sources) one_source(html, report, source);
  populations(html, report);
}

void verify_section(Html& html, const model::RunReport& report) {
  const auto section = html.element("section", {{"id", "verify"}, {"aria-labelledby", "verify-h"}});
  html.leaf("h2", "How to check this report", {{"id", "verify-h"}});
  html.leaf(
      "p",
      "This page is a copy for reading. What counts is the signed log: it cannot be changed afterwards without it "
      "showing. Take the key from whoever set Tallystick up, not from this page, and compare.");
  {
    const auto list = html.element("dl", {{"class", "details"}});
    detail(html, "Log", report.log_origin);
    detail(html, "Public key (vkey)", report.log_key);
    detail(html, "Entry of this run", std::to_string(report.log_index));
    detail(html, "Digest of the rules", report.rules_digest);
    detail(html, "Digest of the configuration", report.config_digest);
    detail(html, "Digest of the verdict", report.verdict_digest);
  }
  html.leaf("p", "With Tallystick, on any machine that has a copy of the log's folder LOG:");
  {
    const auto pre = html.element("pre", {{"tabindex", "0"}});
    const auto code = html.element("code");
    html.text("tallystick verify LOG --key " + (report.log_key.empty() ? "VKEY" : shell_word(report.log_key)));
  }
  html.leaf(
      "p", "With OpenSSL alone (docs/spec/ledger.md says how to make body, sig and pk.pem from the log's checkpoint):");
  const auto pre = html.element("pre", {{"tabindex", "0"}});
  html.leaf("code", "openssl pkeyutl -verify -pubin -inkey pk.pem -rawin -in body -sigfile sig");
}

}  // namespace tally::report
