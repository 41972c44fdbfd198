#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "daemon/report/charts.h"
#include "daemon/report/html_limits.h"
#include "daemon/report/html_writer.h"
#include "daemon/report/render.h"
#include "tests/unit/daemon/report/sample_run.h"

namespace tally::report {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::set<std::string> kVoid = {"meta", "br"};

/// An independent reader: every start tag has its end tag in the right order, every attribute is quoted, text has no
/// bare
/// "<". Returns what is wrong, or "".
std::string what_is_malformed(const std::string& page) {
  std::vector<std::string> open;
  std::size_t at = page.find('\n') + 1;
  while ((at = page.find('<', at)) != std::string::npos) {
    const bool closing = page[at + 1] == '/';
    std::size_t i = at + (closing ? 2 : 1);
    std::string name;
    while (i < page.size() && std::isalnum(static_cast<unsigned char>(page[i])) != 0) name += page[i++];
    if (name.empty()) return "a bare < near " + page.substr(at, 40);
    bool quoted = false;
    for (; i < page.size() && (quoted || page[i] != '>'); ++i) quoted ^= page[i] == '"';
    if (closing && (open.empty() || open.back() != name)) return "unexpected </" + name + ">";
    if (closing) open.pop_back();
    if (!closing && !kVoid.contains(name)) open.push_back(name);
    at = i;
    if (!closing && name == "style") at = page.find("</style>", at);
  }
  return open.empty() ? "" : "not closed: " + open.back();
}

TEST(HtmlWriter, EscapesTextAndAttributes) {
  Html html;
  {
    const auto p = html.element("p", {{"title", "a\"b'c<d>&"}});
    html.text("</script><b>O'Neil & \"Co\"");
  }
  EXPECT_EQ(html.str(),
            "<p title=\"a&quot;b&#39;c&lt;d&gt;&amp;\">&lt;/script&gt;&lt;b&gt;O&#39;Neil &amp; &quot;Co&quot;</p>");
}

TEST(HtmlWriter, MakesControlCharactersAndBidiOverridesVisible) {
  Html html;
  html.text(std::string("a\x01\x1b[31m\xE2\x80\xAEgpj.exe\xff", 18));
  EXPECT_EQ(html.str(), "a\\x01\\x1B[31m\\u{202E}gpj.exe\\xFF");
}

TEST(HtmlWriter, KeepsLineFeedsOnlyInLines) {
  Html html;
  html.lines("a\n<b>\r");
  EXPECT_EQ(html.str(), "a\n&lt;b&gt;\\x0D");
}

TEST(Url, IsAPlaceOnThePageOrAnHttpsAddressAndNothingElse) {
  EXPECT_EQ(Url::fragment("finding-0a").text(), "#finding-0a");
  EXPECT_EQ(Url::fragment("a b\"<\xC3\xA9").text(), "#a%20b%22%3C%C3%A9");
  EXPECT_TRUE(Url::parse("https://example.com/a?b=c#d"));
  for (const char* bad :
       {"javascript:alert(1)", "JavaScript:alert(1)", " https://x", "http://x", "//x", "data:text/html,x", "https://",
        "https://x\"onclick=", "https://x y", "https://x\n", "/relative", ""}) {
    EXPECT_FALSE(Url::parse(bad)) << bad;
  }
}

TEST(StackedBar, GivesEachSegmentItsShareAndItsWords) {
  Html html;
  stacked_bar(
      html, {.title = "T",
             .segments = {{"yes", "", 1, Shade::clear}, {"no", "", 0, Shade::low}, {"other", "", 1, Shade::violation}},
             .width = 102,
             .height = 10,
             .figures = false});
  // 102 wide less a gap of 2: 50 each; the empty segment is described but not drawn.
  EXPECT_THAT(html.str(), HasSubstr("<title>T</title><desc>yes 1, no 0, other 1.</desc>"));
  EXPECT_THAT(html.str(), HasSubstr("x=\"0\" y=\"0\" width=\"50\""));
  EXPECT_THAT(html.str(), HasSubstr("x=\"52\" y=\"0\" width=\"50\""));
  EXPECT_THAT(html.str(), Not(HasSubstr("no: 0")));
}

TEST(StackedBar, IsAnEmptyFrameWhenThereIsNothing) {
  Html html;
  stacked_bar(html, {.title = "T", .segments = {{"a", "", 0, Shade::low}}});
  EXPECT_THAT(html.str(), HasSubstr("class=\"frame\""));
}

TEST(Sparkline, DrawsAPointForEveryRunEvenWhenAllAreZero) {
  Html html;
  sparkline(html, {.title = "T", .values = {0, 0, 0}, .labels = {"a", "b", "c"}});
  EXPECT_THAT(html.str(), HasSubstr("From 0 (a) to 0 (c)."));
  EXPECT_THAT(html.str(), Not(HasSubstr("nan")));
}

TEST(HtmlReport, IsWellFormed) {
  EXPECT_EQ(what_is_malformed(render_html(sample::all_clear())), "");
  EXPECT_EQ(what_is_malformed(render_html(sample::troubled())), "");
  EXPECT_EQ(what_is_malformed(render_html(model::RunReport{})), "");
}

TEST(HtmlReport, OpensWithTheSentenceThenWhatCouldNotBeSeen) {
  const std::string page = render_html(sample::troubled());
  const std::size_t sentence = page.find("<h1>2 leavers can still sign in; 1 account belongs to nobody;");
  const std::size_t missing = page.find("no connection to ldaps://dc1.example.com within 10 s");
  ASSERT_NE(sentence, std::string::npos);
  EXPECT_LT(sentence, missing);
  EXPECT_LT(missing, page.find("id=\"summary\""));
}

TEST(HtmlReport, ShowsEverythingBehindAFinding) {
  const std::string page = render_html(sample::troubled());
  for (const char* part :
       {"Helpdesk", "account.enabled", "no pwdAccountLockedTime", "2026-04-02 06:00:00 UTC",
        "NIST AC-2(3) · PCI DSS 8.2.5", "<code>dn: uid=adoe,ou=people,dc=example,dc=com\nchangetype: modify</code>",
        "the account is disabled", "31.02.2026", "not a date; the last day is unknown",
        "audit.example.com/hostA+9e67eb4c+AQOhB7/zzhC", "tallystick verify LOG --key &#39;audit.example.com/hostA+",
        "openssl pkeyutl -verify"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_THAT(page, HasSubstr("id=\"finding-" + model::fingerprint_of("LVR-001", "account/corp-ldap/adoe") + "\""));
}

TEST(HtmlReport, NeedsNothingFromOutsideAndHasNoScript) {
  const std::string page = render_html(sample::troubled());
  for (const char* bad : {"<script", " src=", "url(", "@import", "<link", "<img", "<iframe",
                          "javascript:", " style=", "href=\"http", " onclick"}) {
    EXPECT_THAT(page, Not(HasSubstr(bad)));
  }
  EXPECT_THAT(page, HasSubstr("default-src &#39;none&#39;; style-src &#39;sha256-"));
}

TEST(HtmlReport, ShowsHostileDataAsText) {
  const std::string evil = "</code></td></script><script>alert(1)</script>\" onmouseover='x' \xE2\x80\xAE\x1b[2J";
  model::RunReport report = sample::troubled();
  report.organisation = report.summary.run = report.log_key = report.log_origin = report.tool_version = evil;
  for (model::FindingRecord& record : report.open) {
    model::Finding& f = record.finding;
    f.fingerprint = f.rule = f.title = f.what = f.fix = f.subject.label = f.subject.dn = f.subject.person_name = evil;
    f.path = f.controls = {evil, "javascript:alert(1)"};
    f.evidence = {{evil, evil, evil, evil, {}}};
    record.note = evil;
  }
  report.sources[0].name = report.sources[0].location = report.sources[0].query = evil;
  report.sources[0].notes = {evil};
  report.sources[0].coverage.rejects = {{1, evil, evil, evil, true}};
  report.cannot_tell = {{evil, evil, 3, {sample::account(evil)}}};
  const std::string page = render_html(report);
  EXPECT_EQ(what_is_malformed(page), "");
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(page, Not(HasSubstr("\" onmouseover")));
  EXPECT_THAT(page, Not(HasSubstr("href=\"javascript")));
}

TEST(HtmlReport, SaysWhatALargeRunLeavesOutOfThePage) {
  model::RunReport report = sample::all_clear();
  for (std::size_t i = 0; i < kMaxFindingsPerRule + 3; ++i) {
    report.open.push_back(
        sample::finding("LVR-001", model::Severity::critical, sample::account("u" + std::to_string(i)), "works"));
  }
  report.open.push_back(sample::finding("ORP-001", model::Severity::high, sample::account("last"), "nobody's"));
  sample::tie_out(report);
  const std::string page = render_html(report);
  EXPECT_THAT(page, HasSubstr("This page shows 500 of 503 findings of this rule. All of them are in the CSV and JSON"));
  EXPECT_THAT(page, HasSubstr("This page shows 501 of 504 findings."));
  EXPECT_THAT(page, HasSubstr("nobody&#39;s"));  // one noisy rule does not push out another
  EXPECT_THAT(page, HasSubstr("503 leavers can still sign in"));
}

}  // namespace
}  // namespace tally::report
