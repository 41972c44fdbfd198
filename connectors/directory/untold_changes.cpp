#include "connectors/directory/untold_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_set>

#include "connectors/directory/schema.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

constexpr std::string_view kLockedForGood = "000001010000Z";  // written by people, so it is told

/// GeneralizedTime (RFC 4517 §3.3.13) of whole seconds.
std::string generalized(base::Instant at) {
  std::string text = base::format_instant(std::chrono::floor<std::chrono::seconds>(at));
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'T'; });
  return text;
}

}  // namespace

UntoldChanges::UntoldChanges(const ProfileOptions& options) {
  std::vector<std::string> sign_ins = options.sign_in_attributes;
  if (options.dialect == Dialect::openldap) {
    if (sign_ins.empty()) sign_ins = {"pwdLastSuccess", "authTimestamp"};
    all_ = {{"pwdAccountLockedTime", Kind::lock}};
  } else if (options.dialect == Dialect::ds389) {
    if (sign_ins.empty()) sign_ins = {"lastLoginTime", "krbLastSuccessfulAuth"};
    all_ = {{"accountUnlockTime", Kind::unlock}, {"krbLoginFailedCount", Kind::failures}};
    sign_ins.emplace_back("lastLoginTime");  // accountInactivityLimit counts from it
  }
  for (std::string& name : sign_ins) {
    const bool there = std::any_of(all_.begin(), all_.end(),
                                   [&](const Attribute& known) { return equal_ignoring_case(known.name, name); });
    if (!there) all_.push_back({std::move(name), Kind::sign_in});
  }
}

void UntoldChanges::know(const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::erase_if(all_, [&](const Attribute& one) { return !knows(names, one.name); });
}

std::vector<std::string> UntoldChanges::attributes() const {
  std::vector<std::string> out;
  for (const Attribute& one : all_) out.push_back(one.name);
  return out;
}

std::string UntoldChanges::in_words() const { return fmt::format("{}", fmt::join(attributes(), " ")); }

bool UntoldChanges::locked(const Entry& entry) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Attribute& one) {
    const auto value = one.kind == Kind::sign_in ? std::nullopt : entry.first(one.name);
    return value && *value != kLockedForGood && !(one.kind == Kind::failures && *value == "0");
  });
}

std::uint8_t UntoldChanges::look_at(const Entry& entry) {
  for (const Attribute& one : all_) {
    if (one.kind != Kind::sign_in) continue;
    for (const std::string_view value : entry.values(one.name)) {
      const auto at = generalized_time(value);
      if (at && (!latest_ || *at > *latest_)) latest_ = at;
    }
  }
  return locked(entry) ? kLocked : 0;
}

std::string UntoldChanges::assertion(const Attribute& attribute, std::optional<base::Instant> since) const {
  if (attribute.kind == Kind::failures) return fmt::format("({}>=1)", attribute.name);
  if (attribute.kind == Kind::unlock) return fmt::format("({}=*)", attribute.name);
  // Locks for good have year 0.
  if (attribute.kind == Kind::lock) return fmt::format("({}>=19700101000000Z)", attribute.name);
  return since ? fmt::format("({}>={})", attribute.name, generalized(*since)) : fmt::format("({}=*)", attribute.name);
}

base::Result<void> UntoldChanges::prove(const FeedContext& c, const ChangeFeed& feed, const Replica& replica,
                                        std::uint64_t accounts) const {
  if (all_.empty()) return {};
  std::string filter = "(&" + c.profile.account_filter();
  for (const Attribute& one : all_) {
    const std::string item = assertion(one, c.now);
    filter += fmt::format("(|{}(!{}))", item, item);
  }
  std::uint64_t searchable = 0;
  for (const std::string& base : c.bases) {
    Search what;
    what.base = base;
    what.query = {filter + ")", {std::string(feed.key_attribute())}};
    what.page_size = c.options.page_size;
    const SearchOutcome found = search(c.session, what, c.patience, [&](const Entry& entry) {
      const auto key = feed.key_of(entry);
      if (key && replica.find(*key) != nullptr) ++searchable;
    });
    if (!found.whole()) return failure(ErrorKind::limit, "what it changes untold could not be looked into");
  }
  if (searchable >= accounts) return {};
  return failure(ErrorKind::denied,
                 fmt::format("of {} accounts, {} cannot be searched by what the server changes without telling ({}): "
                             "access rules forbid it, or an attribute has no order",
                             accounts, accounts - searchable, in_words()));
}

base::Result<void> UntoldChanges::read(const FeedContext& c, base::Instant began, const Replica& replica,
                                       const Put& put) {
  if (all_.empty()) return {};
  std::optional<base::Instant> since;
  if (latest_) since = base::add(std::min(*latest_, began), -std::chrono::duration_cast<base::Duration>(kMargin));
  std::string items;
  for (const Attribute& one : all_) items += assertion(one, since);
  std::vector<EntryKey> had;
  replica.each_stored([&](const StoredEntry& stored) {
    if ((stored.flags & kLocked) != 0) had.push_back(stored.key);
  });
  std::unordered_set<std::string> found;
  for (const std::string& base : c.bases) {
    Search what;
    what.base = base;
    what.query = {fmt::format("(&{}(|{}))", c.profile.query().filter, items), c.profile.query().attributes};
    what.page_size = c.options.page_size;
    base::Result<void> good;
    const SearchOutcome outcome = search(c.session, what, c.patience, [&](const Entry& entry) {
      if (good) good = put(entry);
      if (!had.empty()) found.emplace(entry.dn());
    });
    if (!good) return good;
    if (!outcome.whole() || !outcome.referrals.empty())
      return failure(ErrorKind::unavailable, "what the server changes untold could not be read whole");
  }
  std::vector<EntryKey> gone;
  Entry entry;
  for (const EntryKey& key : had) {
    if (replica.read(key, entry) && locked(entry) && !found.contains(std::string(entry.dn()))) gone.push_back(key);
  }
  return read_again(c, gone, replica, put);
}

base::Result<void> UntoldChanges::read_again(const FeedContext& c, const std::vector<EntryKey>& keys,
                                             const Replica& replica, const Put& put) {
  if (keys.size() > kMaxReadAgain)
    return failure(ErrorKind::limit, fmt::format("{} lockouts ended, more than {}", keys.size(), kMaxReadAgain));
  Entry old;
  for (const EntryKey& key : keys) {
    if (!replica.read(key, old)) return failure(ErrorKind::malformed, "a record of the replica cannot be read");
    base::Result<void> good;
    Search what;
    what.base = std::string(old.dn());
    what.scope = Scope::base;
    what.query = c.profile.query();
    const SearchOutcome outcome = search(c.session, what, c.patience, [&](const Entry& entry) {
      if (good) good = put(entry);
    });
    if (!good) return good;
    if (outcome.entries != 1 || !outcome.whole())
      return failure(ErrorKind::conflict, "an entry whose lockout ended is not found where it was");
  }
  return {};
}

}  // namespace tally::directory
