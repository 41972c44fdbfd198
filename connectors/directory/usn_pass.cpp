#include "connectors/directory/usn_pass.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/person_queries.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

constexpr std::size_t kKeysAtOnce = 50;
constexpr std::size_t kNamesAtOnce = 20;
constexpr std::string_view kNumber = "uSNChanged";
constexpr std::int64_t kStepsASecond = 10'000'000;  // of FILETIME

/// "member;range=0-1499" is "member".
std::string_view without_options(std::string_view name) { return name.substr(0, name.find(';')); }

std::string key_item(const EntryKey& key) {
  std::string out = "(objectGUID=";
  for (const std::uint8_t byte : key.bytes) out += fmt::format("\\{:02x}", byte);
  return out + ")";
}

}  // namespace

UsnPass::UsnPass(const FeedContext& context, ChangeFeed& feed, Replica& replica,
                 const std::vector<std::string>& dn_attributes)
    : c_(context), feed_(feed), replica_(replica), dn_attributes_(dn_attributes) {}

void UsnPass::hear(const Entry& entry) {
  ++told_;
  const auto key = feed_.key_of(entry);
  if (!key) {
    renamed_.insert(EntryKey());  // of something: the keys are compared
  } else if (entry.has_value("isDeleted", "TRUE")) {
    if (replica_.find(*key) != nullptr) doubtful_.insert(*key);
  } else if (entry.has("name") || entry.has("nTSecurityDescriptor") || entry.has("isDeleted")) {
    renamed_.insert(*key);
  }
}

base::Result<void> UsnPass::put(const Entry& entry) {
  const auto key = feed_.key_of(entry);
  if (!key) return failure(ErrorKind::malformed, "an entry shows no objectGUID");
  if (replica_.find(*key) == nullptr) new_.emplace_back(entry.dn());
  kept_.start(entry.dn());
  for (const Entry::Attribute& attribute : entry.attributes()) {
    if (equal_ignoring_case(attribute.name, kNumber)) continue;
    kept_.attribute(attribute.name);
    for (const std::string_view value : entry.values_of(attribute)) kept_.value(value);
  }
  found_.insert(*key);
  if (auto ranged = RangedEntry::of(kept_)) {
    ranged_.emplace_back(*key, std::move(*ranged));
    return {};
  }
  return keep(*key, kept_);
}

base::Result<void> UsnPass::keep(const EntryKey& key, const Entry& entry) {
  if (!replica_.put(key, feed_.flags_of(entry), entry))
    return failure(ErrorKind::limit, "the entries have too many different attribute names");
  return {};
}

/// One that does not come to its end is kept as it was sent: it is read once more with all others, and told there.
base::Result<void> UsnPass::read_ranges() {
  for (auto& [key, its] : ranged_) {
    RangedEntry& entry = its;  // clang 14 lets no lambda take a structured binding
    RangeStep step = RangeStep::more;
    while (step == RangeStep::more && ++range_requests_ <= kMaxRangeRequests) {
      step = RangeStep::refused;
      const SearchOutcome answer = read_entry(c_.session, entry.dn(), {entry.asked()}, c_.patience,
                                              [&](const Entry& part) { step = entry.take(part); });
      if (answer.connection_lost()) return failure(ErrorKind::conflict, "the members of a group could not be read");
    }
    entry.fill(kept_);
    if (auto good = keep(key, kept_); !good) return good;
  }
  ranged_.clear();
  return {};
}

base::Result<std::uint64_t> UsnPass::read_into_replica(const std::string& filter) {
  std::uint64_t entries = 0;
  for (const std::string& base : c_.bases) {
    Search what;
    what.base = base;
    what.query = {fmt::format("(&{}{})", c_.profile.query().filter, filter), c_.profile.query().attributes};
    what.query.attributes.emplace_back(kNumber);
    what.page_size = c_.options.page_size;
    base::Result<void> good;
    const SearchOutcome found = search(c_.session, what, c_.patience, [&](const Entry& entry) {
      // One that shows no number changes without a word.
      if (good && !entry.has(kNumber)) good = failure(ErrorKind::denied, "an entry shows no uSNChanged");
      if (good) good = put(entry);
    });
    if (!good) return tl::unexpected(good.error());
    if (!found.whole()) return failure(ErrorKind::conflict, "what changed could not be read whole");
    if (auto whole = read_ranges(); !whole) return tl::unexpected(whole.error());
    entries += found.entries;
  }
  return entries;
}

base::Result<void> UsnPass::each_key(const std::string& filter, const EachKey& each) {
  for (const std::string& base : c_.bases) {
    Search what;
    what.base = base;
    what.query = {filter, {std::string(feed_.key_attribute())}};
    what.page_size = c_.options.page_size;
    bool keyed = true;
    const SearchOutcome found = search(c_.session, what, c_.patience, [&](const Entry& entry) {
      const auto key = feed_.key_of(entry);
      keyed = keyed && key;
      if (key) each(*key, entry);
    });
    if (!keyed || !found.whole()) return failure(ErrorKind::conflict, "the keys of entries could not be read whole");
  }
  return {};
}

base::Result<void> UsnPass::read_changed(std::uint64_t first_usn, bool told) {
  Keys before;
  for (const EntryKey& key : renamed_) {
    if (replica_.find(key) != nullptr) before.insert(key);
  }
  const auto changed = read_into_replica(fmt::format("({}>={})", kNumber, first_usn));
  if (!changed) return tl::unexpected(changed.error());
  // What is new has nothing below it that was not told by itself.
  const bool names = std::any_of(renamed_.begin(), renamed_.end(),
                                 [&](const EntryKey& key) { return before.contains(key) || !found_.contains(key); });
  const bool compare = !told || names;
  notes_.push_back(fmt::format("changes-told: {} entries with a higher uSNChanged; {}{}", *changed,
                               told ? fmt::format("{} changes of names, lists and deletions by DirSync; ", told_) : "",
                               compare ? "the keys of all entries compared" : "no keys compared"));
  if (auto good = compare ? compare_keys() : find_unmatched(first_usn); !good) return good;
  return read_doubtful();
}

/// Entries that changed so that the query finds them no more.
base::Result<void> UsnPass::find_unmatched(std::uint64_t first_usn) {
  return each_key(fmt::format("({}>={})", kNumber, first_usn), [&](const EntryKey& key, const Entry&) {
    if (!found_.contains(key) && replica_.find(key) != nullptr) doubtful_.insert(key);
  });
}

base::Result<void> UsnPass::compare_keys() {
  Keys there;
  Entry known;
  auto good = each_key(c_.profile.query().filter, [&](const EntryKey& key, const Entry& entry) {
    there.insert(key);
    if (!replica_.read(key, known) || known.dn() != entry.dn()) doubtful_.insert(key);
  });
  if (!good) return good;
  counted_ = there.size();
  replica_.each_stored([&](const StoredEntry& stored) {
    if (!there.contains(stored.key)) doubtful_.insert(stored.key);
  });
  return {};
}

base::Result<void> UsnPass::settle(std::int64_t latest_sign_in) {
  const std::int64_t margin = std::chrono::seconds(kMargin).count() * kStepsASecond;
  const auto untold = read_into_replica(
      fmt::format("(|(lastLogon>={})(lockoutTime>=1))", std::max<std::int64_t>(latest_sign_in - margin, 1)));
  if (!untold) return tl::unexpected(untold.error());
  while (!new_.empty()) {
    if (auto good = read_namers_of_new(); !good) return good;
  }
  if (auto good = look_for_strange_names(); !good) return good;
  const std::size_t strange = doubtful_.size();
  if (auto good = read_doubtful(); !good) return good;
  notes_.push_back(fmt::format(
      "changes-asked: {} entries with a sign-in or a lockout, {} that name what is no entry here", *untold, strange));
  return {};
}

/// One that was restored, or is shown again, may be a member as it was before, of a group that did not change.
base::Result<void> UsnPass::read_namers_of_new() {
  const std::vector<std::string> names = std::move(new_);
  new_.clear();
  if (names.size() > kMaxReadAgain) return failure(ErrorKind::limit, fmt::format("{} entries are new", names.size()));
  for (std::size_t i = 0; i < names.size(); i += kNamesAtOnce) {
    std::string filter = "(|";
    for (std::size_t k = i; k < std::min(names.size(), i + kNamesAtOnce); ++k) {
      const std::string value = escaped_value(names[k]);
      for (const std::string& attribute : dn_attributes_) filter += fmt::format("({}={})", attribute, value);
    }
    if (auto good = read_into_replica(filter + ")"); !good) return tl::unexpected(good.error());
  }
  return {};
}

/// Entries with a name of what is no entry here: nobody says when that changes.
base::Result<void> UsnPass::look_for_strange_names() {
  std::unordered_set<std::string_view> known;  // into the replica
  replica_.each([&](const StoredEntry&, const Entry& entry) { known.insert(entry.dn()); });
  const bool readable = replica_.each([&](const StoredEntry& stored, const Entry& entry) {
    for (const Entry::Attribute& attribute : entry.attributes()) {
      const bool names = std::any_of(dn_attributes_.begin(), dn_attributes_.end(), [&](const std::string& one) {
        return equal_ignoring_case(one, without_options(attribute.name));
      });
      const auto values = entry.values_of(attribute);
      const auto strange = [&](std::string_view value) { return !known.contains(value); };
      if (names && std::any_of(values.begin(), values.end(), strange)) doubtful_.insert(stored.key);
    }
  });
  if (!readable) return failure(ErrorKind::malformed, "a record of the replica cannot be read");
  return {};
}

base::Result<void> UsnPass::read_doubtful() {
  const std::vector<EntryKey> keys(doubtful_.begin(), doubtful_.end());
  doubtful_.clear();
  if (keys.size() > kMaxReadAgain) {
    return failure(ErrorKind::limit, fmt::format("{} entries would have to be asked for by their keys, more than {}",
                                                 keys.size(), kMaxReadAgain));
  }
  const std::span<const EntryKey> all(keys);
  for (std::size_t i = 0; i < all.size(); i += kKeysAtOnce) {
    if (auto good = read_by_key(all.subspan(i, std::min(kKeysAtOnce, all.size() - i))); !good) return good;
  }
  return {};
}

base::Result<void> UsnPass::read_by_key(std::span<const EntryKey> keys) {
  std::string filter = "(|";
  for (const EntryKey& key : keys) {
    filter += key_item(key);
    found_.erase(key);
  }
  if (auto good = read_into_replica(filter + ")"); !good) return tl::unexpected(good.error());
  for (const EntryKey& key : keys) {
    if (!found_.contains(key)) replica_.remove(key);
  }
  return {};
}

}  // namespace tally::directory
