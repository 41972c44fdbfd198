#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
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
              if (context.read_passwords) read_password(document.directories[i], (*list)[i], context);
            }
          }};
}

/// A server or a file, as the section says.
DirectoryOptions settled(DirectorySection&& section) {
  if (!section.collection.empty()) {
    bloodhound::Options out;
    out.profile = std::move(section.ldap.profile);
    out.path = std::move(section.collection);
    out.exported_at = section.file.exported_at;
    out.max_age = section.file.max_age;
    out.employee_number_digits = section.employee_number_digits;
    return out;
  }
  if (section.file.path.empty()) return std::move(section.ldap);
  section.file.profile = std::move(section.ldap.profile);
  return std::move(section.file);
}

/// Whoever systemd gives no credentials, a command typed by the administrator, uses the file.
void use_key_credential(Config& config) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || config.log_key_credential.empty()) return;
  config.log_key = std::string(folder) + "/" + config.log_key_credential;
}

Form<Document> service_section() {
  return {"table [service]", [](Document& document, const toml::node& node, const Context& context) {
            form::section(&Config::service, service_fields(), "[service]").read(document.config, node, context);
            if (node.is_table()) check_service(document.config.service, node, context);
          }};
}

Form<Document> log_section() {
  return {"table [log]", [](Document& document, const toml::node& node, const Context& context) {
            form::section(&Config::log, log_fields(), "[log]").read(document.config, node, context);
            if (node.is_table()) check_log(document.config.log, node, context);
          }};
}

Form<Document> retention_section() {
  return {"table [retention]", [](Document& document, const toml::node& node, const Context& context) {
            form::section(&Config::retention, retention_fields(), "[retention]").read(document.config, node, context);
            check_retention(document.config.retention, node, context);
          }};
}

constexpr std::size_t kMaxNameBytes = 64;
/// A year of daily runs, and more.
constexpr std::int64_t kMostSnapshots = 1000;

/// Names key reports, history and the subjects of findings ("account/<source>/…"): each once, short, on one line.
void check_name(const toml::node& node, const std::string& name, std::set<std::string>& names, const Context& context) {
  const bool odd =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F || c == '/'; });
  if (odd || name.size() > kMaxNameBytes) {
    context.trouble(node, "not a name of a source", "at most 64 bytes, without / and control characters");
  }
  if (!name.empty() && !names.insert(name).second) {
    context.trouble(node, "two sources are called \"" + name + "\"", "give each its own name");
  }
}

/// The names of all sources, checked.
std::set<std::string> check_names(const toml::table& table, const Context& context) {
  std::set<std::string> names;
  for (const char* section : {"hr", "directory"}) {
    const auto* list = table[section].as_array();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      const auto* source = (*list)[i].as_table();
      const auto* name = source == nullptr ? nullptr : source->get_as<std::string>("name");
      if (name != nullptr) check_name(*name, name->get(), names, context);
    }
    if (list != nullptr && list->empty()) context.trouble(*list, "no [[" + std::string(section) + "]] section");
  }
  return names;
}

/// A register or a persona that speaks of a directory nobody reads means nothing.
void check_sources(const toml::table& table, const char* section, const std::set<std::string>& names,
                   const Context& context) {
  const auto* list = table["correlation"][section].as_array();
  const std::vector<std::string_view> known(names.begin(), names.end());
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* entry = (*list)[i].as_table();
    const auto* source = entry == nullptr ? nullptr : entry->get_as<std::string>("source");
    if (source == nullptr || source->get().empty() || names.contains(source->get())) continue;
    const std::string_view near = base::nearest_word(source->get(), known);
    context.trouble(*source, "no source is called \"" + source->get() + "\"",
                    near.empty() ? std::string() : "did you mean \"" + std::string(near) + "\"?");
  }
}

void check_personas(const toml::table& table, const Context& context) {
  const auto* list = table["correlation"]["persona"].as_array();
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto* entry = (*list)[i].as_table();
    if (entry == nullptr) continue;
    const std::string kind = entry->get("kind") == nullptr ? "" : entry->get("kind")->value_or(std::string());
    for (const char* ours : {"primary", "further", "non-human", "built-in", "nobody"}) {
      if (kind == ours)
        context.trouble(*entry->get("kind"), "\"" + kind + "\" is what accounts without a persona are",
                        "\"admin\", \"test\" or another word");
    }
    const bool told = entry->contains("prefix") || entry->contains("suffix") || entry->contains("pattern") ||
                      entry->contains("under");
    if (!told)
      context.trouble(*entry, "every account would be this persona", "give it a prefix, suffix, pattern or under");
  }
}

/// Either this process signs, or it asks one that does.
void check_log_key(const Config& config, const toml::table& table, const Context& context) {
  if (!config.log_key.empty() || !config.log.signer.empty()) return;
  const auto* written = table.get("log_key");
  context.trouble(written != nullptr ? *written : static_cast<const toml::node&>(table),
                  written != nullptr ? "\"log_key\" is empty" : "the configuration lacks the setting \"log_key\"",
                  "File of the log's private key, made by `tallystick keygen`.");
}

void by_place(base::Diagnostics& troubles) {
  std::stable_sort(troubles.begin(), troubles.end(), [](const base::Diagnostic& a, const base::Diagnostic& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
}

}  // namespace

const Fields<Document>& document_fields() {
  using D = Document;
  static const Fields<D> fields = {
      {"organisation", form::in(&D::config, form::text(&Config::organisation)), "",
       "Name of the company, for the head of reports."},
      {"state", form::in(&D::config, form::path(&Config::state)), "required",
       "Folder of the signed log, its private state and the store. Created when missing."},
      {"log_key", form::in(&D::config, form::path(&Config::log_key)), "required, but with a signer",
       "File of the log's private key, made by `tallystick keygen`."},
      {"log_key_credential", form::in(&D::config, form::text(&Config::log_key_credential)), "",
       "Name of the systemd credential with the same key, for the service; used instead of `log_key` where systemd "
       "hands over credentials."},
      {"keep_snapshots", form::in(&D::config, form::whole_number(&Config::keep_snapshots, 0, kMostSnapshots)), "10",
       "Of so many of the newest runs everything is kept that their verdicts depended on, for `tallystick replay` and "
       "`tallystick policy try`: personal data, about 60 bytes an account and run. 0: none."},
      {"hr", hr_sections(), "required", "HR feeds: [[hr]]."},
      {"directory", directory_sections(), "required", "Directories: [[directory]]."},
      {"correlation", form::in(&D::config, form::section(&Config::correlation, correlation_fields(), "[correlation]")),
       "", "How accounts find their people: [correlation]."},
      {"log", log_section(), "", "How the log is signed: [log]."},
      {"service", service_section(), "", "When the service audits, and who may ask it: [service]."},
      {"retention", retention_section(), "",
       "How long personal values, kept runs and entries are kept, as lengths of time such as \"730d\": [retention]. "
       "Applied as "
       "each audit begins."},
      {"rules",
       {"table [rules]", read_rules},
       "",
       "Packs and parameters: packs is a list of files, shipped = false leaves out the rules that come with "
       "Tallystick, [rules.<rule id>] sets the parameters of a rule (also enabled and severity)."}};
  return fields;
}

tl::expected<Config, base::Diagnostics> parse(std::string_view text, const std::string& path, Passwords passwords) {
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
  const Context context{&path, folder, &troubles, passwords == Passwords::read};
  Document document;
  document.config.file = path;
  document.config.digest = base::sha256(text);
  document.config.text = text;
  read_section(table, document_fields(), "the configuration", document, context);
  use_key_credential(document.config);
  document.config.log.prune_after = document.config.retention.entries;
  for (DirectorySection& section : document.directories) {
    document.config.directories.push_back(settled(std::move(section)));
  }
  const std::set<std::string> names = check_names(table, context);
  check_sources(table, "registered", names, context);
  check_sources(table, "persona", names, context);
  check_personas(table, context);
  check_log_key(document.config, table, context);
  by_place(troubles);
  if (!troubles.empty()) return tl::unexpected(std::move(troubles));
  return std::move(document.config);
}

tl::expected<Config, base::Diagnostics> load(const std::string& path, Passwords passwords) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  if (code) return tl::unexpected(one(path, fmt::format("cannot read the configuration: {}", code.message())));
  if (size > kMaxBytes) return tl::unexpected(one(path, fmt::format("larger than {} bytes", kMaxBytes)));
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return tl::unexpected(one(path, fmt::format("cannot read the configuration: {}", std::strerror(errno))));
  return parse(text.str(), path, passwords);
}

}  // namespace tally::config
