#include "daemon/witness/witness.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "daemon/recorder/writer_lock.h"

namespace tally::witness {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

constexpr int kUnavailable = 503, kNotFound = 404;

std::uint64_t posix_seconds(base::Instant time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0));
}

}  // namespace

Result<std::unique_ptr<Witness>> Witness::open(WitnessOptions options) {
  if (options.logs.empty()) return failure(ErrorKind::malformed, "a witness needs the key of at least one log");
  if (options.files == nullptr) options.files = &recorder::FileOperations::system();
  struct stat info {};
  if (::stat(options.state.c_str(), &info) != 0) return base::system_failure(options.state, errno);
  auto lock = recorder::take_writer_lock(options.state + "/lock");
  if (!lock) return tl::unexpected(lock.error());
  std::unique_ptr<Witness> witness(new Witness(std::move(options), std::move(*lock)));
  if (auto loaded = witness->load(); !loaded) return tl::unexpected(loaded.error());
  return witness;
}

Result<void> Witness::load() {
  for (const ledger::VerifierKey& key : options_.logs) {
    const std::string hash = base::sha256(key.name).hex();
    const auto [log, is_new] =
        logs_.try_emplace(hash, *options_.files, options_.state + "/" + hash, options_.state + "/staging/" + hash);
    if (!is_new) continue;
    if (auto ready = log->second.staging.prepare(); !ready) return ready;
    if (auto loaded = load(log->second, key.name); !loaded) return loaded;
  }
  return {};
}

/// Our own signature says that it is our state; what is not ours is never taken for "nothing yet".
Result<void> Witness::load(Log& log, const std::string& origin) const {
  if (!recorder::exists(log.file)) return {};
  const auto bad = [&](std::string_view why) {
    return failure(ErrorKind::corrupt, fmt::format("{}: {}", log.file, why));
  };
  auto bytes = recorder::read_file(log.file);
  if (!bytes) return bad(bytes.error().message);
  const auto note = ledger::Note::parse(*bytes);
  if (!note) return bad(note.error().message);
  const auto check = note->verify({&key(), 1});
  if (!check) return bad("is not signed by this witness's key: " + check.error().message);
  auto tree = ledger::Checkpoint::parse(note->text);
  if (!tree) return bad(tree.error().message);
  if (tree->origin != origin) return bad("is about another log");
  log.tree = std::move(*tree);
  log.time = check->signers.front().timestamp.value_or(0);
  log.note = std::move(*bytes);
  return {};
}

Outcome Witness::add_checkpoint(std::string_view body, base::Instant now) {
  auto submission = open_submission(body, options_.logs);
  if (!submission) return {std::move(submission.error().answer)};
  Log& log = logs_.find(base::sha256(submission->tree.origin).hex())->second;
  const std::lock_guard lock(log.mutex);
  return cosign(log, std::move(*submission), now);
}

Outcome Witness::cosign(Log& log, Submission submission, base::Instant now) {
  Outcome outcome{{}, submission.tree.origin, submission.tree.size};
  if (log.broken) {  // what is on disk is unknown until it is read again
    outcome.answer = {kUnavailable, "the witness could not write its state and will start again\n"};
    return outcome;
  }
  if (auto refusal = judge(submission, log.tree)) {
    outcome.answer = std::move(refusal->answer);
    outcome.suspicion = refusal->suspicion;
    return outcome;
  }
  // A clock that was set back must not make an older tree the newer one.
  const std::uint64_t time = std::max(posix_seconds(now), log.time);
  const std::string line = options_.key.cosign(submission.note.text, time);
  std::string note = submission.note.format() + line;
  if (auto saved = log.staging.save(log.file, note); !saved) {
    log.broken = true;
    outcome.broken = saved.error();
    outcome.answer = {kUnavailable, "the witness could not write its state\n"};
    return outcome;
  }
  log.tree = std::move(submission.tree);
  log.time = time;
  log.note = std::move(note);
  outcome.answer.body = line;
  return outcome;
}

Answer Witness::latest(std::string_view origin_hash) {
  const auto log = logs_.find(origin_hash);
  if (log == logs_.end()) return {kNotFound, "this witness does not know a log of that origin\n"};
  const std::lock_guard lock(log->second.mutex);
  if (log->second.note.empty()) return {kNotFound, "nothing was cosigned yet\n"};
  return {200, log->second.note};
}

}  // namespace tally::witness
