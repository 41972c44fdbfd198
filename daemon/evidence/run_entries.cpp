#include "daemon/evidence/run_entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <variant>

#include "daemon/ledger/event.h"

namespace tally::evidence {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

/// The run that an entry belongs to, of the kinds that RunEntries has; empty for others.
std::string run_of(const ledger::Event& event) {
  return std::visit(
      [](const auto& one) -> std::string {
        using T = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<T, ledger::RunFinished>) {
          return one.summary.run;
        } else if constexpr (std::is_same_v<T, ledger::RunStarted> || std::is_same_v<T, ledger::SourceCollected> ||
                             std::is_same_v<T, ledger::RuleTallied> || std::is_same_v<T, ledger::ShadowTallied>) {
          return one.run;
        } else {
          return {};
        }
      },
      event);
}

/// Gathers a run's entries; runs never overlap.
class Gathering {
 public:
  explicit Gathering(const std::string& wanted) : wanted_(wanted) {}

  Result<void> take(const model::RecordedEntry& entry) {
    const auto event = ledger::decode(entry.leaf, entry.personal);
    if (!event) return tl::unexpected(event.error().within(fmt::format("entry {} of the log", entry.index)));
    if (entry.index == 0) genesis_ = entry;
    const std::string run = run_of(*event);
    if (run.empty() || (!wanted_.empty() && run != wanted_)) return {};
    if (std::holds_alternative<ledger::RunStarted>(*event)) open_ = {run, {genesis_}};
    open_.entries.push_back(entry);
    if (std::holds_alternative<ledger::RunFinished>(*event)) found = std::move(open_);
    return {};
  }
  [[nodiscard]] bool is_done() const { return !wanted_.empty() && !found.entries.empty(); }

  RunEntries found;

 private:
  const std::string& wanted_;
  model::RecordedEntry genesis_;
  RunEntries open_;
};

}  // namespace

Result<RunEntries> find_run(recorder::LogReader& reader, std::uint64_t size, const std::string& run,
                            const std::function<void(const model::RecordedEntry& entry)>& seen) {
  if (const auto first = ledger::first_entry_of(run)) {
    if (auto there = reader.check_there(*first); !there) return tl::unexpected(there.error().within(run));
  }
  Gathering gathering(run);
  for (std::uint64_t at = 0; at < size && !gathering.is_done();) {
    const auto receipt = reader.read(at, std::min(size, at + kEntriesAtOnce));
    if (!receipt) return tl::unexpected(receipt.error());
    at = receipt->end();
    for (const model::RecordedEntry& entry : receipt->entries()) {
      if (auto taken = gathering.take(entry); !taken) return tl::unexpected(taken.error());
      seen(entry);
      if (gathering.is_done()) break;
    }
  }
  if (!gathering.found.entries.empty()) return std::move(gathering.found);
  return failure(ErrorKind::not_found, run.empty() ? std::string("no audit has finished yet: run `tallystick audit`")
                                                   : fmt::format("the log has no finished run called \"{}\"", run));
}

}  // namespace tally::evidence
