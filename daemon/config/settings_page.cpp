#include <fmt/format.h>

#include "daemon/config/sections.h"

namespace tally::config {
namespace {

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string section_page(std::string_view title, const std::vector<Described>& rows) {
  std::string out = fmt::format("\n## {}\n\n| setting | form | default | meaning |\n|---|---|---|---|\n", title);
  for (const Described& row : rows) {
    out += fmt::format("| `{}` | {} | {} | {} |\n", row.key, cell(row.words), cell(row.otherwise), cell(row.meaning));
  }
  return out;
}

}  // namespace

std::string settings_page() {
  std::string out =
      "# Settings\n\n"
      "One TOML file. An unknown setting is an error with a suggestion; `tallystick check-config` reports everything "
      "that\n"
      "is wrong with file, line and column. Relative paths count from the file's folder. Passwords are never in the "
      "file.\n"
      "This page is made from the same tables that the parser reads, and a test keeps it fresh.\n";
  out += section_page("The file", describe(document_fields()));
  out += section_page("[[hr]]", describe(hr_fields()));
  out += section_page("[hr.columns]", describe(column_fields()));
  out += section_page("[[directory]]", describe(directory_fields()));
  out += section_page("privileged_groups", describe(privileged_group_fields()));
  out += section_page("[correlation]", describe(correlation_fields()));
  out += section_page("[[correlation.match]]", describe(match_fields()));
  out += section_page("[[correlation.registered]]", describe(registered_fields()));
  out += section_page("[[correlation.persona]]", describe(persona_fields()));
  out += section_page("[correlation.weights]", describe(weight_fields()));
  out += section_page("[log]", describe(log_fields()));
  out += section_page("[service]", describe(service_fields()));
  out += section_page("[retention]", describe(retention_fields()));
  return out;
}

}  // namespace tally::config
