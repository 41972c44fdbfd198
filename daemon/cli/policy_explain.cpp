// tallystick policy explain: one rule as a page, for whoever has to defend it.
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <ostream>

#include "daemon/cli/command.h"
#include "daemon/cli/options.h"
#include "daemon/cli/rules_in_force.h"
#include "daemon/cli/terminal.h"
#include "daemon/control/exit_code.h"
#include "daemon/report/terminal_text.h"
#include "policy/base/diagnostic.h"
#include "policy/rules/catalogue.h"
#include "policy/rules/parameter.h"

namespace tally::cli {
namespace {

using rules::ActiveRule;

/// A page that grows by headings, paragraphs and lines that stay as they are.
class Page {
 public:
  explicit Page(report::TerminalStyle style) : style_(style) {}

  void heading(std::string_view words) { out_ += "\n" + report::painted(words, "1", style_.colour) + "\n"; }
  void text(std::string_view words, std::size_t indent = 2) { report::paragraph(out_, words, style_.width, indent); }
  void lines(std::string_view words) {
    while (!words.empty()) {
      const std::size_t end = std::min(words.find('\n'), words.size());
      text(words.substr(0, end), 4);
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }
  [[nodiscard]] const std::string& str() const { return out_; }

 private:
  report::TerminalStyle style_;
  std::string out_;
};

std::string without_blank_ends(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \n");
  return begin == std::string_view::npos ? std::string()
                                         : std::string(text.substr(begin, text.find_last_not_of(" \n") - begin + 1));
}

/// The expression with the values in force in the place of its parameters' names.
std::string with_values(const ActiveRule& active) {
  std::string text = without_blank_ends(active.rule.when.text);
  // Longest names first: "params.max" must not eat the beginning of "params.max_age".
  std::vector<std::pair<std::string, cel::Value>> parameters(active.parameters.begin(), active.parameters.end());
  std::sort(parameters.begin(), parameters.end(),
            [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  for (const auto& [name, value] : parameters) {
    const std::string written = "params." + name, shown = rules::to_text(value);
    for (std::size_t at = text.find(written); at != std::string::npos; at = text.find(written, at + shown.size())) {
      text.replace(at, written.size(), shown);
    }
  }
  return text;
}

void what(Page& page, const ActiveRule& active) {
  const rules::Rule& rule = active.rule;
  page.text(fmt::format("{}  {}", rule.id, rule.title), 0);
  page.text(fmt::format("{}, {}, asked about every {}", to_string(rule.state), to_string(rule.severity),
                        to_string(rule.about)),
            0);
  page.heading("What it protects from");
  page.text(rule.protects_from);
  if (!rule.rationale.empty()) page.text(rule.rationale);
  page.heading("It is violated when this is true");
  page.lines(without_blank_ends(rule.when.text));
  if (!active.parameters.empty()) {
    page.text("that is, with the values in force:");
    page.lines(with_values(active));
  }
  for (const auto& [severity, expression] : rule.severity_when) {
    page.text(fmt::format("Its severity is {} where this is true: {}", to_string(severity),
                          without_blank_ends(expression.text)));
  }
}

void facts(Page& page, const ActiveRule& active) {
  page.heading("The facts");
  std::vector<std::string> names = active.facts;
  names.insert(names.end(), active.rule.evidence.begin(), active.rule.evidence.end());
  for (const std::string& name : names) {
    const rules::FactInfo* info = rules::find_fact(name);
    if (info == nullptr) continue;
    page.text(fmt::format("{} ({})", name, info->type.name()));
    page.text(info->meaning, 6);
  }
  if (active.rule.needs.empty()) return;
  page.heading("The facts that nobody reads yet, which is why it is a draft");
  for (const auto& [name, need] : active.rule.needs) {
    page.text(fmt::format("{} ({})", name, need.type.name()));
    page.text(need.about, 6);
    page.text("from " + need.from, 6);
  }
}

void settings(Page& page, const ActiveRule& active) {
  if (active.parameters.empty()) return;
  page.heading(fmt::format("What a site may set, in [rules.{}]", active.rule.id));
  for (const auto& [name, value] : active.parameters) {
    const rules::Parameter& parameter = active.rule.parameters.at(name);
    const std::string now = rules::to_text(value), shipped = rules::to_text(parameter.value);
    page.text(fmt::format("{} = {}{}{}", name, now, parameter.unit.empty() ? "" : " " + parameter.unit,
                          now == shipped ? "" : fmt::format(" (the default is {})", shipped)));
    page.text(parameter.about, 6);
  }
}

void remedy(Page& page, const rules::Rule& rule) {
  page.heading("What to do");
  page.text(rule.fix.text());
  for (const rules::Command& command : rule.commands) {
    page.text(fmt::format("{}, with {}:", command.directory, command.tool));
    page.lines(command.text.text());
  }
  page.heading("Controls");
  for (const std::string& control : rule.controls) page.text(control);
}

void examples(Page& page, const rules::Rule& rule) {
  page.heading("Examples");
  for (const rules::Example& example : rule.examples) {
    page.text(fmt::format("{}: {}", to_string(example.expect), example.name));
  }
  if (!rule.always_tells.empty()) page.text("It can always be told: " + rule.always_tells);
}

}  // namespace

int policy_explain(const std::vector<std::string>& arguments, Streams& io) {
  Options options("policy explain", "RULE");
  options.word("rule", "its id, such as LVR-001")
      .text("config", "FILE", "the configuration whose packs and settings count");
  if (const auto stop = options.parse(arguments, io)) return *stop;
  const auto in_force = rules_in_force(options.get("config"), io);
  if (!in_force) return control::kUsage;
  const std::string id = options.get("rule");
  const ActiveRule* found = nullptr;
  std::vector<std::string_view> ids;
  for (const auto list : {in_force->rules.rules(), in_force->rules.drafts()}) {
    for (const ActiveRule& rule : list) {
      ids.push_back(rule.rule.id);
      if (rule.rule.id == id) found = &rule;
    }
  }
  if (found == nullptr) {
    const std::string_view near = base::nearest_word(id, ids);
    fmt::print(io.err, "tallystick policy explain: there is no rule {}{}\n", id,
               near.empty() ? std::string("; `tallystick policy list` names them")
                            : fmt::format("; did you mean \"{}\"?", near));
    return control::kUsage;
  }
  Page page(output_style());
  what(page, *found);
  facts(page, *found);
  settings(page, *found);
  remedy(page, found->rule);
  examples(page, found->rule);
  fmt::print(io.out, "{}", page.str());
  return control::kNothingFound;
}

}  // namespace tally::cli
