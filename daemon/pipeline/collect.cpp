#include "daemon/pipeline/collect.h"

#include <mutex>
#include <thread>

namespace tally::pipeline {

std::vector<model::Harvest> collect(const Audit& audit) {
  std::vector<model::Harvest> harvests(audit.sources.size());
  std::mutex telling;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < audit.sources.size(); ++i) {
      threads.emplace_back([&, i] {
        connectors::Source& source = *audit.sources[i];
        connectors::Collection collection{audit.clock, [&](std::uint64_t records) {
                                            const std::lock_guard lock(telling);
                                            if (audit.progress.reading) audit.progress.reading(source.name(), records);
                                          }};
        harvests[i] = source.collect(collection);
        const std::lock_guard lock(telling);
        if (audit.progress.read) audit.progress.read(harvests[i].source);
      });
    }
  }
  return harvests;
}

void stage(const Audit& audit, std::string_view name) {
  if (audit.progress.stage) audit.progress.stage(name);
}

}  // namespace tally::pipeline
