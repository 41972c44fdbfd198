#include "daemon/recorder/signed_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/leaf_glance.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/recorder/entry_reader.h"
#include "daemon/recorder/epoch_keeper.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/pruner.h"
#include "daemon/recorder/published_tree.h"
#include "daemon/recorder/write_ahead_log.h"
#include "daemon/recorder/writer_lock.h"

namespace tally::recorder {

using base::ErrorKind;
using base::failure;
using base::Result;

struct SignedLog::State {
  Layout layout;
  FileOperations& files;
  Clock clock;
  Descriptor lock;
  SigningKey key;
  WriteAheadLog wal;
  PublishedTree tree;
  Pruner pruner;
  std::optional<EpochKeeper> epochs;  ///< nothing in a log with one key
  ClockWatch watch;
  std::vector<std::string> pending;  ///< leaves [tree.size(), size()): in the write-ahead log, not yet published
  LogOpened opened;
  std::unique_ptr<Notary> notary;  ///< nothing without witnesses and a time stamping authority
  std::string failed;              ///< why nothing is accepted any more; empty while all is well

  [[nodiscard]] std::uint64_t size() const { return tree.size() + pending.size(); }
  Result<void> take_recovered(std::vector<WriteAheadLog::Batch> batches);
  Result<void> write_genesis(const LogSettings& settings);
  Result<void> resume_epochs();
  Result<void> record_torn_write();
  Result<void> settle(const SignedLogOptions& options);
  Result<void> begin_notary();
  Result<void> write(std::vector<std::string> leaves);
  Result<void> publish();
  Result<void> list_pruned();
  Result<void> check_leaves(std::span<const std::string> leaves);
  Result<void> close_due_epochs();
  Result<void> notice_clock_steps();
  Result<void> keep_time();
  Result<std::vector<std::string>> read(std::uint64_t from, std::uint64_t to);
  [[nodiscard]] Result<void> check_running() const;
  /// Remembers the failure: from now on everything is refused.
  tl::unexpected<base::Error> stop(const base::Error& error) {
    failed = error.message;
    return tl::unexpected(error);
  }
};

namespace {

/// The folders, or the reason why they cannot be made.
Result<void> make_root(FileOperations& files, const Layout& layout) {
  Staging staging(files, layout.staging());
  if (auto made = staging.make_folders(layout.root(), 0700); !made) return made;
  if (auto made = staging.make_folders(layout.log(), 0755); !made) return made;
  if (auto made = staging.make_folders(layout.state(), 0700); !made) return made;
  return staging.flush();
}

/// An entry that others may have written: canonical, and none of those that the log alone writes.
Result<void> check_leaf(ledger::LeafReader& reader, std::string_view leaf) {
  const auto seen = reader.glance(leaf);
  if (seen && !ledger::is_of_the_log(seen->type)) return {};
  const auto entry = ledger::Entry::parse(leaf);  // slower, and says what is wrong
  if (!entry) return tl::unexpected(entry.error());
  if (ledger::is_of_the_log(entry->type)) {
    return failure(ErrorKind::malformed, fmt::format("only the log itself writes {}", entry->type));
  }
  return {};
}

/// What a fresh log says of the one that it follows. Two logs of one name would be two histories.
Result<std::optional<ledger::Checkpoint>> read_previous(const std::string& path, const std::string& origin) {
  if (path.empty()) return std::optional<ledger::Checkpoint>();
  const auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto note = ledger::Note::parse(*bytes);
  auto checkpoint = note ? ledger::Checkpoint::parse(note->text) : tl::unexpected(note.error());
  if (!checkpoint) return tl::unexpected(checkpoint.error().within(path));
  if (checkpoint->origin == origin) {
    return failure(ErrorKind::conflict,
                   fmt::format("{} is of a log named {}: the log that follows it needs a key of another name, such as "
                               "{}.2",
                               path, origin, origin));
  }
  return std::optional(std::move(*checkpoint));
}

}  // namespace

std::vector<std::string> LogOpened::sentences() const {
  std::vector<std::string> lines;
  if (created) lines.emplace_back("A fresh log was created.");
  if (entries_recovered != 0) {
    lines.push_back(fmt::format("{} recorded entries were not yet published and were taken from the write-ahead log.",
                                entries_recovered));
  }
  if (bytes_cut != 0) {
    lines.push_back(
        fmt::format("A torn write of {} bytes, never acknowledged, was cut from the write-ahead log.", bytes_cut));
  }
  if (epochs_closed != 0) {
    lines.push_back(fmt::format("{} epochs of the log were over and are closed now.", epochs_closed));
  }
  return lines;
}

SignedLog::SignedLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
SignedLog::~SignedLog() = default;

const LogOpened& SignedLog::opened() const { return state_->opened; }

Result<std::unique_ptr<SignedLog>> SignedLog::open(const SignedLogOptions& options) {
  FileOperations& files = options.files != nullptr ? *options.files : FileOperations::system();
  const Layout layout(options.root);
  auto key = SigningKey::load(options.key_path);
  if (!key) return tl::unexpected(key.error());
  if (auto made = make_root(files, layout); !made) return tl::unexpected(made.error());
  auto lock = take_writer_lock(layout.lock());
  if (!lock) return tl::unexpected(lock.error());
  auto tree = PublishedTree::open(files, layout, *key);
  if (!tree) return tl::unexpected(tree.error());
  auto wal = WriteAheadLog::open(files, layout.wal());
  if (!wal) return tl::unexpected(wal.error());
  auto notary = Notary::open(layout, options.settings, options.tell);
  if (!notary) return tl::unexpected(notary.error());
  // Before anything is signed: a log that was set back must not go on.
  if (auto asked = *notary ? (*notary)->ask_first(tree->note()) : Result<void>(); !asked) {
    return tl::unexpected(asked.error());
  }
  auto state = std::unique_ptr<State>(new State{layout,
                                                files,
                                                options.clock,
                                                std::move(*lock),
                                                std::move(*key),
                                                std::move(wal->log),
                                                std::move(*tree),
                                                Pruner(files, layout, options.settings.prune_after),
                                                {},
                                                ClockWatch(options.clock),
                                                {},
                                                {},
                                                std::move(*notary),
                                                {}});
  state->opened.bytes_cut = wal->bytes_cut;
  if (auto taken = state->take_recovered(std::move(wal->recovered)); !taken) return tl::unexpected(taken.error());
  if (auto settled = state->settle(options); !settled) return tl::unexpected(settled.error());
  if (auto begun = state->begin_notary(); !begun) return tl::unexpected(begun.error());
  return std::unique_ptr<SignedLog>(new SignedLog(std::move(state)));
}

/// Entries of the write-ahead log that the published tree does not have yet.
Result<void> SignedLog::State::take_recovered(std::vector<WriteAheadLog::Batch> batches) {
  for (WriteAheadLog::Batch& batch : batches) {
    if (batch.first_index > size()) {
      return failure(ErrorKind::corrupt,
                     fmt::format("{}: entries {} to {} are missing", layout.wal(), size(), batch.first_index - 1));
    }
    for (std::uint64_t i = size() - batch.first_index; i < batch.entries.size(); ++i) {
      pending.push_back(std::move(batch.entries[i]));
    }
  }
  opened.entries_recovered = pending.size();
  return tree.check_last_signed(pending);
}

/// Brings a log that was just opened into order: a genesis entry, no epoch open that is over, everything published.
Result<void> SignedLog::State::settle(const SignedLogOptions& options) {
  const bool fresh = size() == 0;
  if (auto ready = pruner.open(tree.size()); !ready) return ready;
  if (auto begun = fresh ? write_genesis(options.settings) : resume_epochs(); !begun) return begun;
  if (auto recorded = record_torn_write(); !recorded) return recorded;
  if (auto done = publish(); !done) return done;
  // What a crash left: its entry is published now, if it was not before.
  if (auto done = pruner.open(tree.size()); !done) return done;
  if (auto done = pruner.remove(); !done) return done;
  opened.created = fresh;
  const std::uint64_t epoch = epochs ? epochs->epoch() : 0;
  if (auto kept = keep_time(); !kept) return kept;
  if (auto done = publish(); !done) return done;
  opened.epochs_closed = epochs ? epochs->epoch() - epoch : 0;
  opened.size = size();
  if (options.settings.certificate.empty()) return {};
  return save_certificate(files, layout, key.verifier(), epochs ? &epochs->plan() : nullptr,
                          options.settings.certificate);
}

Result<void> SignedLog::State::write_genesis(const LogSettings& settings) {
  const base::Instant now = clock.wall();
  std::optional<ledger::EpochPlan> plan;
  if (settings.epochs != 0) {
    auto made = EpochKeeper::create(
        files, layout, {settings.epochs, std::chrono::floor<std::chrono::seconds>(settings.epoch_length), now, {}});
    if (!made) return tl::unexpected(made.error());
    epochs = std::move(*made);
    plan = epochs->plan();
  }
  const auto previous = read_previous(settings.previous, key.verifier().name);
  if (!previous) return tl::unexpected(previous.error());
  auto leaf = ledger::make_leaf({ledger::entry_type::kGenesis, now, {}, {}},
                                ledger::genesis_fields(key.verifier().name, plan, *previous));
  if (!leaf) return tl::unexpected(leaf.error());
  return write({std::move(*leaf)});
}

Result<void> SignedLog::State::resume_epochs() {
  const auto genesis = read(0, 1);
  if (!genesis) return tl::unexpected(genesis.error());
  const auto plan = ledger::EpochPlan::of(genesis->front());
  if (!plan) return tl::unexpected(plan.error());
  if (!*plan) return {};
  auto resumed = EpochKeeper::resume(files, layout, **plan, key.verifier().name);
  if (!resumed) return tl::unexpected(resumed.error());
  epochs = std::move(*resumed);
  return epochs->forget_published(tree.size(), [this](std::uint64_t index) -> Result<std::string> {
    auto leaf = read(index, index + 1);
    if (!leaf) return tl::unexpected(leaf.error());
    return std::move(leaf->front());
  });
}

Result<void> SignedLog::State::record_torn_write() {
  if (opened.bytes_cut == 0) return {};
  auto leaf = ledger::make_leaf({ledger::entry_type::kTornWriteCut, clock.wall(), {}, {}},
                                fmt::format(R"({{"bytes":{}}})", opened.bytes_cut));
  if (!leaf) return tl::unexpected(leaf.error());
  return write({std::move(*leaf)});
}

/// A fresh log asks now: its name may have been used before.
Result<void> SignedLog::State::begin_notary() {
  if (!notary) return {};
  if (opened.created) {
    if (auto asked = notary->ask_first(tree.note()); !asked) return asked;
  }
  notary->begin(clock);
  notary->notice(tree.note());
  return {};
}

Result<void> SignedLog::State::check_running() const {
  if (const auto alarm = notary ? notary->alarm() : std::nullopt) return tl::unexpected(*alarm);
  if (failed.empty()) return {};
  return failure(ErrorKind::io, "the log accepts nothing since a write failed (" + failed + "): restart to check it");
}

/// Durable when it returns.
Result<void> SignedLog::State::write(std::vector<std::string> leaves) {
  const std::uint64_t first = size();
  const std::size_t known = pending.size();
  for (std::string& leaf : leaves) pending.push_back(std::move(leaf));
  return wal.append(first, std::span(pending).subspan(known));
}

Result<void> SignedLog::State::publish() {
  if (pending.empty()) return {};
  const auto pruned = pruner.newest() ? std::optional(pruner.newest()->entry) : std::nullopt;
  if (auto listed = list_pruned(); !listed) return listed;
  if (auto done = tree.publish(pending, {key, epochs ? &*epochs : nullptr}); !done) return done;
  if (epochs) {
    if (auto forgotten = epochs->forget_closed(); !forgotten) return forgotten;
  }
  if (auto cleared = wal.clear(); !cleared) return cleared;
  pending.clear();
  if (!pruner.newest() || pruned == pruner.newest()->entry) return {};
  return pruner.remove();
}

/// Which of the entries that are about to be published prune.
Result<void> SignedLog::State::list_pruned() {
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (auto listed = pruner.list(tree.size() + i, pending[i]); !listed) return listed;
  }
  return {};
}

/// Entries that others may have written: canonical, none of those that the log alone writes, and at most one that
/// prunes until it is published.
Result<void> SignedLog::State::check_leaves(std::span<const std::string> leaves) {
  std::size_t bytes = 0, prune = 0;
  const auto prunes = [](const std::string& leaf) {
    return leaf.find(ledger::entry_type::kLogPruned) != std::string::npos;
  };
  ledger::LeafReader reader;
  for (const std::string& leaf : leaves) {
    bytes += leaf.size() + 2;
    if (auto fine = check_leaf(reader, leaf); !fine) return fine;
    if (!prunes(leaf)) continue;
    if (auto fine = pruner.check(leaf, tree.size(), clock.wall()); !fine) return fine;
    const auto pruned = ledger::Pruned::of(leaf);
    if (*pruned) ++prune;
  }
  if (bytes > kMaxBatchBytes) return failure(ErrorKind::limit, "the batch is larger than 1 GiB");
  if (prune == 0) return {};
  const bool waits = std::any_of(pending.begin(), pending.end(), [&](const std::string& leaf) {
    const auto pruned = prunes(leaf) ? ledger::Pruned::of(leaf) : Result<std::optional<ledger::Pruned>>();
    return pruned && *pruned;
  });
  if (prune > 1 || waits) return failure(ErrorKind::malformed, "log_pruned: another one is under way");
  return {};
}

Result<void> SignedLog::State::close_due_epochs() {
  while (epochs && epochs->plan().at(clock.wall()) > epochs->epoch()) {
    auto leaves = epochs->closing_leaves(clock, size());
    if (!leaves) return tl::unexpected(leaves.error());
    if (auto written = write(std::move(*leaves)); !written) return written;
    if (auto published = publish(); !published) return published;
  }
  return {};
}

Result<void> SignedLog::State::notice_clock_steps() {
  const auto step = watch.look(epochs ? &*epochs : nullptr);
  if (!step) return {};
  auto leaf = ledger::make_leaf({ledger::entry_type::kClockStepped, step->to, {}, {}},
                                ledger::ClockStepped{step->from}.fields());
  if (!leaf) return tl::unexpected(leaf.error());
  return write({std::move(*leaf)});
}

Result<void> SignedLog::State::keep_time() {
  if (auto noticed = notice_clock_steps(); !noticed) return noticed;
  return close_due_epochs();
}

Result<std::vector<std::string>> SignedLog::State::read(std::uint64_t from, std::uint64_t to) {
  if (from > to || to > size()) {
    return failure(ErrorKind::not_found, fmt::format("the log has {} entries, none at {}", size(), to - 1));
  }
  std::vector<std::string> leaves;
  if (const auto& pruned = pruner.newest(); pruned && from < pruned->what.minimum && to > ledger::kFirstPrunable) {
    const std::uint64_t first = std::max(from, ledger::kFirstPrunable);
    if (first < to) return failure(ErrorKind::not_found, pruned->sentence(first));
  }
  if (from < tree.size()) {
    auto log = ledger::LogDirectory::open(layout.log());
    if (!log) return tl::unexpected(log.error());
    auto published = read_entries(**log, tree.size(), from, std::min(to, tree.size()));
    if (!published) return tl::unexpected(published.error());
    leaves = std::move(*published);
  }
  for (std::uint64_t i = std::max(from, tree.size()); i < to; ++i) leaves.push_back(pending[i - tree.size()]);
  return leaves;
}

Result<Head> SignedLog::head() {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return tl::unexpected(running.error());
  if (auto kept = state.keep_time(); !kept) return state.stop(kept.error());
  if (auto published = state.publish(); !published) return state.stop(published.error());
  if (state.notary) state.notary->notice(state.tree.note());
  return Head{state.key.verifier().format(), state.size(), state.tree.note()};
}

Result<void> SignedLog::append(std::uint64_t at, std::span<const std::string> leaves) {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return running;
  if (leaves.empty()) return {};
  if (auto fine = state.check_leaves(leaves); !fine) return fine;
  // An entry belongs into the epoch in which it is recorded.
  if (auto kept = state.keep_time(); !kept) return state.stop(kept.error());
  if (at != state.size()) {
    return failure(ErrorKind::conflict, fmt::format("the log has {} entries, not {}", state.size(), at));
  }
  if (auto written = state.write({leaves.begin(), leaves.end()}); !written) return state.stop(written.error());
  return {};
}

Result<std::vector<std::string>> SignedLog::read(std::uint64_t from, std::uint64_t to) {
  return state_->read(from, to);
}

}  // namespace tally::recorder
