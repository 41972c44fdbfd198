#include "connectors/directory/failover.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <utility>
#include <vector>

namespace tally::directory {
namespace {

using model::CoverageState;

std::string why(const model::Harvest& harvest) {
  const auto& gaps = harvest.source.coverage.gaps;
  return gaps.empty() ? "the connection was lost" : gaps.front().sentence;
}

/// The connection may break when all has been read: that is as good as any.
bool gave_everything(const Reading& reading, const model::Harvest& harvest) {
  return !reading.server_failed() || harvest.source.coverage.state == CoverageState::complete;
}

}  // namespace

model::Harvest read_from_any(const LdapOptions& options, const connectors::Collection& collection,
                             const MakeReading& make) {
  if (options.failover_uris.empty()) return make(options, collection)->run();
  connectors::Collection all = collection;
  all.until = end_of(options, collection);
  std::vector<std::string> uris = options.failover_uris;
  uris.insert(uris.begin(), options.uri);
  std::vector<std::string> reasons;
  std::optional<model::Harvest> most;
  for (const std::string& uri : uris) {
    const LdapOptions one = options_for_server(options, uri);
    const auto reading = make(one, all);
    model::Harvest harvest = reading->run();
    if (gave_everything(*reading, harvest)) {
      for (const std::string& reason : reasons) harvest.source.notes.push_back("server-passed-over: " + reason);
      harvest.source.notes.push_back(
          fmt::format("server-read: {}, number {} of {}", uri, reasons.size() + 1, uris.size()));
      return harvest;
    }
    reasons.push_back(fmt::format("{}: {}", uri, why(harvest)));
    if (!most || harvest.source.coverage.records_read > most->source.coverage.records_read) most = std::move(harvest);
    if (all.until->passed()) break;
  }
  most->source.coverage.lower(CoverageState::partial, model::Gap::Kind::unreachable,
                              fmt::format("{} of {} servers were tried, and none gave everything: {}", reasons.size(),
                                          uris.size(), fmt::join(reasons, "; ")));
  return std::move(*most);
}

}  // namespace tally::directory
