#include "daemon/config/apply.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "connectors/catalog/catalog.h"
#include "policy/packs/shipped_packs.h"
#include "policy/rules/pack.h"

namespace tally::config {
namespace {

constexpr std::size_t kMaxPackBytes = std::size_t{4} << 20;

void append(base::Diagnostics& to, base::Diagnostics from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// Of groups that packs call privileged an Active Directory is asked who may change them.
void watch_groups(Config& config, const rules::RuleSet& rules) {
  std::vector<std::string> watched;
  for (const model::PrivilegedTarget& target : rules.privileged_groups()) {
    const model::GroupChoice& groups = target.groups;
    if (!groups.name.empty())
      watched.push_back(groups.name);
    else if (!groups.sid.empty())
      watched.push_back(groups.sid);
    else if (groups.rid)
      watched.push_back(fmt::format("-{}", *groups.rid));
  }
  for (auto& options : config.directories) {
    std::visit([&](auto& any) { any.profile.watched_groups = watched; }, options);
  }
}

/// The name of a source as that of a file: letters, digits, - and _ stay, all else becomes %XX.
std::string file_name(std::string_view source) {
  std::string out;
  for (const char c : source) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

void place_replicas(Config& config) {
  for (DirectoryOptions& options : config.directories) {
    auto* server = std::get_if<directory::LdapOptions>(&options);
    if (server != nullptr && server->changes)
      server->replica = config.state + "/replicas/" + file_name(server->profile.name) + ".tsr";
  }
}

/// In the order of the configuration, which gives its options away.
std::vector<std::unique_ptr<connectors::Source>> make_sources(Config& config) {
  std::vector<std::unique_ptr<connectors::Source>> sources;
  for (hr::CsvOptions& options : config.hr) sources.push_back(catalog::make_source(std::move(options)));
  for (DirectoryOptions& options : config.directories) {
    sources.push_back(std::visit([](auto& any) { return catalog::make_source(std::move(any)); }, options));
  }
  return sources;
}

}  // namespace

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

void use_state(Config& config, const std::string& state) {
  config.state = std::filesystem::absolute(state).lexically_normal().string();
  config.log_key = config.state + "/log.key";
}

tl::expected<std::vector<rules::PackText>, base::Diagnostics> read_packs(const Config& config) {
  base::Diagnostics troubles;
  std::vector<rules::PackText> packs;
  if (config.shipped_rules) {
    for (const packs::ShippedPack& shipped : packs::shipped_packs()) {
      packs.push_back({std::string(shipped.name), std::string(shipped.text)});
    }
  }
  for (const std::string& path : config.packs) {
    auto text = read_pack(path);
    if (text) {
      packs.push_back({path, std::move(*text)});
    } else {
      troubles.push_back({path, 0, 0, text.error().message, "packs in [rules] names files"});
    }
  }
  if (!troubles.empty()) return tl::unexpected(std::move(troubles));
  return packs;
}

tl::expected<rules::RuleSet, base::Diagnostics> build_rules(const std::vector<rules::PackText>& texts,
                                                            const std::vector<rules::Override>& overrides) {
  base::Diagnostics troubles;
  std::vector<rules::Pack> packs;
  for (const rules::PackText& one : texts) {
    auto pack = rules::load_pack(one.text, one.file);
    if (pack) {
      packs.push_back(std::move(*pack));
    } else {
      append(troubles, std::move(pack.error()));
    }
  }
  if (!troubles.empty()) return tl::unexpected(std::move(troubles));
  return rules::RuleSet::build(std::move(packs), overrides);
}

tl::expected<rules::RuleSet, base::Diagnostics> load_rules(const Config& config) {
  const auto packs = read_packs(config);
  if (!packs) return tl::unexpected(packs.error());
  return build_rules(*packs, config.overrides);
}

tl::expected<Prepared, base::Diagnostics> prepare(const std::string& file, const std::string& state) {
  auto config = load(file);
  if (!config) return tl::unexpected(config.error());
  if (!state.empty()) use_state(*config, state);
  auto packs = read_packs(*config);
  if (!packs) return tl::unexpected(packs.error());
  auto rules = build_rules(*packs, config->overrides);
  if (!rules) return tl::unexpected(rules.error());
  watch_groups(*config, *rules);
  place_replicas(*config);
  auto sources = make_sources(*config);
  return Prepared{std::move(*config), std::move(*rules), std::move(*packs), std::move(sources)};
}

}  // namespace tally::config
