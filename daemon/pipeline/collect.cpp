#include "daemon/pipeline/collect.h"

#include <fmt/format.h>

#include <mutex>
#include <thread>

#include "daemon/pipeline/failed_harvest.h"

namespace tally::pipeline {
namespace {

/// The sources have deadlines of their own; this one is only far away, so that the stop token comes along.
constexpr std::chrono::hours kLongestCollection{24 * 7};

}  // namespace

std::vector<model::Harvest> collect(const Audit& audit) {
  std::vector<model::Harvest> harvests(audit.sources.size());
  std::mutex telling;
  const auto until = connectors::Deadline::after(kLongestCollection, audit.stop);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < audit.sources.size(); ++i) {
      threads.emplace_back([&, i] {
        connectors::Source& source = *audit.sources[i];
        const connectors::Collection collection{.now = audit.clock,
                                                .progress =
                                                    [&](std::uint64_t records) {
                                                      const std::lock_guard lock(telling);
                                                      if (audit.progress.reading)
                                                        audit.progress.reading(source.name(), records);
                                                    },
                                                .as_of = audit.as_of,
                                                .until = until};
        harvests[i] = harvest_or_failure(source, audit.clock, [&] { return source.collect(collection); });
        const std::lock_guard lock(telling);
        if (audit.progress.read) audit.progress.read(harvests[i].source);
      });
    }
  }
  return harvests;
}

std::string in_words(const model::SourceRecord& source) {
  const model::Coverage& coverage = source.coverage;
  return fmt::format("read {}: {} records, {}", source.name, coverage.records_read,
                     coverage.state == model::CoverageState::complete ? "complete" : coverage.in_words());
}

void stage(const Audit& audit, std::string_view name) {
  if (audit.progress.stage) audit.progress.stage(name);
}

}  // namespace tally::pipeline
