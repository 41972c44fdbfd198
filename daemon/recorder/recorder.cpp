#include "daemon/recorder/recorder.h"

#include <fmt/format.h>
#include <sodium.h>

#include <optional>
#include <utility>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/tile.h"
#include "daemon/recorder/entry_reader.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/personal_store.h"
#include "daemon/recorder/published_tree.h"
#include "daemon/recorder/write_ahead_log.h"
#include "daemon/recorder/writer_lock.h"

namespace tally::recorder {

using base::ErrorKind;
using base::failure;
using base::Result;

struct Recorder::State {
  Layout layout;
  Descriptor lock;
  SigningKey key;
  WriteAheadLog wal;
  PublishedTree tree;
  PersonalStore personal;
  std::vector<std::string> pending;  ///< leaves [tree.size(), size()): in the write-ahead log, not yet published
  OpenReport report;
  std::string failed;  ///< why nothing is accepted any more; empty while all is well

  [[nodiscard]] std::uint64_t size() const { return tree.size() + pending.size(); }
  Result<void> take_recovered(std::vector<WriteAheadLog::Batch> batches);
  Result<model::RecordedEntry> make_entry(std::uint64_t index, const Draft& draft);
  Result<std::vector<model::RecordedEntry>> make_entries(std::span<const Draft> drafts);
  Result<model::RecordedEntry> make_personal_entry(std::uint64_t index, const Draft& draft, ledger::Envelope envelope);
  Result<void> check_running() const;
  /// Remembers the failure: from now on everything is refused.
  base::Error stop(const base::Error& error) {
    failed = error.message;
    return error;
  }
};

namespace {

/// True for what is wrong with a draft, not with the world.
bool is_draft_fault(const base::Error& error) {
  return error.kind == ErrorKind::malformed || error.kind == ErrorKind::limit;
}

/// The folders, or the reason why they cannot be made.
Result<void> make_root(FileOperations& files, const Layout& layout) {
  Staging staging(files, layout.staging());
  if (auto made = staging.make_folders(layout.root(), 0700); !made) return made;
  if (auto made = staging.make_folders(layout.log(), 0755); !made) return made;
  if (auto made = staging.make_folders(layout.state(), 0700); !made) return made;
  return staging.flush();
}

/// A log that has entries but lost its store of personal values must not quietly start an empty one.
Result<PersonalStore> open_personal_store(const Layout& layout, bool has_entries) {
  if (has_entries && !exists(layout.personal())) {
    return failure(ErrorKind::corrupt, layout.personal() + ": missing, though the log has entries");
  }
  return PersonalStore::open(layout.personal(), layout.personal_key(), PersonalStore::Mode::write);
}

}  // namespace

std::vector<std::string> OpenReport::sentences() const {
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
  if (personal_rows_cut != 0) {
    lines.push_back(
        fmt::format("Personal values of {} entries that were never written were removed.", personal_rows_cut));
  }
  return lines;
}

Recorder::Recorder(std::unique_ptr<State> state) : state_(std::move(state)) {}
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;
Recorder::~Recorder() = default;

const OpenReport& Recorder::report() const { return state_->report; }
const std::string& Recorder::origin() const { return state_->key.verifier().name; }
std::string Recorder::vkey() const { return state_->key.verifier().format(); }
std::uint64_t Recorder::size() const { return state_->size(); }
std::uint64_t Recorder::published() const { return state_->tree.size(); }

Result<Recorder> Recorder::open(const RecorderOptions& options) {
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
  auto personal = open_personal_store(layout, tree->size() + wal->recovered.size() != 0);
  if (!personal) return tl::unexpected(personal.error());

  auto state = std::unique_ptr<State>(new State{layout,
                                                std::move(*lock),
                                                std::move(*key),
                                                std::move(wal->log),
                                                std::move(*tree),
                                                std::move(*personal),
                                                {},
                                                {},
                                                {}});
  state->report.bytes_cut = wal->bytes_cut;
  if (auto taken = state->take_recovered(std::move(wal->recovered)); !taken) return tl::unexpected(taken.error());
  Recorder recorder(std::move(state));
  if (auto settled = recorder.settle(options.now); !settled) return tl::unexpected(settled.error());
  return recorder;
}

/// Entries of the write-ahead log that the published tree does not have yet.
Result<void> Recorder::State::take_recovered(std::vector<WriteAheadLog::Batch> batches) {
  for (WriteAheadLog::Batch& batch : batches) {
    if (batch.first_index > size()) {
      return failure(ErrorKind::corrupt,
                     fmt::format("{}: entries {} to {} are missing", layout.wal(), size(), batch.first_index - 1));
    }
    for (std::uint64_t i = size() - batch.first_index; i < batch.entries.size(); ++i) {
      pending.push_back(std::move(batch.entries[i]));
    }
  }
  report.entries_recovered = pending.size();
  return tree.check_last_signed(pending);
}

/// Brings a log that was just opened into order: no loose rows, a genesis entry, everything published.
Result<void> Recorder::settle(base::Instant now) {
  State& state = *state_;
  auto cut = state.personal.cut(size());
  if (!cut) return tl::unexpected(cut.error());
  state.report.personal_rows_cut = *cut;
  if (size() == 0) {
    // No name of ours needs escapes: key names have no control characters; a quote or backslash is escaped by hand.
    std::string name;
    for (const char c : origin()) name += (c == '"' || c == '\\') ? std::string{'\\', c} : std::string{c};
    const Draft genesis{std::string(ledger::entry_type::kGenesis), now, fmt::format(R"({{"origin":"{}"}})", name), "",
                        ""};
    auto receipt = append({&genesis, 1});
    if (!receipt) return tl::unexpected(receipt.error());
    state.report.created = true;
  }
  auto note = publish();
  if (!note) return tl::unexpected(note.error());
  state.report.size = size();
  state.report.published = published();
  return {};
}

Result<void> Recorder::State::check_running() const {
  if (failed.empty()) return {};
  return failure(ErrorKind::io, "the log accepts nothing since a write failed (" + failed + "): restart to check it");
}

Result<model::RecordedEntry> Recorder::State::make_entry(std::uint64_t index, const Draft& draft) {
  const auto bad = [](std::string why) { return failure(ErrorKind::malformed, std::move(why)); };
  ledger::Envelope envelope{draft.type, draft.time, {}, {}};
  if (!draft.subject_key.empty()) return make_personal_entry(index, draft, envelope);
  if (!draft.personal.empty()) return bad("personal values need a subject_key, or nobody could erase them");
  auto leaf = ledger::make_leaf(envelope, draft.fields);
  if (!leaf) return tl::unexpected(leaf.error());
  return model::RecordedEntry{index, std::move(*leaf), {}};
}

Result<model::RecordedEntry> Recorder::State::make_personal_entry(std::uint64_t index, const Draft& draft,
                                                                  ledger::Envelope envelope) {
  if (auto fault = draft.personal.empty() ? std::nullopt : ledger::canonical_json_fault(draft.personal)) {
    return failure(ErrorKind::malformed, "the personal text " + *fault);
  }
  auto subject = personal.subject(draft.subject_key);
  if (!subject) return tl::unexpected(subject.error());
  envelope.subject = subject->handle;
  if (!draft.personal.empty()) {
    ledger::Salt salt;
    randombytes_buf(salt.data(), salt.size());
    envelope.commitment = ledger::commit(salt, draft.personal);
    const auto added = personal.add(index, *subject, salt, *envelope.commitment, draft.personal);
    if (!added) return tl::unexpected(added.error());
  }
  auto leaf = ledger::make_leaf(envelope, draft.fields);
  if (!leaf) return tl::unexpected(leaf.error());
  return model::RecordedEntry{index, std::move(*leaf), draft.personal};
}

/// Leaves and their personal values; the latter stand in an open transaction of the personal store.
Result<std::vector<model::RecordedEntry>> Recorder::State::make_entries(std::span<const Draft> drafts) {
  std::vector<model::RecordedEntry> entries;
  entries.reserve(drafts.size());
  std::size_t bytes = 0;
  for (const Draft& draft : drafts) {
    auto entry = make_entry(size() + entries.size(), draft);
    if (!entry) return tl::unexpected(entry.error().within(fmt::format("draft {} ({})", entries.size(), draft.type)));
    bytes += entry->leaf.size() + 2;
    if (bytes > kMaxBatchBytes) return failure(ErrorKind::limit, "the batch is larger than 1 GiB");
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<model::Receipt> Recorder::append(std::span<const Draft> drafts) {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return tl::unexpected(running.error());
  const std::uint64_t first = size();
  if (drafts.empty()) return model::Receipt(first, {});
  if (auto begun = state.personal.begin(); !begun) return tl::unexpected(state.stop(begun.error()));
  auto entries = state.make_entries(drafts);
  if (!entries) {
    state.personal.rollback();
    return tl::unexpected(is_draft_fault(entries.error()) ? entries.error() : state.stop(entries.error()));
  }
  // Personal values first: an entry that commits to values nobody kept would be a lie for ever.
  if (auto committed = state.personal.commit(); !committed) return tl::unexpected(state.stop(committed.error()));
  const std::size_t known = state.pending.size();
  for (const model::RecordedEntry& entry : *entries) state.pending.push_back(entry.leaf);
  if (auto written = state.wal.append(first, std::span(state.pending).subspan(known)); !written) {
    return tl::unexpected(state.stop(written.error()));
  }
  return model::Receipt(first, std::move(*entries));
}

Result<std::string> Recorder::publish() {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return tl::unexpected(running.error());
  if (!state.pending.empty()) {
    if (auto done = state.tree.publish(state.pending, state.key); !done)
      return tl::unexpected(state.stop(done.error()));
    if (auto cleared = state.wal.clear(); !cleared) return tl::unexpected(state.stop(cleared.error()));
    state.pending.clear();
  }
  return state.tree.note();
}

Result<std::optional<Recorder::Opening>> Recorder::opening(std::uint64_t index) {
  State& state = *state_;
  std::string leaf;
  if (index >= size())
    return failure(ErrorKind::not_found, fmt::format("the log has {} entries, none at {}", size(), index));
  if (index >= published()) {
    leaf = state.pending[index - published()];
  } else {
    auto log = ledger::LogDirectory::open(state.layout.log());
    if (!log) return tl::unexpected(log.error());
    auto leaves = read_entries(**log, published(), index, index + 1);
    if (!leaves) return tl::unexpected(leaves.error());
    leaf = std::move(leaves->front());
  }
  const auto entry = ledger::Entry::parse(leaf);
  if (!entry) return tl::unexpected(entry.error());
  if (!entry->commitment) return std::optional<Opening>();
  auto opened = state.personal.read(index, *entry->commitment);
  if (!opened) return tl::unexpected(opened.error());
  if (!*opened) return std::optional<Opening>();
  const ledger::Salt& salt = (*opened)->salt;
  return Opening{std::string(reinterpret_cast<const char*>(salt.data()), salt.size()), std::move((*opened)->personal)};
}

Result<std::optional<std::string>> Recorder::open_personal(std::uint64_t index) {
  auto opened = opening(index);
  if (!opened) return tl::unexpected(opened.error());
  if (!*opened) return std::optional<std::string>();
  return std::move((*opened)->personal);
}

}  // namespace tally::recorder
