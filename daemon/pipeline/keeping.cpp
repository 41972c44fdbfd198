#include "daemon/pipeline/keeping.h"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>

#include "daemon/ledger/event.h"
#include "daemon/pipeline/catch_up.h"
#include "daemon/pipeline/erasure.h"
#include "daemon/pipeline/prune_log.h"
#include "daemon/pipeline/state_folder.h"
#include "daemon/recorder/layout.h"

namespace tally::pipeline {
namespace {

using base::Result;

Result<void> make_folder(const std::string& state) {
  std::error_code code;
  const bool made = std::filesystem::create_directories(state, code);
  if (made) std::filesystem::permissions(state, std::filesystem::perms::owner_all, code);
  if (code) return base::system_failure("making the folder " + state, code.value());
  return {};
}

/// Nothing for a user whom the name service does not know, or of whom it has more to say than fits.
std::string login_of(uid_t uid) {
  std::array<char, 16384> room{};
  passwd record{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &record, room.data(), room.size(), &found) != 0 || found == nullptr) return {};
  return record.pw_name;
}

Result<void> record_abandoned(Kept& kept, const std::string& run, const std::string& reason, base::Instant now) {
  ledger::EventText text = ledger::encode(ledger::RunAbandoned{run, reason});
  const recorder::Draft draft{std::move(text.type), now, std::move(text.fields), {}, {}};
  if (auto recorded = kept.record({&draft, 1}); !recorded) return tl::unexpected(recorded.error());
  return {};
}

/// Makes `log` in the state folder stand for the signer's: everything that reads a log finds it in its place.
Result<void> link_log(const std::string& state, const std::string& signer_log) {
  const std::filesystem::path place = recorder::Layout(state).log();
  std::error_code code;
  if (std::filesystem::is_symlink(place, code)) {
    if (std::filesystem::read_symlink(place, code) == signer_log) return {};
    std::filesystem::remove(place, code);
  } else if (std::filesystem::exists(place, code)) {
    return base::failure(base::ErrorKind::conflict,
                         fmt::format("{} is a log that was written without a signer: move it to the signer's state, or "
                                     "away, before [log] names one",
                                     place.string()));
  }
  std::filesystem::create_directory_symlink(signer_log, place, code);
  if (code) return base::system_failure("linking " + place.string(), code.value());
  return {};
}

Result<recorder::Recorder> open_recorder(const KeepingOptions& options) {
  if (!options.log.signer.empty()) {
    if (auto linked = link_log(options.state, options.log.signer_log); !linked) return tl::unexpected(linked.error());
    return recorder::Recorder::open(options.log.signer, options.state);
  }
  if (!std::filesystem::exists(options.log_key)) {
    return base::failure(
        base::ErrorKind::not_found,
        fmt::format("the log's key {} does not exist: make one with `tallystick keygen --origin NAME --output {}`",
                    options.log_key, options.log_key));
  }
  return recorder::Recorder::open({options.state, options.log_key, options.clock, options.log, nullptr, options.news});
}

}  // namespace

Result<model::Receipt> Kept::record(std::span<const recorder::Draft> drafts) {
  auto receipt = recorder.append(drafts);
  if (!receipt) return receipt;
  // The log has entries of its own, such as the end of an epoch: those the store takes from the log.
  const auto next = store.next_index();
  if (!next) return tl::unexpected(next.error());
  auto projected = *next < receipt->first_index() ? catch_up(store, recorder, state) : store.project(*receipt);
  if (!projected) return tl::unexpected(projected.error());
  return receipt;
}

Result<std::vector<std::string>> abandon_unfinished(Kept& kept, const std::string& reason, base::Instant now) {
  // The log decides: a store that lags behind it may not know how a run ended, or that it began.
  if (auto current = catch_up(kept.store, kept.recorder, kept.state); !current) return tl::unexpected(current.error());
  auto unfinished = kept.store.unfinished_runs();
  if (!unfinished) return unfinished;
  for (const std::string& run : *unfinished) {
    if (auto recorded = record_abandoned(kept, run, reason, now); !recorded) return tl::unexpected(recorded.error());
  }
  if (unfinished->empty()) return unfinished;
  if (auto published = kept.recorder.publish(); !published) return tl::unexpected(published.error());
  return unfinished;
}

Result<void> check_owner(const std::string& state) {
  struct stat status {};
  if (::stat(state.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return base::system_failure("reading the folder " + state, errno);
  }
  if (status.st_uid == ::geteuid()) return {};
  const std::string login = login_of(status.st_uid);
  if (login.empty()) {
    return base::failure(base::ErrorKind::denied,
                         fmt::format("{} belongs to the user {}: run this as that user", state, status.st_uid));
  }
  return base::failure(base::ErrorKind::denied,
                       fmt::format("{} belongs to the user {}: run this as that user, as root with `runuser -u {} -- "
                                   "tallystick …`",
                                   state, login, login));
}

Result<Kept> open_kept(const KeepingOptions& options) {
  if (auto owned = check_owner(options.state); !owned) return tl::unexpected(owned.error());
  if (auto made = make_folder(options.state); !made) return tl::unexpected(made.error());
  auto recorder = open_recorder(options);
  if (!recorder) return tl::unexpected(recorder.error());
  if (options.tell) {
    for (const std::string& sentence : recorder->report().sentences()) options.tell(sentence);
  }
  if (auto written = write_file(public_key_path(options.state), recorder->vkey() + "\n"); !written) {
    return tl::unexpected(written.error());
  }
  auto store = store::Store::open(store_path(options.state));
  if (!store) return tl::unexpected(store.error());
  Kept kept{std::move(*recorder), std::move(*store), options.state};
  // Runs that another process began: the writer's lock says that it is gone.
  const auto abandoned =
      abandon_unfinished(kept, "the program or the machine stopped before its end", options.clock.wall());
  if (!abandoned) return tl::unexpected(abandoned.error());
  for (const std::string& run : *abandoned) {
    if (options.tell) options.tell(fmt::format("{} began and never ended; it is recorded as abandoned.", run));
  }
  if (auto pruned = finish_pruning(kept); !pruned) return tl::unexpected(pruned.error());
  auto erased = finish_erasure(kept, options.clock.wall());
  if (!erased) return tl::unexpected(erased.error());
  if (*erased && options.tell) options.tell(**erased);
  return kept;
}

}  // namespace tally::pipeline
