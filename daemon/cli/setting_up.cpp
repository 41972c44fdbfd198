#include "daemon/cli/setting_up.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "connectors/catalog/catalog.h"
#include "daemon/cli/exit_code.h"
#include "policy/base/utf8.h"
#include "policy/packs/shipped_pack.h"
#include "policy/rules/pack.h"

namespace tally::cli {
namespace {

constexpr std::size_t kMaxPackBytes = std::size_t{4} << 20;

base::Result<std::string> read_pack(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return base::system_failure("opening the pack " + path, errno);
  std::string text(kMaxPackBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxPackBytes) {
    return base::failure(base::ErrorKind::limit,
                         fmt::format("the pack {} is larger than {} bytes", path, kMaxPackBytes));
  }
  return text;
}

void append(base::Diagnostics& to, base::Diagnostics from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

void tell(const base::Diagnostics& diagnostics, Streams& io) {
  for (const base::Diagnostic& diagnostic : diagnostics) {
    fmt::print(io.err, "{}\n", base::displayable(base::to_string(diagnostic)));
  }
}

int fail(std::string_view command, const base::Error& error, Streams& io) {
  fmt::print(io.err, "tallystick {}: {}\n", command, base::displayable(error.message));
  switch (error.kind) {
    case base::ErrorKind::corrupt:
    case base::ErrorKind::untrusted: return kLogBroken;
    case base::ErrorKind::denied: return kDenied;
    case base::ErrorKind::malformed:
    case base::ErrorKind::not_found:
    case base::ErrorKind::conflict: return kUsage;
    default: return kNotEverythingSeen;
  }
}

std::optional<config::Config> load_config(const std::string& path, const std::string& state, Streams& io,
                                          config::Passwords passwords) {
  auto config = config::load(path, passwords);
  if (!config) {
    tell(config.error(), io);
    return std::nullopt;
  }
  if (!state.empty()) {
    // The key of a log lives beside it when the whole state is somewhere else.
    config->state = std::filesystem::absolute(state).lexically_normal().string();
    config->log_key = config->state + "/log.key";
  }
  return std::move(*config);
}

tl::expected<rules::RuleSet, base::Diagnostics> load_rules(const config::Config& config) {
  base::Diagnostics troubles;
  std::vector<rules::Pack> packs;
  const auto add = [&](std::string_view text, const std::string& file) {
    auto pack = rules::load_pack(text, file);
    if (pack) {
      packs.push_back(std::move(*pack));
    } else {
      append(troubles, std::move(pack.error()));
    }
  };
  if (config.shipped_rules) add(packs::shipped_pack(), std::string(packs::kShippedPackName));
  for (const std::string& path : config.packs) {
    const auto text = read_pack(path);
    if (text) {
      add(*text, path);
    } else {
      troubles.push_back({path, 0, 0, text.error().message, "packs in [rules] names files"});
    }
  }
  if (!troubles.empty()) return tl::unexpected(std::move(troubles));
  return rules::RuleSet::build(std::move(packs), config.overrides);
}

std::vector<std::unique_ptr<connectors::Source>> make_sources(config::Config& config) {
  std::vector<std::unique_ptr<connectors::Source>> sources;
  for (hr::CsvOptions& options : config.hr) sources.push_back(catalog::make_source(std::move(options)));
  for (config::DirectoryOptions& options : config.directories) {
    sources.push_back(std::visit([](auto& any) { return catalog::make_source(std::move(any)); }, options));
  }
  return sources;
}

std::string store_path(const std::string& state) { return state + "/store.db"; }
std::string log_path(const std::string& state) { return state + "/log"; }
std::string public_key_path(const std::string& state) { return state + "/log.pub"; }

base::Result<model::RunReport> newest_report(const std::string& state) {
  if (!std::filesystem::exists(store_path(state))) {
    return base::failure(
        base::ErrorKind::not_found,
        fmt::format("{} does not exist: run `tallystick audit` first, or `tallystick rebuild`", store_path(state)));
  }
  auto store = store::Store::open(store_path(state));
  if (!store) return tl::unexpected(store.error());
  auto report = store->report();
  if (!report) return tl::unexpected(report.error());
  if (!report->has_value())
    return base::failure(base::ErrorKind::not_found, "no audit has finished yet: run `tallystick audit`");
  auto key = read_line(public_key_path(state));
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

base::Result<void> write_file(const std::string& path, std::string_view bytes) {
  const std::string beside = fmt::format("{}.{}.tmp", path, ::getpid());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return base::system_failure("writing " + beside, errno);
  int error = 0;
  while (!bytes.empty() && error == 0) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) error = errno;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (error == 0 && ::fsync(descriptor) != 0) error = errno;
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(beside.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(beside.c_str());
  return base::system_failure("writing " + path, error);
}

}  // namespace tally::cli
