#include "daemon/store/revocations.h"

#include <algorithm>

#include "daemon/store/reading.h"
#include "policy/model/looked_at.h"

namespace tally::store {

using base::Result;

Result<std::vector<Store::FollowedLeaver>> Store::followed_leavers(base::Instant since) {
  auto statement =
      database_.prepare("SELECT first, leaf, personal FROM leavers WHERE over = 0 OR ended >= ? ORDER BY first");
  if (!statement) return tl::unexpected(statement.error());
  statement->bind(1, base::format_instant(since));
  std::vector<FollowedLeaver> all;
  for (auto more = statement->next(); !more || *more; more = statement->next()) {
    if (!more) return tl::unexpected(more.error());
    auto event = decode_as<ledger::LeaverFollowed>(statement->text(1), statement->text(2));
    if (!event) return tl::unexpected(event.error());
    if (event->revocation.key.empty()) continue;  // erased
    all.push_back({static_cast<std::uint64_t>(statement->number(0)), std::move(event->revocation)});
  }
  return all;
}

namespace {

/// HR took the leaving back by mistake, and said it again.
bool said_again(const std::vector<Store::FollowedLeaver>& all, std::size_t at) {
  const model::Revocation& recalled = all[at].revocation;
  return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(at) + 1, all.end(), [&](const auto& later) {
    return later.revocation.key == recalled.key && later.revocation.seen == recalled.seen;
  });
}

}  // namespace

Result<void> load_revocations(Store& store, model::RunReport& report) {
  auto followed = store.followed_leavers(report.summary.as_of - model::Revocation::kFollowedFor);
  if (!followed) return tl::unexpected(followed.error());
  for (std::size_t i = 0; i < followed->size(); ++i) {
    Store::FollowedLeaver& one = (*followed)[i];
    if (one.revocation.recalled && (!one.revocation.access.gone || said_again(*followed, i))) continue;
    one.revocation.until = report.summary.as_of;
    one.revocation.looked = model::looked_at(report.sources, report.summary.as_of);
    report.revocations.push_back(std::move(one.revocation));
  }
  model::sort_by_urgency(report.revocations);
  return {};
}

}  // namespace tally::store
