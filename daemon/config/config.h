// Config: one TOML file, read completely or refused with everything that is wrong in it.
//
//   tl::expected<Config, base::Diagnostics> config = load("/etc/tallystick/tallystick.toml");
//
// Every setting is a row of one of the tables in section_*.cpp: key, form, default, meaning, where it goes. The parser,
// the suggestions, `tallystick check-config` and docs/settings.md all come from those rows.
// Passwords are never in the file: a setting names the file or the systemd credential that holds one.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "connectors/bloodhound/options.h"
#include "connectors/directory/options.h"
#include "connectors/hr/options.h"
#include "daemon/recorder/log_settings.h"
#include "policy/base/diagnostic.h"
#include "policy/base/digest.h"
#include "policy/base/time.h"
#include "policy/correlation/correlation.h"
#include "policy/decisions/retention.h"
#include "policy/rules/rule_set.h"

namespace tally::config {

using DirectoryOptions = std::variant<directory::LdapOptions, directory::LdifOptions, bloodhound::Options>;

/// [service]: when the service audits, and who may ask it for what.
struct ServiceSettings {
  std::vector<std::chrono::minutes> times;  ///< since midnight
  std::uint8_t weekdays = 0x7F;             ///< bit 0: Monday … bit 6: Sunday
  base::Zone zone = nullptr;                ///< nullptr: UTC
  std::chrono::milliseconds interval{0};    ///< instead of times; 0: none
  bool catch_up = true;
  std::string socket = std::string(kDefaultSocket);
  std::string operators, hr;    ///< names of groups; empty: none
  std::string allowed_signers;  ///< file of those who may sign a run off; empty: nobody may

  static constexpr std::string_view kDefaultSocket = "/run/tallystick/control.sock";
};

struct Config {
  std::string file;
  std::string text;  ///< as it is written: kept beside a run's snapshot, so that the run can be asked again
  std::string organisation;
  std::string state;    ///< folder of the log, its private state and the store; created when missing
  std::string log_key;  ///< file of the log's private key (`tallystick keygen`), from a credential when there is one
  std::string log_key_credential;
  std::vector<hr::CsvOptions> hr;
  std::vector<DirectoryOptions> directories;
  correlation::Settings correlation;
  std::vector<std::string> packs;  ///< files beside the shipped pack
  bool shipped_rules = true;
  std::vector<rules::Override> overrides;
  std::uint64_t keep_snapshots = 10;  ///< of the newest runs
  recorder::LogSettings log{.epochs = 87'600};
  ServiceSettings service;
  decisions::Retention retention;
  base::Digest digest;  ///< of the file's bytes: recorded with every run
};

/// Whether passwords are read from their files: whoever only looks at reports neither needs nor may have them.
enum class Passwords : std::uint8_t { read, leave };

/// Reads the file and everything it names (passwords), relative paths counting from the file's folder.
/// Reports all mistakes at once. Limits: kMaxBytes.
tl::expected<Config, base::Diagnostics> load(const std::string& path, Passwords passwords = Passwords::read);
/// The same for text that is already in memory; passwords are still read from their files.
tl::expected<Config, base::Diagnostics> parse(std::string_view text, const std::string& path,
                                              Passwords passwords = Passwords::read);

/// All settings as a page for docs/settings.md.
std::string settings_page();

inline constexpr std::size_t kMaxBytes = std::size_t{16} << 20;

}  // namespace tally::config
