#include "daemon/recorder/timestamps.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <system_error>

#include "daemon/ledger/epochs.h"
#include "daemon/ledger/note.h"
#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/http.h"
#include "daemon/recorder/staging.h"

namespace tally::recorder {
namespace {

using base::Result;
using Steady = std::chrono::steady_clock;

}  // namespace

Result<Timestamps> Timestamps::open(const std::string& root, TimestampSettings settings) {
  auto authorities = ledger::TimestampAuthorities::parse(settings.authority_pem);
  if (!authorities) return tl::unexpected(authorities.error().within("the timestamp authority's certificates"));
  return Timestamps(Layout(root), std::move(settings), std::move(*authorities));
}

/// The ends of epochs without a token, oldest first.
Result<std::vector<std::uint64_t>> Timestamps::waiting() const {
  namespace fs = std::filesystem;
  std::set<std::uint64_t> closed, stamped;
  std::error_code error;
  const fs::path log = layout_.log();
  if (!exists((log / "epoch").string())) return std::vector<std::uint64_t>();
  for (fs::recursive_directory_iterator entry(log / "epoch", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string path = entry->path().lexically_relative(log).generic_string();
    if (const auto epoch = ledger::parse_closing_path(path)) closed.insert(*epoch);
    if (const auto epoch = ledger::parse_token_path(path)) stamped.insert(*epoch);
  }
  if (error) return base::system_failure((log / "epoch").string(), error.value());
  std::vector<std::uint64_t> waiting;
  std::set_difference(closed.begin(), closed.end(), stamped.begin(), stamped.end(), std::back_inserter(waiting));
  return waiting;
}

TimestampRound Timestamps::run(base::Instant now, std::chrono::milliseconds within) {
  TimestampRound round;
  const auto epochs = waiting();
  if (!epochs) {
    round.trouble = epochs.error();
    return round;
  }
  round.waiting = epochs->size();
  if (now < next_try_) return round;
  const auto until = Steady::now() + within;
  for (const std::uint64_t epoch : *epochs) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now());
    if (left.count() <= 0) break;
    if (auto stamped = stamp(epoch, left); !stamped) {
      round.trouble = stamped.error().within(fmt::format("timestamp of epoch {}", epoch));
      break;
    }
    ++round.stored;
    --round.waiting;
  }
  pause_ = round.trouble ? std::clamp(pause_ * 2, kFirstPause, kLongestPause) : std::chrono::seconds{0};
  next_try_ = base::add(now, pause_);
  return round;
}

Result<void> Timestamps::stamp(std::uint64_t epoch, std::chrono::milliseconds within) {
  const auto bytes = read_file(layout_.log() + "/" + ledger::closing_path(epoch));
  if (!bytes) return tl::unexpected(bytes.error());
  const auto note = ledger::Note::parse(*bytes);
  if (!note) return tl::unexpected(note.error());
  const base::Digest imprint = base::sha256(note->text);
  std::uint64_t nonce = 0;
  randombytes_buf(&nonce, sizeof nonce);
  const HttpTarget target{.url = settings_.url,
                          .content_type = "application/timestamp-query",
                          .expected_type = "application/timestamp-reply",
                          .max_reply = ledger::kMaxTokenBytes,
                          .ca_file = settings_.ca_file};
  const auto reply = post(target, ledger::timestamp_query(imprint, nonce), within);
  if (!reply) return tl::unexpected(reply.error());
  const auto time = authorities_.check(*reply, imprint, nonce);
  if (!time) return tl::unexpected(time.error().within(settings_.url));
  // A folder of its own: the writer of the log empties that of its files when it starts.
  Staging staging(FileOperations::system(), layout_.state() + "/staging-timestamps");
  if (auto ready = staging.prepare(); !ready) return ready;
  return staging.save(layout_.log() + "/" + ledger::token_path(epoch), *reply);
}

}  // namespace tally::recorder
