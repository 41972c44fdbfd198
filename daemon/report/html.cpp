// The HTML page: head, the plain sentence, what could not be seen, and the sections in order.
#include <array>

#include "daemon/report/html_sections.h"
#include "daemon/report/html_style.h"
#include "daemon/report/render.h"
#include "daemon/report/sentence.h"
#include "daemon/report/table.h"
#include "daemon/report/words.h"
#include "policy/base/digest.h"

namespace tally::report {
namespace {

/// Base64 (RFC 4648 section 4) of a digest, as Content Security Policy writes hashes.
std::string base64(const base::Digest& digest) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < digest.bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = i; k < i + 3; ++k) group = group << 8U | (k < digest.bytes.size() ? digest.bytes[k] : 0U);
    for (unsigned shift = 24; shift > 0;) {
      shift -= 6;
      out += kDigits[group >> shift & 0x3FU];
    }
  }
  out.back() = '=';  // 32 bytes leave two in the last group
  return out;
}

std::string title_of(const model::RunReport& report) {
  return "Access audit" + (report.organisation.empty() ? "" : " of " + report.organisation);
}

void head(Html& html, const model::RunReport& report) {
  const auto whole = html.element("head");
  html.empty_element("meta", {{"charset", "utf-8"}});
  html.empty_element("meta", {{"http-equiv", "Content-Security-Policy"},
                              {"content", "default-src 'none'; style-src 'sha256-" + base64(base::sha256(kStyle)) +
                                              "'; base-uri 'none'; form-action 'none'"}});
  html.empty_element("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html.empty_element("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.leaf("title", title_of(report) + ", " + plain_minute(report.summary.as_of));
  html.stylesheet(kStyle);
}

void opening(Html& html, const model::RunReport& report) {
  const auto header = html.element("header");
  {
    const auto skip = html.link(Url::fragment("findings"), {{"class", "skip"}});
    html.text("Skip to the findings");
  }
  html.leaf("p", title_of(report) + " · as of " + plain_minute(report.summary.as_of), {{"class", "eyebrow"}});
  html.leaf("h1", plain_sentence(report));
}

void unseen_section(Html& html, const model::RunReport& report) {
  const std::vector<Unseen> all = unseen(report);
  const auto section = html.element(
      "section", {{"id", "unseen"}, {"class", all.empty() ? "nothing" : "something"}, {"aria-labelledby", "unseen-h"}});
  html.leaf("h2", "What could not be seen", {{"id", "unseen-h"}});
  if (all.empty()) {
    html.leaf("p",
              "Nothing: every source was read in full, the counts agree, and every rule had an answer for everybody.");
    return;
  }
  Table table(html, "What is missing is neither clear nor a finding.", {"Where", "What is missing", "What that means"});
  for (const Unseen& one : all) table.row({Cell::token_of(one.where), Cell::of(one.what), Cell::of(one.meaning)});
}

struct Place {
  const char* id;
  const char* name;
};

constexpr std::array kPlaces = {Place{"unseen", "What could not be seen"},
                                Place{"summary", "Summary"},
                                Place{"changes", "Since the last run"},
                                Place{"findings", "Findings"},
                                Place{"exempt", "Exempt"},
                                Place{"measures", "Measures"},
                                Place{"rules", "Rules"},
                                Place{"cannot-tell", "Cannot tell"},
                                Place{"sources", "Sources"},
                                Place{"verify", "How to check this report"}};

void contents(Html& html) {
  const auto nav = html.element("nav", {{"aria-label", "On this page"}});
  const auto list = html.element("ul");
  for (const Place& place : kPlaces) {
    const auto item = html.element("li");
    const auto link = html.link(Url::fragment(place.id));
    html.text(place.name);
  }
}

void closing(Html& html, const model::RunReport& report) {
  const auto footer = html.element("footer");
  html.leaf("p", "Tallystick " + report.tool_version + " · run " + report.summary.run + " · log entry " +
                     std::to_string(report.log_index) + " · Contains personal data.");
}

}  // namespace

void detail(Html& html, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  html.leaf("dt", name);
  html.leaf("dd", value);
}

void left_out(Html& html, std::size_t shown, std::size_t total, std::string_view of_what) {
  if (shown >= total) return;
  html.leaf("p",
            "This page shows " + grouped(shown) + " of " + grouped(total) + " " + std::string(of_what) +
                ". All of them are in the CSV and JSON reports (tallystick report --format csv).",
            {{"class", "left-out"}});
}

std::string render_html(const model::RunReport& report) {
  Html html;
  html.doctype();
  {
    const auto whole = html.element("html", {{"lang", "en"}});
    head(html, report);
    const auto body = html.element("body");
    opening(html, report);
    {
      const auto main = html.element("main");
      unseen_section(html, report);
      contents(html);
      summary_section(html, report);
      changes_section(html, report);
      findings_section(html, report);
      exempt_section(html, report);
      measures_section(html, report);
      rules_section(html, report);
      shadow_section(html, report);
      cannot_tell_section(html, report);
      sources_section(html, report);
      verify_section(html, report);
    }
    closing(html, report);
  }
  return html.str();
}

}  // namespace tally::report
