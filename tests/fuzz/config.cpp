// A hostile configuration: refused with places inside the text, or read completely; and a comment changes nothing.
#include <set>
#include <string>

#include "daemon/config/config.h"
#include "policy/base/assert.h"
#include "tests/fuzz/diagnostic_check.h"

namespace tally::config {
namespace {

constexpr const char* kPath = "/etc/tallystick/tallystick.toml";

const directory::ProfileOptions& profile_of(const DirectoryOptions& options) {
  return std::visit([](const auto& one) -> const directory::ProfileOptions& { return one.profile; }, options);
}

void check_config(const Config& config, std::string_view text) {
  TALLY_ASSERT(config.file == kPath && config.digest == base::sha256(text));
  TALLY_ASSERT(!config.state.empty() && !config.log_key.empty() && !config.hr.empty() && !config.directories.empty());
  std::set<std::string> names;
  for (const hr::CsvOptions& hr : config.hr) {
    TALLY_ASSERT(names.insert(hr.name).second && !hr.path.empty() && !hr.columns.employee_id.empty());
  }
  for (const DirectoryOptions& options : config.directories) {
    const directory::ProfileOptions& profile = profile_of(options);
    TALLY_ASSERT(names.insert(profile.name).second && !profile.bases.empty());
    const auto* server = std::get_if<directory::LdapOptions>(&options);
    if (server == nullptr) continue;
    TALLY_ASSERT(server->password.empty());
    TALLY_ASSERT(server->connect_deadline.count() > 0 && server->request_deadline.count() > 0);
    TALLY_ASSERT(server->total_deadline.count() > 0);
  }
  TALLY_ASSERT(!names.contains(""));
}

}  // namespace
}  // namespace tally::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = config::parse(text, config::kPath, config::Passwords::leave);
  const auto commented = config::parse(text + "\n# the end\n", config::kPath, config::Passwords::leave);
  if (config) {
    config::check_config(*config, text);
    TALLY_ASSERT(commented);
  } else {
    fuzz::check_diagnostics(config.error(), config::kPath, text);
  }
  return 0;
}
