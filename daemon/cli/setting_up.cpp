#include "daemon/cli/setting_up.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "daemon/config/apply.h"
#include "daemon/control/exit_code.h"
#include "daemon/pipeline/state_folder.h"
#include "policy/base/utf8.h"

namespace tally::cli {
void tell(const base::Diagnostics& diagnostics, Streams& io) {
  for (const base::Diagnostic& diagnostic : diagnostics) {
    fmt::print(io.err, "{}\n", base::displayable(base::to_string(diagnostic)));
  }
}

int fail(std::string_view command, const base::Error& error, Streams& io) {
  fmt::print(io.err, "tallystick {}: {}\n", command, base::displayable(error.message));
  return control::exit_code(error.kind);
}

std::optional<config::Config> load_config(const std::string& path, const std::string& state, Streams& io,
                                          config::Passwords passwords) {
  auto config = config::load(path, passwords);
  if (!config) {
    tell(config.error(), io);
    return std::nullopt;
  }
  if (!state.empty()) config::use_state(*config, state);
  return std::move(*config);
}

base::Result<model::RunReport> newest_report(const std::string& state) {
  if (!std::filesystem::exists(pipeline::store_path(state))) {
    return base::failure(base::ErrorKind::not_found,
                         fmt::format("{} does not exist: run `tallystick audit` first, or `tallystick rebuild`",
                                     pipeline::store_path(state)));
  }
  auto store = store::Store::open(pipeline::store_path(state));
  if (!store) return tl::unexpected(store.error());
  auto report = store->report();
  if (!report) return tl::unexpected(report.error());
  if (!report->has_value())
    return base::failure(base::ErrorKind::not_found, "no audit has finished yet: run `tallystick audit`");
  auto key = read_line(pipeline::public_key_path(state));
  if (!key) return tl::unexpected(key.error());
  (*report)->log_key = std::move(*key);
  return std::move(**report);
}

base::Result<std::string> read_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line)) return base::system_failure("reading " + path, errno == 0 ? ENOENT : errno);
  return line;
}

}  // namespace tally::cli
