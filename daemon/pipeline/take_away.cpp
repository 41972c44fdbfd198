#include "daemon/pipeline/take_away.h"

#include <filesystem>
#include <utility>

#include "daemon/archive/forget.h"
#include "daemon/archive/links_archive.h"
#include "daemon/pipeline/log_walk.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/pipeline/traces.h"

namespace tally::pipeline {
namespace {

using base::Result;

Result<void> remove_file(const std::string& path) {
  std::error_code code;
  std::filesystem::remove(path, code);
  if (code) return base::system_failure("removing " + path, code.value());
  return {};
}

/// One erasure that the log has taken, from its first step on.
class Erasing {
 public:
  Erasing(Kept& kept, const ErasurePlan& plan, std::uint64_t requested, base::Instant now)
      : kept_(kept), plan_(plan), folder_(snapshots_path(kept.state)), requested_(requested), now_(now) {}

  /// The index of the last entry.
  Result<std::uint64_t> run(const StepHook& at) {
    struct Step {
      const char* name;
      Result<void> (Erasing::*step)();
      bool of_retention;  ///< which is about nobody in particular, and after which no backup has to be destroyed
    };
    constexpr Step kSteps[] = {
        {"reports", &Erasing::remove_reports, false},   {"runs", &Erasing::remove_runs, true},
        {"replicas", &Erasing::remove_replicas, false}, {"links", &Erasing::cut_links, false},
        {"values", &Erasing::erase_values, true},       {"key", &Erasing::change_key, false},
        {"store", &Erasing::make_store, true},          {"done", &Erasing::record_done, true},
        {"plan", &Erasing::wipe_the_plan, true},
    };
    for (const auto& [name, step, of_retention] : kSteps) {
      if (plan_.by_class && !of_retention) continue;
      if (at) at(name);
      if (auto done = (this->*step)(); !done) return tl::unexpected(done.error());
    }
    return done_;
  }

 private:
  Result<void> remove_reports() {
    for (const std::string& path : reports_with(kept_.state, plan_.words)) {
      if (auto removed = remove_file(path); !removed) return removed;
    }
    return {};
  }

  Result<void> remove_runs() {
    for (const std::string& run : plan_.runs) {
      if (auto removed = archive::remove_run(folder_, run); !removed) return removed;
    }
    return archive::remove_unfinished(folder_);
  }

  /// Whoever they are of: the next audit reads everything, and makes them anew.
  Result<void> remove_replicas() {
    std::error_code code;
    std::filesystem::remove_all(replicas_path(kept_.state), code);
    if (code) return base::system_failure("removing " + replicas_path(kept_.state), code.value());
    return {};
  }

  Result<void> cut_links() {
    const auto links = archive::open_links(folder_);
    if (!links) return tl::unexpected(links.error());
    if (!*links) return {};
    const std::set<std::string> accounts(plan_.account_keys.begin(), plan_.account_keys.end());
    return archive::keep_links(folder_, archive::without(**links, plan_.employee_id, accounts));
  }

  Result<void> erase_values() {
    const auto erased = kept_.recorder.erase(plan_.handles, plan_.entries);
    if (!erased) return tl::unexpected(erased.error());
    return {};
  }

  Result<void> change_key() { return kept_.recorder.rekey(); }

  Result<void> make_store() { return make_store_again(kept_); }

  Result<void> record_done() {
    const auto done = record_published(kept_,
                                       plan_.by_class ? encode(ledger::RetentionApplied{*plan_.by_class, plan_.runs})
                                                      : encode(ledger::ErasureDone{requested_, plan_.what}),
                                       now_);
    if (!done) return tl::unexpected(done.error());
    done_ = *done;
    return {};
  }

  Result<void> wipe_the_plan() { return wipe_erasure_plan(kept_.state); }

  Kept& kept_;
  const ErasurePlan& plan_;
  std::string folder_;
  std::uint64_t requested_, done_ = 0;
  base::Instant now_;
};

}  // namespace

Result<void> make_store_again(Kept& kept) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    if (auto removed = remove_file(store_path(kept.state) + ".rebuilding" + suffix); !removed) return removed;
  }
  auto reader = recorder::LogReader::open(kept.state);
  if (!reader) return tl::unexpected(reader.error());
  return kept.store.make_again([&](std::uint64_t from) -> Result<std::optional<model::Receipt>> {
    if (from >= reader->size()) return std::optional<model::Receipt>();
    auto entries = reader->read(from, from + kEntriesAtOnce);
    if (!entries) return tl::unexpected(entries.error());
    return std::optional(std::move(*entries));
  });
}

Result<std::uint64_t> record_published(Kept& kept, ledger::EventText text, base::Instant now) {
  const recorder::Draft draft{std::move(text.type), now, std::move(text.fields), std::move(text.personal),
                              std::move(text.subject_key)};
  const auto receipt = kept.record({&draft, 1});
  if (!receipt) return tl::unexpected(receipt.error());
  if (auto published = kept.recorder.publish(); !published) return tl::unexpected(published.error());
  return receipt->first_index();
}

Result<std::uint64_t> take_away(Kept& kept, const ErasurePlan& plan, std::uint64_t requested, base::Instant now,
                                const StepHook& at) {
  return Erasing(kept, plan, requested, now).run(at);
}

}  // namespace tally::pipeline
