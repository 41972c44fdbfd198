#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "daemon/config/config.h"
#include "daemon/config/form.h"
#include "daemon/config/sections.h"

namespace tally::config {
namespace {

base::Diagnostics one(const std::string& file, std::string message, std::string hint = {}) {
  return {{file, 0, 0, std::move(message), std::move(hint)}};
}

Form<Document> hr_sections() {
  return {"list of [[hr]]", [](Document& document, const toml::node& node, const Context& context) {
            form::sections(&Config::hr, hr_fields(), "[[hr]]").read(document.config, node, context);
            const auto* list = node.as_array();
            for (std::size_t i = 0; i < document.config.hr.size(); ++i)
              check_hr(document.config.hr[i], (*list)[i], context);
          }};
}

Form<Document> directory_sections() {
  return {"list of [[directory]]", [](Document& document, const toml::node& node, const Context& context) {
            form::sections(&Document::directories, directory_fields(), "[[directory]]").read(document, node, context);
            const auto* list = node.as_array();
            for (std::size_t i = 0; i < document.directories.size(); ++i) {
              check_directory(document.directories[i], (*list)[i], context);
              read_password(document.directories[i], (*list)[i], context);
            }
          }};
}

/// A server or a file, as the section says.
DirectoryOptions settled(DirectorySection&& section) {
  if (section.file.path.empty()) return std::move(section.ldap);
  section.file.profile = std::move(section.ldap.profile);
  return std::move(section.file);
}

const std::string& name_of(const DirectoryOptions& options) {
  return std::visit([](const auto& any) -> const std::string& { return any.profile.name; }, options);
}

/// Names key reports and history: each once.
void check_names(const Config& config, base::Diagnostics& troubles) {
  std::set<std::string> names;
  const auto check = [&](const std::string& name) {
    if (!names.insert(name).second)
      troubles.push_back({config.file, 0, 0, "two sources are called \"" + name + "\"", "give each its own name"});
  };
  for (const hr::CsvOptions& hr : config.hr) check(hr.name);
  for (const DirectoryOptions& directory : config.directories) check(name_of(directory));
  if (config.hr.empty()) troubles.push_back({config.file, 0, 0, "no HR source", "add an [[hr]] section"});
  if (config.directories.empty())
    troubles.push_back({config.file, 0, 0, "no directory", "add a [[directory]] section"});
}

}  // namespace

const Fields<Document>& document_fields() {
  using D = Document;
  static const Fields<D> fields = {
      {"organisation", form::in(&D::config, form::text(&Config::organisation)), "",
       "Name of the company, for the head of reports."},
      {"state", form::in(&D::config, form::path(&Config::state)), "required",
       "Folder of the signed log, its private state and the store. Created when missing."},
      {"log_key", form::in(&D::config, form::path(&Config::log_key)), "required",
       "File of the log's private key, made by `tallystick keygen`."},
      {"hr", hr_sections(), "required", "HR feeds: [[hr]]."},
      {"directory", directory_sections(), "required", "Directories: [[directory]]."},
      {"correlation", form::in(&D::config, form::section(&Config::correlation, correlation_fields(), "[correlation]")),
       "", "How accounts find their people: [correlation]."},
      {"rules",
       {"table [rules]", read_rules},
       "",
       "Packs and parameters: packs is a list of files, shipped = false leaves out the rules that come with "
       "Tallystick, [rules.<rule id>] sets the parameters of a rule (also enabled and severity)."}};
  return fields;
}

tl::expected<Config, base::Diagnostics> parse(std::string_view text, const std::string& path) {
  toml::table table;
  try {
    table = toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return tl::unexpected(base::Diagnostics{{path, static_cast<int>(at.line), static_cast<int>(at.column),
                                             std::string(error.description()), "TOML 1.0 is expected"}});
  }
  base::Diagnostics troubles;
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  const Context context{&path, folder, &troubles};
  Document document;
  document.config.file = path;
  document.config.digest = base::sha256(text);
  read_section(table, document_fields(), "the configuration", document, context);
  for (DirectorySection& section : document.directories) {
    document.config.directories.push_back(settled(std::move(section)));
  }
  if (troubles.empty()) check_names(document.config, troubles);
  for (base::Diagnostic& trouble : correlation::check(document.config.correlation)) {
    trouble.file = path;
    troubles.push_back(std::move(trouble));
  }
  if (!troubles.empty()) return tl::unexpected(std::move(troubles));
  return std::move(document.config);
}

tl::expected<Config, base::Diagnostics> load(const std::string& path) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  if (code) return tl::unexpected(one(path, fmt::format("cannot read the configuration: {}", code.message())));
  if (size > kMaxBytes) return tl::unexpected(one(path, fmt::format("larger than {} bytes", kMaxBytes)));
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return tl::unexpected(one(path, fmt::format("cannot read the configuration: {}", std::strerror(errno))));
  return parse(text.str(), path);
}

}  // namespace tally::config
