#include "daemon/service/plan.h"

#include <algorithm>
#include <variant>

namespace tally::service {
namespace {

/// Files have no deadline of their own: reading gigabytes from a slow disk.
constexpr std::chrono::hours kFileDeadline{1};

std::chrono::milliseconds longest(const config::Config& config) {
  std::chrono::milliseconds span = kFileDeadline;
  for (const config::DirectoryOptions& one : config.directories) {
    if (const auto* server = std::get_if<directory::LdapOptions>(&one)) span = std::max(span, server->total_deadline);
  }
  return span;
}

pipeline::Schedule schedule_of(const config::ServiceSettings& settings) {
  return {settings.times, settings.weekdays, settings.zone, settings.interval};
}

}  // namespace

tl::expected<std::shared_ptr<Plan>, base::Diagnostics> load_plan(const std::string& file, const std::string& state) {
  auto prepared = config::prepare(file, state);
  if (!prepared) return tl::unexpected(prepared.error());
  const auto collecting = longest(prepared->config);
  auto schedule = schedule_of(prepared->config.service);
  return std::make_shared<Plan>(Plan{std::move(*prepared), std::move(schedule), collecting});
}

std::vector<std::string> keep_what_is_open(const Plan& running, Plan& fresh) {
  std::vector<std::string> names;
  const auto keep = [&](const std::string& old, std::string& setting, const char* name) {
    if (old == setting) return;
    names.emplace_back(name);
    setting = old;
  };
  keep(running.config.state, fresh.config.state, "state");
  keep(running.config.log_key, fresh.config.log_key, "log_key");
  keep(running.config.service.socket, fresh.config.service.socket, "socket");
  return names;
}

}  // namespace tally::service
