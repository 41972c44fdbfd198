#include "daemon/pipeline/look_up.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "daemon/pipeline/failed_harvest.h"

namespace tally::pipeline {
namespace {

using connectors::Deadline;

/// A source that keeps the deadline says why it is late, which is worth waiting for: it hangs up first.
constexpr std::chrono::milliseconds kLastWords{500};

/// Where the threads put what they found. Shared with them, because one may come when nobody waits any more.
struct Gathering {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::optional<model::Harvest>> harvests;
  std::size_t missing = 0;
};

void ask(const OffboardingQuestion& question, connectors::Source& source, const model::PersonKeys* keys,
         const Deadline& deadline, const std::shared_ptr<Gathering>& gathering, std::size_t place) {
  const connectors::Collection collection{.now = question.clock, .progress = {}, .until = deadline};
  std::optional<model::PersonKeys> own;
  if (keys != nullptr) own = *keys;
  std::thread([&source, owner = question.owner, collection, own = std::move(own), gathering, place] {
    model::Harvest harvest = harvest_or_failure(
        source, collection.now, [&] { return own ? source.look_up(collection, *own) : source.collect(collection); });
    const std::lock_guard lock(gathering->mutex);
    gathering->harvests[place] = std::move(harvest);
    --gathering->missing;
    gathering->changed.notify_one();
  }).detach();
}

/// All sources of that kind.
std::vector<model::Harvest> gather(const OffboardingQuestion& question, model::SourceKind kind,
                                   const model::PersonKeys* keys, const Deadline& deadline) {
  const base::Instant began = question.clock();
  const auto gathering = std::make_shared<Gathering>();
  std::vector<connectors::Source*> asked;
  for (const auto& source : question.sources) {
    if (source->kind() == kind) asked.push_back(source.get());
  }
  gathering->harvests.resize(asked.size());
  gathering->missing = asked.size();
  for (std::size_t i = 0; i < asked.size(); ++i) ask(question, *asked[i], keys, deadline, gathering, i);

  std::vector<model::Harvest> out;
  std::unique_lock lock(gathering->mutex);
  const auto last = deadline.at() + kLastWords;
  while (gathering->missing > 0 && !deadline.stop().stop_requested() && Deadline::Clock::now() < last) {
    gathering->changed.wait_for(lock, Deadline::kPiece);
  }
  for (std::size_t i = 0; i < asked.size(); ++i) {
    auto& harvest = gathering->harvests[i];
    out.push_back(
        harvest ? std::move(*harvest)
                : failed_harvest(*asked[i], began, question.clock(), model::Gap::Kind::timed_out, "no answer in time"));
    harvest.reset();
  }
  return out;
}

}  // namespace

std::vector<model::Harvest> read_hr(const OffboardingQuestion& question, const Deadline& deadline) {
  return gather(question, model::SourceKind::hr, nullptr, deadline);
}

std::vector<model::Harvest> ask_directories(const OffboardingQuestion& question, const model::PersonKeys& keys,
                                            const Deadline& deadline) {
  return gather(question, model::SourceKind::directory, &keys, deadline);
}

}  // namespace tally::pipeline
