#include "connectors/directory/sync_pass.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/dn.h"
#include "connectors/directory/ds389.h"
#include "connectors/directory/sequence_numbers.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

/// "member;lang-de" is "member".
std::string_view without_options(std::string_view name) { return name.substr(0, name.find(';')); }

bool inside(const std::string& dn, const std::vector<std::string>& below) { return DnScope(below).contains(dn); }

}  // namespace

SyncPass::SyncPass(const FeedContext& context, ChangeFeed& feed, Query query, Replica& replica)
    : c_(context),
      feed_(feed),
      query_(std::move(query)),
      replica_(replica),
      is_389_(context.options.profile.dialect == Dialect::ds389) {}

base::Result<void> SyncPass::read_base(const std::string& base, std::string& cookie) {
  named_.clear();
  covered_ = is_389_ ? decltype(covered_){} : sequence_numbers(cookie);
  if (!is_389_ && covered_.empty()) return failure(ErrorKind::malformed, "the cookie is not one of OpenLDAP");
  if (!is_389_ && covered_ == sequence_numbers(context_csn(c_.session, c_.server, base, c_.patience))) return {};
  base::Result<void> good;
  auto answer = sync_search(c_.session, {base, query_, cookie}, c_.patience, [&](const EntryKey& key, const Entry& e) {
    if (good) good = take(key, e);
  });
  if (!answer) return tl::unexpected(answer.error());
  if (!good) return good;
  take_removals(base, *answer);
  if (auto removed = remove_unnamed(base, *answer); !removed) return removed;
  if (answer->cookie && !answer->cookie->empty()) cookie = *answer->cookie;
  notes_.push_back(
      fmt::format("changes-told: {} entries, {} removals{}", answer->entries, answer->removed.size(),
                  answer->present.empty() ? "" : fmt::format(", {} named as there", answer->present.size())));
  return {};
}

base::Result<void> SyncPass::take(const EntryKey& key, const Entry& entry) {
  named_.insert(key);
  if (is_389_) {  // what it sends on resumption is not what was asked for
    to_look_up_.push_back(key);
    return {};
  }
  if (const auto csn = entry.first("entryCSN"); !csn || covers(covered_, *csn)) {
    return failure(ErrorKind::conflict,
                   csn ? "it sends what did not change since the cookie: that is no list of changes"
                       : "an entry shows no entryCSN, so that changes cannot be told from the rest");
  }
  if (entry.has_value("hasSubordinates", "TRUE")) {
    take_container(key, entry);
    return {};
  }
  if (replica_.containers().contains(key)) replica_.remove_container(key);
  return put(entry);
}

/// It may be an entry of the query too, and then again it may not.
void SyncPass::take_container(const EntryKey& key, const Entry& entry) {
  rename_container(key, entry);
  to_ask_.emplace_back(key, entry.dn());
}

/// One that has others below it: with a new name, those have new names too. What was added below an entry that had
/// nothing below it is told one by one.
void SyncPass::rename_container(const EntryKey& key, const Entry& entry) {
  const auto known = replica_.containers().find(key);
  const bool new_one = known == replica_.containers().end();
  if (!new_one && known->second == entry.dn()) return;
  if (!new_one) left_.emplace_back(known->second);
  Entry before;
  const bool leaf_before = new_one && replica_.read(key, before) && before.dn() == entry.dn();
  if (!leaf_before) to_read_.emplace_back(entry.dn());
  replica_.put_container(key, entry.dn());
}

void SyncPass::remove(const EntryKey& key) {
  if (const auto known = replica_.containers().find(key); known != replica_.containers().end()) {
    left_.emplace_back(known->second);
    replica_.remove_container(key);
  }
  replica_.remove(key);
}

/// A removal says that an entry is not below this base (any more): it may be, and may always have been, below another.
void SyncPass::take_removals(const std::string& base, const SyncAnswer& answer) {
  const DnScope scope({base});
  Entry entry;
  for (const EntryKey& key : answer.removed) {
    if (named_.contains(key)) {
      to_look_up_.push_back(key);
      continue;
    }
    const auto container = replica_.containers().find(key);
    const std::string_view dn = replica_.read(key, entry)                  ? entry.dn()
                                : container != replica_.containers().end() ? container->second
                                                                           : std::string_view();
    if (c_.bases.size() == 1 || scope.contains(dn)) remove(key);
  }
}

base::Result<void> SyncPass::remove_unnamed(const std::string& base, const SyncAnswer& answer) {
  if (is_389_ || answer.refresh_deletes) return {};
  if (!answer.removed.empty() || answer.present.empty()) {
    return failure(ErrorKind::conflict,
                   "it says that it named all that is there, and named removals or nothing at all");
  }
  named_.insert(answer.present.begin(), answer.present.end());
  std::vector<EntryKey> gone;
  const bool only_base = c_.bases.size() == 1;
  const DnScope scope({base});
  bool readable = true;
  Entry entry;
  replica_.each_stored([&](const StoredEntry& stored) {
    if (named_.contains(stored.key)) return;
    readable = readable && replica_.read(stored.key, entry);
    if (only_base || scope.contains(entry.dn())) gone.push_back(stored.key);
  });
  if (!readable) return failure(ErrorKind::malformed, "a record of the replica cannot be read");
  for (const auto& [key, dn] : replica_.containers()) {
    if (!named_.contains(key) && (only_base || scope.contains(dn))) gone.push_back(key);
  }
  for (const EntryKey& key : gone) remove(key);
  for (const EntryKey& key : answer.present) {  // such as one that has something below it since
    if (replica_.find(key) == nullptr && !replica_.containers().contains(key)) to_look_up_.push_back(key);
  }
  return {};
}

base::Result<void> SyncPass::look_up_all() {
  constexpr std::size_t kAtOnce = 50;
  if (to_look_up_.size() > kMaxLookedUp) {
    return failure(ErrorKind::limit, fmt::format("{} entries would have to be asked for one by one, more than {}",
                                                 to_look_up_.size(), kMaxLookedUp));
  }
  const std::span<const EntryKey> all(to_look_up_);
  for (std::size_t i = 0; i < all.size(); i += kAtOnce) {
    if (auto good = look_up(all.subspan(i, std::min(kAtOnce, all.size() - i))); !good) return good;
  }
  return {};
}

base::Result<void> SyncPass::look_up(std::span<const EntryKey> keys) {
  std::string items;
  for (const EntryKey& key : keys)
    items += fmt::format("({}={})", feed_.key_attribute(), is_389_ ? unique_id_value(key.text()) : key.text());
  std::unordered_set<EntryKey, EntryKeyHash> found, above;
  base::Result<void> good;
  for (const std::string& base : c_.bases) {
    Search what;
    what.base = base;
    // Those that have others below them first: whether one is new is seen by its not being there yet.
    what.query = {fmt::format("(&(hasSubordinates=TRUE)(|{}))", items), {std::string(feed_.key_attribute())}};
    const SearchOutcome containers = search(c_.session, what, c_.patience, [&](const Entry& entry) {
      const auto key = feed_.key_of(entry);
      if (!key) return;
      above.insert(*key);
      rename_container(*key, entry);
    });
    what.query = {fmt::format("(&{}(|{}))", c_.profile.query().filter, items), c_.profile.query().attributes};
    const SearchOutcome entries = search(c_.session, what, c_.patience, [&](const Entry& entry) {
      if (const auto key = feed_.key_of(entry)) found.insert(*key);
      if (good) good = put(entry);
    });
    if (!good) return good;
    if (!entries.whole() || !containers.whole() || !entries.referrals.empty())
      return failure(ErrorKind::conflict, "entries that changed could not be read by their keys");
  }
  for (const EntryKey& key : keys) {
    if (!found.contains(key)) replica_.remove(key);
    if (above.contains(key)) continue;
    if (const auto known = replica_.containers().find(key); known != replica_.containers().end()) {
      left_.emplace_back(known->second);
      replica_.remove_container(key);
    }
  }
  return {};
}

base::Result<void> SyncPass::settle() {
  if (auto good = look_up_all(); !good) return good;
  for (const auto& [key, dn] : to_ask_) {
    if (auto good = put_if_found(key, dn); !good) return good;
  }
  for (const std::string& dn : to_read_) {
    if (auto good = read_below(dn); !good) return good;
  }
  if (left_.empty()) return {};
  bool orphan = false;
  const bool readable = replica_.each([&](const StoredEntry&, const Entry& entry) {
    const std::string dn(entry.dn());
    orphan = orphan || (inside(dn, left_) && !inside(dn, to_read_));
  });
  if (!readable) return failure(ErrorKind::malformed, "a record of the replica cannot be read");
  if (orphan) return failure(ErrorKind::conflict, "entries stay below one that was removed, renamed or moved away");
  return {};
}

base::Result<void> SyncPass::put_if_found(const EntryKey& key, const std::string& dn) {
  Search what;
  what.base = dn;
  what.scope = Scope::base;
  what.query = c_.profile.query();
  base::Result<void> good;
  const SearchOutcome found = search(c_.session, what, c_.patience, [&](const Entry& entry) { good = put(entry); });
  if (!good) return good;
  if (!found.whole() || !found.referrals.empty())
    return failure(ErrorKind::conflict, "an entry that has others below it could not be read");
  if (found.entries == 0) replica_.remove(key);
  return {};
}

base::Result<void> SyncPass::read_below(const std::string& dn) {
  Search what;
  what.base = dn;
  what.query = c_.profile.query();
  what.page_size = c_.options.page_size;
  base::Result<void> good;
  const SearchOutcome found = search(c_.session, what, c_.patience, [&](const Entry& entry) {
    if (good) good = put(entry);
  });
  if (!good) return good;
  if (!found.whole() || !found.referrals.empty())
    return failure(ErrorKind::conflict, "what lies below an entry with a new name could not be read whole");
  // Containers below it have new names too.
  what.query = {"(hasSubordinates=TRUE)", {std::string(feed_.key_attribute())}};
  bool keyed = true;
  const SearchOutcome containers = search(c_.session, what, c_.patience, [&](const Entry& entry) {
    const auto key = feed_.key_of(entry);
    keyed = keyed && key;
    if (key) replica_.put_container(*key, entry.dn());
  });
  if (!keyed || !containers.whole())
    return failure(ErrorKind::conflict, "entries that have others below them could not be listed");
  notes_.push_back(
      fmt::format("changes-read-below: {} entries below one that is new or has a new name", found.entries));
  return {};
}

bool SyncPass::wanted(std::string_view attribute) const {
  const auto& asked = c_.profile.query().attributes;
  const std::string_view name = without_options(attribute);
  return std::any_of(asked.begin(), asked.end(),
                     [&](const std::string& one) { return equal_ignoring_case(one, name); });
}

base::Result<void> SyncPass::put(const Entry& entry) {
  const auto key = feed_.key_of(entry);
  if (!key) return failure(ErrorKind::malformed, "an entry shows no key");
  kept_.start(entry.dn());
  for (const Entry::Attribute& attribute : entry.attributes()) {
    if (!wanted(attribute.name)) continue;
    kept_.attribute(attribute.name);
    for (const std::string_view value : entry.values_of(attribute)) kept_.value(value);
  }
  if (!replica_.put(*key, feed_.flags_of(kept_), kept_))
    return failure(ErrorKind::limit, "the entries have too many different attribute names");
  return {};
}

}  // namespace tally::directory
