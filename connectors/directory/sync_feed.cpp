#include "connectors/directory/sync_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "connectors/directory/dn.h"
#include "connectors/directory/schema.h"
#include "connectors/directory/sequence_numbers.h"
#include "connectors/directory/sync_pass.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

void write_text(std::string_view text, std::string& out) {
  write_number(text.size(), out);
  out += text;
}

std::optional<std::string> take_text(std::string_view& in) {
  const auto size = take_number(in);
  if (!size || *size > in.size()) return std::nullopt;
  std::string out(in.substr(0, *size));
  in.remove_prefix(*size);
  return out;
}

/// What follows the first RDN; empty when there is nothing.
std::string_view parent_of(std::string_view dn) {
  bool quoted = false;
  for (std::size_t i = 0; i < dn.size(); ++i) {
    if (dn[i] == '\\')
      ++i;
    else if (dn[i] == '"')
      quoted = !quoted;
    else if (dn[i] == ',' && !quoted)
      return dn.substr(i + 1);
  }
  return {};
}

/// Every entry lies below one that was listed as having others below it: else names may change untold.
base::Result<void> check_containers(const FeedContext& c, const Replica& replica) {
  std::unordered_set<std::string> listed, seen;
  for (const auto& [key, dn] : replica.containers()) listed.insert(normal_dn(dn));
  const DnScope scope(c.bases);
  bool good = true;
  const bool readable = replica.each([&](const StoredEntry&, const Entry& entry) {
    std::string parent(parent_of(entry.dn()));
    if (!seen.insert(parent).second) return;
    good = good && (!scope.contains(parent) || listed.contains(normal_dn(parent)));
  });
  if (good && readable) return {};
  return failure(ErrorKind::denied, "entries lie below others that do not show hasSubordinates: access rules hide it");
}

}  // namespace

std::string SyncFeedState::text() const {
  std::string out;
  write_text(base::format_instant(began), out);
  write_text(latest_sign_in ? base::format_instant(*latest_sign_in) : "", out);
  for (const std::string& cookie : cookies) write_text(cookie, out);
  return out;
}

std::optional<SyncFeedState> SyncFeedState::parse(std::string_view text) {
  const auto began = take_text(text);
  const auto latest = take_text(text);
  if (!began || !latest) return std::nullopt;
  const auto at = base::parse_instant(*began);
  if (!at) return std::nullopt;
  SyncFeedState out{{}, *at, base::parse_instant(*latest)};
  while (!text.empty()) {
    auto cookie = take_text(text);
    if (!cookie) return std::nullopt;
    out.cookies.push_back(std::move(*cookie));
  }
  return out;
}

SyncFeed::SyncFeed(const LdapOptions& options) : dialect_(options.profile.dialect), untold_(options.profile) {}

std::string_view SyncFeed::key_attribute() const { return is_389() ? "nsUniqueId" : "entryUUID"; }

std::optional<EntryKey> SyncFeed::key_of(const Entry& entry) const {
  const auto value = entry.first(key_attribute());
  return value ? EntryKey::of_text(*value) : std::nullopt;
}

base::Result<std::string> SyncFeed::identity(const FeedContext& c) {
  untold_.know(read_attribute_names(c.session, c.patience));
  std::string out = fmt::format("untold: {}\n", untold_.in_words());
  for (const std::string& base : c.bases) {
    std::optional<EntryKey> key;
    read_entry(c.session, base, {std::string(key_attribute())}, c.patience,
               [&](const Entry& entry) { key = key_of(entry); });
    if (!key) return failure(ErrorKind::unsupported, fmt::format("a base shows no {}", key_attribute()));
    out += fmt::format("base: {}\n", key->text());
  }
  return out;
}

/// What the search for changes asks for: the entries of the query, and those that have others below them.
Query SyncFeed::sync_query(const Profile& profile) const {
  Query out = profile.query();
  // Every change, of which look_up() of SyncPass asks: 389-ds does not tell that an entry stopped to match.
  out.filter = is_389() ? "(|(objectClass=*)(objectClass=ldapSubEntry))"
                        : fmt::format("(|{}(hasSubordinates=TRUE))", out.filter);
  for (const char* more : {"hasSubordinates", "entryCSN"}) out.attributes.emplace_back(more);
  return out;
}

/// nsRole and what classes of service make of it change on entries that nobody changed.
base::Result<void> SyncFeed::refuse_computed(const FeedContext& c) const {
  if (!is_389()) return {};
  for (const std::string& base : c.bases) {
    Search what;
    what.base = base;
    what.query = {"(&(objectClass=ldapSubEntry)(|(objectClass=nsRoleDefinition)(objectClass=cosSuperDefinition)))",
                  {"1.1"}};
    what.size_limit = 1;
    const SearchOutcome found = search(c.session, what, c.patience, [](const Entry&) {});
    if (found.entries > 0 || !found.whole())
      return failure(ErrorKind::unsupported, "it has roles or classes of service, which change entries untold");
  }
  return {};
}

base::Result<std::string> SyncFeed::begin(const FeedContext& c) {
  if (auto plain = refuse_computed(c); !plain) return tl::unexpected(plain.error());
  const auto unmarked = [&](const std::string& base) {
    return sequence_numbers(context_csn(c.session, c.server, base, c.patience)).empty();
  };
  if (!is_389() && std::any_of(c.bases.begin(), c.bases.end(), unmarked))
    return failure(ErrorKind::unsupported,
                   "contextCSN cannot be read: the overlay syncprov, or the right to it, is missing");
  SyncFeedState state{{}, c.now, std::nullopt};
  for (const std::string& base : c.bases) {
    // OpenLDAP's cookie is good for any query, so it is asked for with one that finds nothing. That of 389-ds is bound
    // to base and filter.
    const Query query = is_389() ? Query{sync_query(c.profile).filter, {"1.1"}} : Query{"(!(objectClass=*))", {"1.1"}};
    auto answer = sync_search(c.session, {base, query, ""}, c.patience, [](const EntryKey&, const Entry&) {});
    if (!answer) return tl::unexpected(answer.error());
    if (!answer->cookie || answer->cookie->empty())
      return failure(ErrorKind::unsupported, "the server gives no cookie");
    state.cookies.push_back(std::move(*answer->cookie));
  }
  return state.text();
}

base::Result<void> SyncFeed::complete(const FeedContext& c, Replica& replica, std::uint64_t accounts) {
  for (const std::string& base : c.bases) {
    Search what;
    what.base = base;
    what.query = {"(hasSubordinates=TRUE)", {std::string(key_attribute())}};
    what.page_size = c.options.page_size;
    bool keyed = true;
    const SearchOutcome found = search(c.session, what, c.patience, [&](const Entry& entry) {
      const auto key = key_of(entry);
      keyed = keyed && key;
      if (key) replica.put_container(*key, entry.dn());
    });
    if (!keyed || !found.whole() || found.entries == 0)
      return failure(ErrorKind::unsupported, "entries that have others below them could not be listed");
  }
  if (auto good = check_containers(c, replica); !good) return good;
  return untold_.prove(c, *this, replica, accounts);
}

std::string SyncFeed::settled(std::string state) {
  auto parsed = SyncFeedState::parse(state);
  if (!parsed) return state;
  parsed->latest_sign_in = untold_.latest();
  return parsed->text();
}

base::Result<std::string> SyncFeed::read(const FeedContext& c, const std::string& from, Replica& replica) {
  auto state = SyncFeedState::parse(from);
  if (!state || state->cookies.size() != c.bases.size())
    return failure(ErrorKind::malformed, "the state of the replica is not of these bases");
  if (auto plain = refuse_computed(c); !plain) return tl::unexpected(plain.error());
  untold_.set_latest(state->latest_sign_in);
  notes_.clear();
  SyncPass pass(c, *this, sync_query(c.profile), replica);
  for (std::size_t i = 0; i < c.bases.size(); ++i) {
    if (auto good = pass.read_base(c.bases[i], state->cookies[i]); !good) return tl::unexpected(good.error());
  }
  if (auto good = pass.settle(); !good) return tl::unexpected(good.error());
  const auto put = [&](const Entry& entry) { return pass.put(entry); };
  if (auto good = untold_.read(c, state->began, replica, put); !good) return tl::unexpected(good.error());
  notes_ = pass.notes();
  state->began = c.now;
  state->latest_sign_in = untold_.latest();
  return state->text();
}

}  // namespace tally::directory
