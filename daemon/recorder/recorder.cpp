#include "daemon/recorder/recorder.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/note.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/layout.h"
#include "daemon/recorder/personal_store.h"
#include "daemon/recorder/signer_client.h"
#include "daemon/recorder/staging.h"
#include "daemon/recorder/writer_lock.h"

namespace tally::recorder {

using base::ErrorKind;
using base::failure;
using base::Result;

struct Recorder::State {
  std::unique_ptr<LogWriter> log;
  PersonalStore personal;
  std::string origin;
  Head head;               ///< as it was told last
  std::uint64_t size = 0;  ///< with what was appended since
  OpenReport report;
  std::string failed;  ///< why nothing is accepted any more; empty while all is well
  Descriptor lock;     ///< of the personal values, where the log is a signer's

  Result<void> refresh();
  Result<model::RecordedEntry> make_entry(std::uint64_t index, const Draft& draft);
  Result<std::vector<model::RecordedEntry>> make_entries(std::span<const Draft> drafts);
  Result<model::RecordedEntry> make_personal_entry(std::uint64_t index, const Draft& draft, ledger::Envelope envelope);
  Result<model::Receipt> try_append(std::span<const Draft> drafts);
  [[nodiscard]] Result<void> check_running() const;
  /// Remembers the failure: from now on everything is refused.
  tl::unexpected<base::Error> stop(const base::Error& error) {
    failed = error.message;
    return tl::unexpected(error);
  }
};

namespace {

/// An epoch may end between two tries of one append, and hardly ever between three.
constexpr int kTries = 3;

/// True for what is wrong with a draft, not with the world.
bool is_draft_fault(const base::Error& error) {
  return error.kind == ErrorKind::malformed || error.kind == ErrorKind::limit;
}

/// One more than the last entry that somebody recorded; behind it stands what the log wrote of itself. 0: nobody yet.
Result<std::uint64_t> end_of_recorded(LogWriter& log, std::uint64_t size) {
  constexpr std::uint64_t kAtOnce = 256;
  for (std::uint64_t to = size; to > 0;) {
    const std::uint64_t from = (to - 1) / kAtOnce * kAtOnce;
    const auto leaves = log.read(from, to);
    if (!leaves && leaves.error().kind == ErrorKind::not_found) return to;  // pruned: somebody's, who knows whose
    if (!leaves) return tl::unexpected(leaves.error());
    for (; to > from; --to) {
      const auto entry = ledger::Entry::parse((*leaves)[to - from - 1]);
      if (!entry) return tl::unexpected(entry.error());
      if (!ledger::is_of_the_log(entry->type)) return to;
    }
  }
  return 0;
}

/// A log that is in use but lost its store of personal values must not quietly start an empty one.
Result<PersonalStore> open_personal_store(const Layout& layout, bool in_use) {
  using Mode = PersonalStore::Mode;
  if (in_use && !exists(layout.personal())) {
    return failure(ErrorKind::corrupt, layout.personal() + ": missing, though the log has entries");
  }
  return PersonalStore::open(layout.personal(), layout.personal_key(), in_use ? Mode::write : Mode::create);
}

}  // namespace

std::vector<std::string> OpenReport::sentences() const {
  std::vector<std::string> lines = log.sentences();
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
const std::string& Recorder::origin() const { return state_->origin; }
std::string Recorder::vkey() const { return state_->head.vkey; }
std::uint64_t Recorder::size() const { return state_->size; }
std::uint64_t Recorder::published() const { return state_->head.size; }

Result<Recorder> Recorder::open(const SignedLogOptions& options) {
  auto log = SignedLog::open(options);
  if (!log) return tl::unexpected(log.error());
  LogOpened opened = (*log)->opened();
  return open(std::move(*log), std::move(opened), Layout(options.root));
}

Result<Recorder> Recorder::open(const std::string& socket, const std::string& root) {
  const Layout layout(root);
  auto log = SignerClient::connect(socket);
  if (!log) return tl::unexpected(log.error().within("the signer"));
  Staging staging(FileOperations::system(), layout.staging());
  auto made = staging.make_folders(layout.state(), 0700);
  if (made) made = staging.flush();
  if (!made) return tl::unexpected(made.error());
  auto lock = take_writer_lock(layout.lock());
  if (!lock) return tl::unexpected(lock.error());
  auto recorder = open(std::move(*log), {}, layout);
  if (recorder) recorder->state_->lock = std::move(*lock);
  return recorder;
}

Result<Recorder> Recorder::open(std::unique_ptr<LogWriter> log, LogOpened opened, const Layout& layout) {
  auto head = log->head();
  if (!head) return tl::unexpected(head.error());
  const auto key = ledger::VerifierKey::parse(head->vkey);
  if (!key) return tl::unexpected(key.error());
  const auto end = end_of_recorded(*log, head->size);
  if (!end) return tl::unexpected(end.error());
  auto personal = open_personal_store(layout, *end != 0);
  if (!personal) return tl::unexpected(personal.error());
  // Of entries that were never acknowledged. The log may have written entries of its own under their numbers since.
  const auto cut = personal->cut(*end);
  if (!cut) return tl::unexpected(cut.error());
  const std::uint64_t size = head->size;
  return Recorder(std::unique_ptr<State>(new State{std::move(log),
                                                   std::move(*personal),
                                                   key->name,
                                                   std::move(*head),
                                                   size,
                                                   {std::move(opened), *cut},
                                                   {},
                                                   Descriptor()}));
}

Result<void> Recorder::State::refresh() {
  auto now = log->head();
  if (!now) return tl::unexpected(now.error());
  head = std::move(*now);
  size = head.size;
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
  auto subject = personal.subject(draft.subject_key);
  if (!subject) return tl::unexpected(subject.error());
  envelope.subject = subject->handle;
  if (!draft.personal.empty()) {
    ledger::Salt salt;
    randombytes_buf(salt.data(), salt.size());
    auto commitment = ledger::commit(ledger::CommitmentForm::by_field, salt, draft.personal);
    if (!commitment) return failure(ErrorKind::malformed, "the personal text " + commitment.error().message);
    envelope.commitment = *commitment;
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
    auto entry = make_entry(size + entries.size(), draft);
    if (!entry) return tl::unexpected(entry.error().within(fmt::format("draft {} ({})", entries.size(), draft.type)));
    bytes += entry->leaf.size() + 2;
    if (bytes > kMaxBatchBytes) return failure(ErrorKind::limit, "the batch is larger than 1 GiB");
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<model::Receipt> Recorder::State::try_append(std::span<const Draft> drafts) {
  const std::uint64_t first = size;
  if (auto begun = personal.begin(); !begun) return stop(begun.error());
  auto entries = make_entries(drafts);
  if (!entries) {
    personal.rollback();
    if (is_draft_fault(entries.error())) return tl::unexpected(entries.error());
    return stop(entries.error());
  }
  // Personal values first: an entry that commits to values nobody kept would be a lie for ever.
  if (auto committed = personal.commit(); !committed) return stop(committed.error());
  std::vector<std::string> leaves;
  leaves.reserve(entries->size());
  for (const model::RecordedEntry& entry : *entries) leaves.push_back(entry.leaf);
  auto written = log->append(first, leaves);
  if (!written && written.error().kind == ErrorKind::conflict) {
    // The log has ended an epoch meanwhile: these values stand under the wrong entries.
    if (auto cut = personal.cut(first); !cut) return stop(cut.error());
    if (auto fresh = refresh(); !fresh) return stop(fresh.error());
    return tl::unexpected(written.error());
  }
  if (!written && is_draft_fault(written.error())) {  // the log wrote nothing: it refuses to be pruned so
    if (auto cut = personal.cut(first); !cut) return stop(cut.error());
    return tl::unexpected(written.error());
  }
  if (!written) return stop(written.error());
  size = first + entries->size();
  return model::Receipt(first, std::move(*entries));
}

Result<model::Receipt> Recorder::append(std::span<const Draft> drafts) {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return tl::unexpected(running.error());
  if (drafts.empty()) return model::Receipt(size(), {});
  auto receipt = state.try_append(drafts);
  for (int tries = 1; tries < kTries && !receipt && receipt.error().kind == ErrorKind::conflict; ++tries) {
    receipt = state.try_append(drafts);
  }
  if (!receipt && receipt.error().kind == ErrorKind::conflict) return state.stop(receipt.error());
  return receipt;
}

Result<std::string> Recorder::publish() {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return tl::unexpected(running.error());
  if (auto fresh = state.refresh(); !fresh) return state.stop(fresh.error());
  return state.head.note;
}

Result<std::optional<Recorder::Opening>> Recorder::opening(std::uint64_t index) {
  State& state = *state_;
  const auto leaves = state.log->read(index, index + 1);
  if (!leaves) return tl::unexpected(leaves.error());
  const auto entry = ledger::Entry::parse(leaves->front());
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

Result<std::optional<std::string>> Recorder::handle_of(std::string_view subject_key) {
  return state_->personal.handle_of(subject_key);
}

Result<PersonalStore::Erased> Recorder::erase(std::span<const std::string> handles,
                                              std::span<const std::uint64_t> entries) {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return tl::unexpected(running.error());
  auto erased = state.personal.erase(handles, entries);
  if (!erased && erased.error().kind != ErrorKind::conflict) return state.stop(erased.error());
  return erased;
}

Result<std::uint64_t> Recorder::prune_personal(std::uint64_t minimum) {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return tl::unexpected(running.error());
  auto rows = state.personal.prune(minimum);
  if (!rows && rows.error().kind != ErrorKind::conflict) return state.stop(rows.error());
  return rows;
}

Result<void> Recorder::rekey() {
  State& state = *state_;
  if (auto running = state.check_running(); !running) return running;
  auto done = state.personal.rekey();
  if (!done && done.error().kind != ErrorKind::conflict) return state.stop(done.error());
  return done;
}

}  // namespace tally::recorder
