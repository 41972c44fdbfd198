#include "connectors/directory/followed_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <future>
#include <utility>

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;
using model::CoverageState;
using model::Gap;

/// Differing entries that are named, as rejects.
constexpr std::size_t kDifferencesNamed = 5;
/// What changes may add to a replica before it is made anew, however small it was.
constexpr std::uint64_t kLeastGrowth = 4U << 20U;
/// Of changes and keys in one run: a directory in use changes between the two.
constexpr int kCounts = 3;

}  // namespace

void FollowedReading::read(Session& session) {
  const ServerState before = greet(session);
  auto asked = Profile::create(options().profile, source().started);
  if (!asked) return read_whole(session, before);
  asked_ = std::move(*asked);
  std::optional<Replica> old;
  const auto followed = follow(session, before, old);
  if (followed) return;
  note(fmt::format("changes: everything was read, because {}", followed.error().message));
  read_and_keep(session, before, old);
}

/// What binds a replica to a server, a query and an identity. Any difference and it is not used.
std::string FollowedReading::identity(const std::string& of_feed) const {
  const LdapOptions& o = options();
  std::string out =
      fmt::format("uri: {}\nbind: {} {}\nkeytab: {} {}\ncertificate: {}\n", o.uri, static_cast<int>(o.bind), o.bind_dn,
                  o.keytab, o.credential_cache, o.client_certificate);
  out +=
      fmt::format("dialect: {}\nbases: {}\nfilter: {}\naccounts: {}\ngroups: {}\nattributes: {}\n",
                  to_string(o.profile.dialect), fmt::join(bases(), " | "), profile().query().filter,
                  profile().account_filter(), profile().group_filter(), fmt::join(profile().query().attributes, " "));
  return out + fmt::format("feed: {}\n", feed_->name()) + of_feed;
}

base::Result<void> FollowedReading::follow(Session& session, const ServerState& before, std::optional<Replica>& old) {
  if (!feed_) return failure(ErrorKind::unsupported, "directories of this kind cannot be followed");
  const auto of_feed = feed_->identity(context(session, before));
  if (!of_feed) return tl::unexpected(of_feed.error());
  identity_ = identity(fmt::format("{}\n{}", fmt::join(before.notes, "\n"), *of_feed));
  // On a connection of its own: one that is cut in the midst of this must not be missing for what follows.
  auto own = open_another(patience().total);
  if (!own) return tl::unexpected(own.error());
  const FeedContext its = context(*own, before);
  auto replica = open_replica(its);
  if (!replica) return tl::unexpected(replica.error());
  // Before the changes, so that what changes between them and the full read is told once more.
  const bool due = base::add(replica->state().read_in_full, options().full_read_every) <= source().started ||
                   replica->later_bytes() > std::max(replica->first_bytes(), kLeastGrowth);
  if (due) {
    if (auto begun = begin(*own, before); !begun) return begun;
  }
  auto state = due ? feed_->read(its, replica->state().feed, *replica) : read_changes(session, its, *replica);
  if (!state) return tl::unexpected(state.error());
  if (due) {
    old = std::move(*replica);
    return failure(ErrorKind::conflict, "it is time to (full_read_every, or the replica has grown to twice its size)");
  }
  if (!disagreed_.empty()) {
    old = std::move(*replica);
    return failure(ErrorKind::conflict, disagreed_);
  }
  ReplicaState now = replica->state();
  now.followed = source().started;
  now.feed = std::move(*state);
  if (auto kept = replica->commit(now); !kept) note("changes: not kept: " + kept.error().message);
  read_the_rest(session, before, *replica);
  return {};
}

base::Result<std::string> FollowedReading::read_changes(Session& session, const FeedContext& c, Replica& replica) {
  const model::SourceRecord at_first = source();
  auto state = feed_->read(c, replica.state().feed, replica);
  for (int round = 1; state; ++round) {
    // Reads both, as the taking of its entries does.
    auto counted = std::async(std::launch::async, [&] { return ReplicaCount::make(c, *feed_, replica); });
    take_all(session, replica);
    counted_ = counted.get();
    disagreed_ = counted_.failed() || counted_.agrees() ? "" : counted_.in_words();
    if (disagreed_.empty()) return state;
    forget_all_since(at_first);
    if (round == kCounts) return state;
    // Before the changes that are asked for once more: the full read, if it comes to that, is compared with them.
    if (state_.empty()) {
      if (auto begun = begin(c.session, c.server); !begun) return tl::unexpected(begun.error());
    }
    state = feed_->read(c, *state, replica);
  }
  return state;
}

base::Result<Replica> FollowedReading::open_replica(const FeedContext& c) {
  auto replica = Replica::open(options().replica);
  if (!replica) {
    if (replica.error().kind != ErrorKind::not_found) return replica;
    return failure(ErrorKind::not_found, "there is no replica yet");
  }
  if (replica->identity() != identity_)
    return failure(ErrorKind::conflict, "the replica is of another server, query or identity");
  if (replica->state().read_in_full > c.now || replica->state().followed > c.now)
    return failure(ErrorKind::conflict, "the replica is of a time to come");
  return replica;
}

/// As read_whole() does, without what only a full read can do.
void FollowedReading::take_all(Session& session, const Replica& replica) {
  for (const std::string& base : bases()) read_base(session, base);
  const bool whole = replica.each([&](const StoredEntry&, const Entry& entry) { take(entry); });
  if (!whole) coverage().lower(CoverageState::doubtful, Gap::Kind::rejected, "a record of the replica cannot be read");
}

void FollowedReading::read_the_rest(Session& session, const ServerState& before, const Replica& replica) {
  hashed().update(replica.digest().view());
  if (!lost()) read_ranges_of(session);
  prove_absences_in(session, bases());
  read_past(session, before);
  if (!lost()) {
    ProbeContext probes = probe_context(session);
    probe_canaries(probes);
  }
  conclude(session);
  const ReplicaState& state = replica.state();
  for (std::string& line : feed_->notes()) note(std::move(line));
  note(fmt::format(
      "changes: followed by {}; {} entries changed and {} went; everything was read and counted last at {}: "
      "{} entries",
      feed_->name(), replica.changed(), replica.removed(), base::format_instant(state.read_in_full), state.counted));
  if (count_failed(counted_.count, coverage())) return;
  coverage().records_counted = counted_.count.entries;
  coverage().counted_by = counted_.how;
}

void FollowedReading::each(const Entry& entry) {
  take(entry);
  if (!writer_) return;
  const auto key = feed_->key_of(entry);
  if (!key) {
    no_key_ = fmt::format("an entry shows no {}", feed_->key_attribute());
  } else if (auto ranged = RangedEntry::of(entry)) {
    ranged_.insert_or_assign(std::string(entry.dn()), Ranged{*key, std::move(*ranged)});
  } else {
    writer_->put(*key, feed_->flags_of(entry), entry);
  }
}

/// A group is kept whole, so that later runs need not ask for its ranges while it does not change.
void FollowedReading::each_range(const OpenRange& asked, const Entry& answer) {
  const auto found = ranged_.find(asked.dn);
  if (found == ranged_.end() || !writer_ || found->second.entry.take(answer) != RangeStep::complete) return;
  Entry whole;
  found->second.entry.fill(whole);
  writer_->put(found->second.key, feed_->flags_of(whole), whole);
  ranged_.erase(found);
}

base::Result<void> FollowedReading::begin(Session& session, const ServerState& before) {
  auto state = feed_->begin(context(session, before));
  if (!state) return tl::unexpected(state.error());
  state_ = std::move(*state);
  return {};
}

void FollowedReading::read_and_keep(Session& session, const ServerState& before, const std::optional<Replica>& old) {
  base::Result<void> good;
  if (!feed_ || identity_.empty()) return read_whole(session, before);
  if (state_.empty()) {
    auto own = open_another(patience().total);
    good = own ? begin(*own, before) : tl::unexpected(own.error());
  }
  if (good) {
    auto writer = ReplicaWriter::create(options().replica, identity_);
    if (writer) {
      writer_.emplace(std::move(*writer));
    } else {
      good = tl::unexpected(writer.error());
    }
  }
  read_whole(session, before);
  if (good) good = keep(session, before, old);
  writer_.reset();
  if (!good) {
    ReplicaWriter::discard_unfinished(options().replica);
    note("changes: the next run reads everything again, because " + good.error().message);
  }
  if (disagreed_.empty()) return;
  ReplicaWriter::discard(options().replica);
  coverage().lower(CoverageState::doubtful, Gap::Kind::count_mismatch,
                   fmt::format("the server did not tell all that changed: {}; a comparison with a full read was not "
                               "possible, and earlier runs followed what it told",
                               disagreed_));
}

base::Result<void> FollowedReading::keep(Session& session, const ServerState& before,
                                         const std::optional<Replica>& old) {
  if (coverage().state != CoverageState::complete)
    return failure(ErrorKind::unsupported, "not everything was seen: " + coverage().in_words());
  if (followed() > 0) return failure(ErrorKind::unsupported, "part of the tree lives on another server");
  if (!no_key_.empty()) return failure(ErrorKind::unsupported, no_key_);
  if (!ranged_.empty()) return failure(ErrorKind::unsupported, "the rest of the members of a group did not come");
  const FeedContext c = context(session, before);
  const std::uint64_t counted = coverage().records_counted.value_or(coverage().records_read);
  ReplicaState state{source().started, counted, source().started, state_};
  auto fresh = std::move(*writer_).finish(state);
  if (!fresh) return tl::unexpected(fresh.error());
  if (auto good = feed_->complete(c, *fresh, harvest().accounts.size()); !good) return good;
  state.feed = feed_->settled(state_);
  if (auto good = fresh->commit(state); !good) return good;
  if (old) {
    const auto same = compare(c, *old, *fresh);
    if (!same) return tl::unexpected(same.error());
    if (!*same) {
      ReplicaWriter::discard(options().replica);
      return failure(ErrorKind::conflict, "the two ways of reading differ");
    }
  }
  if (auto good = ReplicaWriter::put_in_place(options().replica); !good) return good;
  note(fmt::format("changes: from now on they are followed by {}", feed_->name()));
  for (std::string& line : feed_->notes()) note(std::move(line));
  return {};
}

base::Result<bool> FollowedReading::compare(const FeedContext& c, const Replica& old, Replica& fresh) {
  std::vector<EntryKey> differing;
  Entry a, b;
  const std::vector<std::string> restless = feed_->restless();
  fresh.each_stored([&](const StoredEntry& stored) {
    const StoredEntry* before = old.find(stored.key);
    if (before != nullptr && before->body == stored.body) return;
    const bool same = fresh.read(stored.key, a) && old.read(stored.key, b) && same_content(a, b, restless);
    if (!same) differing.push_back(stored.key);
  });
  old.each_stored([&](const StoredEntry& stored) {
    if (fresh.find(stored.key) == nullptr) differing.push_back(stored.key);
  });
  if (!differing.empty()) {
    auto own = open_another(patience().total);
    if (!own) return tl::unexpected(own.error());
    // A state newer than what is in `fresh` by now does no harm: it is not committed.
    const ServerState now = read_state(*own, options().profile, patience());
    const auto meanwhile =
        feed_->read({*own, c.options, c.profile, c.bases, now, c.patience, c.now}, fresh.state().feed, fresh);
    if (!meanwhile) return tl::unexpected(meanwhile.error());
    std::erase_if(differing, [&](const EntryKey& key) { return fresh.touched().contains(key); });
  }
  note(fmt::format("changes: compared with a full read, {} entries differ", differing.size()));
  disagreed_.clear();
  if (!differing.empty()) differ(differing, old, fresh);
  return differing.empty();
}

void FollowedReading::differ(const std::vector<EntryKey>& keys, const Replica& old, const Replica& fresh) {
  std::size_t only_before = 0, only_now = 0, named = 0;
  Entry entry;
  for (const EntryKey& key : keys) {
    const bool now = fresh.read(key, entry);
    const bool before = now ? old.find(key) != nullptr : old.read(key, entry);
    only_before += now ? 0 : 1;
    only_now += before ? 0 : 1;
    if (named++ >= kDifferencesNamed) continue;
    coverage().reject({0, "", std::string(entry.dn().substr(0, 200)),
                       now && before ? "changed, and the server did not tell"
                       : now         ? "new, and the server did not tell"
                                     : "gone, and the server did not tell",
                       false});
  }
  coverage().lower(
      CoverageState::doubtful, Gap::Kind::count_mismatch,
      fmt::format("the server did not tell all that changed since {}: of {} entries {} differ from what it "
                  "told ({} that it did not tell of, {} that are gone, {} that changed); runs since then "
                  "followed what it told",
                  base::format_instant(old.state().read_in_full), fresh.size(), keys.size(), only_now, only_before,
                  keys.size() - only_now - only_before));
}

}  // namespace tally::directory
