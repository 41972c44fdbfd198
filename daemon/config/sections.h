// The sections of the configuration and the settings in each. One function a section gives its table.
#pragma once

#include "daemon/config/config.h"
#include "daemon/config/field.h"

namespace tally::config {

/// [[directory]] as it is written: a server, an LDIF file or a collection, decided by which of `uri`, `ldif` and
/// `bloodhound` is there.
struct DirectorySection {
  directory::LdapOptions ldap;
  directory::LdifOptions file;
  std::string collection;  ///< path
  std::uint32_t employee_number_digits = 0;
  std::string password_file, password_credential;
};

/// The whole file, before directories become servers or files.
struct Document {
  Config config;
  std::vector<DirectorySection> directories;
};

const Fields<Document>& document_fields();
const Fields<hr::CsvOptions>& hr_fields();
const Fields<hr::ColumnMapping>& column_fields();
const Fields<DirectorySection>& directory_fields();
const Fields<directory::PrivilegedGroup>& privileged_group_fields();
const Fields<correlation::Settings>& correlation_fields();
const Fields<correlation::MatchRule>& match_fields();
const Fields<correlation::RegisteredAccount>& registered_fields();
const Fields<correlation::Persona>& persona_fields();
const Fields<correlation::Weights>& weight_fields();
const Fields<ServiceSettings>& service_fields();
const Fields<recorder::LogSettings>& log_fields();
const Fields<decisions::Retention>& retention_fields();

/// [rules] and [rules.<ID>]: `packs`, `shipped`, and a table of parameters for each rule. Not of fixed keys.
void read_rules(Document& document, const toml::node& node, const Context& context);

/// Checks that hold between settings of one section, reported at the section's place.
void check_hr(const hr::CsvOptions& options, const toml::node& at, const Context& context);
void check_directory(DirectorySection& section, const toml::node& at, const Context& context);
void check_log(const recorder::LogSettings& settings, const toml::node& at, const Context& context);
void check_retention(const decisions::Retention& settings, const toml::node& at, const Context& context);
void check_service(const ServiceSettings& settings, const toml::node& at, const Context& context);

/// The password from its file or from the systemd credential, into `section.ldap.password`. The file must not be
/// readable by others.
void read_password(DirectorySection& section, const toml::node& at, const Context& context);

}  // namespace tally::config
