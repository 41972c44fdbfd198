#include "daemon/ledger/verify_tokens.h"

#include <fmt/format.h>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/note.h"

namespace tally::ledger {
namespace {

using base::Result;

Result<base::Instant> time_of(TileReader& log, std::uint64_t epoch, std::string_view token,
                              const TimestampAuthorities& authorities) {
  const auto bytes = log.read(closing_path(epoch), kMaxNoteBytes);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto note = Note::parse(*bytes);
  if (!note) return tl::unexpected(note.error());
  return authorities.check(token, base::sha256(note->text), std::nullopt);
}

}  // namespace

bool TokenCheck::wants(std::string_view type) const {
  return type == entry_type::kGenesis || type == entry_type::kEpochClosed;
}

/// What is wrong with such an entry is the business of the check of epochs.
void TokenCheck::entry(std::uint64_t index, std::string_view leaf, const base::Digest& /*root_behind*/) {
  if (index == 0) {
    if (const auto plan = EpochPlan::of(leaf)) plan_ = *plan;
  } else if (const auto closed = EpochClosed::of(leaf); closed && *closed) {
    ended_.push_back((*closed)->epoch);
  }
}

void TokenCheck::finish(TileReader& log, const TimestampAuthorities* authorities, Problems& problems) const {
  if (!plan_ || ended_.empty()) return;
  std::uint64_t found = 0;
  for (const std::uint64_t epoch : ended_) {
    if (epoch >= plan_->count) continue;
    const std::string path = token_path(epoch);
    const auto token = log.read(path, kMaxTokenBytes);
    if (!token && token.error().kind == base::ErrorKind::not_found) continue;
    ++found;
    if (authorities == nullptr) continue;
    const auto time = token ? time_of(log, epoch, *token, *authorities) : tl::unexpected(token.error());
    if (!time) {
      problems.add(path, {}, time.error().message);
    } else if (*time > base::add(plan_->end_of(epoch), kTokenGrace)) {
      problems.note(
          fmt::format("the timestamp of epoch {} is of {}, more than {} h after its end: it shows no more than "
                      "that the epoch was closed by then",
                      epoch, base::format_instant(*time), kTokenGrace.count()));
    }
  }
  if (authorities == nullptr) {
    if (found != 0) problems.note(fmt::format("{} timestamps were not checked: no --tsa-ca was given", found));
  } else if (found < ended_.size()) {
    problems.note(fmt::format("{} of {} ended epochs have no timestamp yet", ended_.size() - found, ended_.size()));
  }
}

}  // namespace tally::ledger
