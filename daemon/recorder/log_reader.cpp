#include <algorithm>
#include <utility>

#include "daemon/ledger/checkpoint.h"
#include "daemon/ledger/entry.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/note.h"
#include "daemon/recorder/entry_reader.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/personal_store.h"
#include "daemon/recorder/recorder.h"

namespace tally::recorder {

using base::Result;

struct LogReader::State {
  std::unique_ptr<ledger::LogDirectory> log;
  ledger::Checkpoint checkpoint;
  PersonalStore personal;
  std::optional<ledger::PrunedBy> pruned;
};

LogReader::LogReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
LogReader::LogReader(LogReader&&) noexcept = default;
LogReader& LogReader::operator=(LogReader&&) noexcept = default;
LogReader::~LogReader() = default;

std::uint64_t LogReader::size() const { return state_->checkpoint.size; }
const std::string& LogReader::origin() const { return state_->checkpoint.origin; }

Result<LogReader> LogReader::open(const std::string& root) {
  const Layout layout(root);
  auto log = ledger::LogDirectory::open(layout.log());
  if (!log) return tl::unexpected(log.error());
  const auto bytes = (*log)->read("checkpoint", ledger::kMaxNoteBytes);
  if (!bytes) return tl::unexpected(bytes.error().within(layout.log()));
  const auto note = ledger::Note::parse(*bytes);
  if (!note) return tl::unexpected(note.error());
  auto checkpoint = ledger::Checkpoint::parse(note->text);
  if (!checkpoint) return tl::unexpected(checkpoint.error());
  auto personal = PersonalStore::open(layout.personal(), layout.personal_key(), PersonalStore::Mode::read);
  if (!personal) return tl::unexpected(personal.error());
  const auto list = read_pruned_list(**log);
  if (!list) return tl::unexpected(list.error());
  auto pruned = read_newest_pruned(**log, *list, checkpoint->size);
  if (!pruned) return tl::unexpected(pruned.error());
  return LogReader(std::unique_ptr<State>(
      new State{std::move(*log), std::move(*checkpoint), std::move(*personal), std::move(*pruned)}));
}

const std::optional<ledger::PrunedBy>& LogReader::pruned() const { return state_->pruned; }

Result<void> LogReader::check_there(std::uint64_t index) const {
  if (!state_->pruned || !state_->pruned->what.covers(index)) return {};
  return base::failure(base::ErrorKind::not_found, state_->pruned->sentence(index));
}

Result<std::optional<Recorder::Opening>> LogReader::opening(const model::RecordedEntry& entry) {
  const auto parsed = ledger::Entry::parse(entry.leaf);
  if (!parsed) return tl::unexpected(parsed.error());
  if (!parsed->commitment) return std::optional<Recorder::Opening>();
  auto opened = state_->personal.read(entry.index, *parsed->commitment);
  if (!opened) return tl::unexpected(opened.error());
  if (!*opened) return std::optional<Recorder::Opening>();
  const ledger::Salt& salt = (*opened)->salt;
  return Recorder::Opening{std::string(reinterpret_cast<const char*>(salt.data()), salt.size()),
                           std::move((*opened)->personal)};
}

Result<model::Receipt> LogReader::read(std::uint64_t from, std::uint64_t to, const Mask& mask) {
  to = std::min(to, size());
  from = std::min(from, to);
  const std::uint64_t asked = from;
  if (const auto& pruned = state_->pruned) {
    if (from < ledger::kFirstPrunable) to = std::min(to, ledger::kFirstPrunable);
    if (pruned->what.covers(from)) from = pruned->what.minimum;
    to = std::max(from, to);
  }
  auto leaves = read_entries(*state_->log, size(), from, to);
  if (!leaves) return tl::unexpected(leaves.error());
  std::vector<model::RecordedEntry> entries;
  entries.reserve(leaves->size());
  for (std::string& leaf : *leaves) {
    model::RecordedEntry recorded{from + entries.size(), std::move(leaf), {}};
    auto opened = opening(recorded);
    if (!opened) return tl::unexpected(opened.error());
    if (*opened) recorded.personal = std::move((*opened)->personal);
    if (mask && !recorded.personal.empty()) recorded.personal = mask(recorded);
    entries.push_back(std::move(recorded));
  }
  return model::Receipt(asked, from, std::move(entries));
}

}  // namespace tally::recorder
