#include "connectors/directory/usn_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "connectors/directory/dirsync_search.h"
#include "connectors/directory/usn_pass.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

/// Handled here each by its own (usn_feed.h); whenChanged and replPropertyMetaData change with uSNChanged, objectGUID
/// never does.
const std::vector<std::string> kLookedAfter = {"objectGUID", "lastLogon", "msDS-User-Account-Control-Computed",
                                               "whenChanged", "replPropertyMetaData"};
/// What DirSync is asked for.
const std::vector<std::string> kTold = {"objectGUID", "isDeleted", "name", "nTSecurityDescriptor"};
constexpr std::size_t kMaxContexts = 1000;

/// Of these bases, without repetition, in their order.
std::vector<std::string> contexts_of(const FeedContext& c, const AnsweringController& dc) {
  std::vector<std::string> out;
  for (const std::string& base : c.bases) {
    std::string context = dc.context_of(base);
    if (std::find(out.begin(), out.end(), context) == out.end()) out.push_back(std::move(context));
  }
  return out;
}

}  // namespace

std::string UsnFeedState::text() const {
  std::string out;
  write_number(usn, out);
  write_number(static_cast<std::uint64_t>(latest_sign_in), out);
  for (const std::string& cookie : cookies) {
    write_number(cookie.size(), out);
    out += cookie;
  }
  return out;
}

std::optional<UsnFeedState> UsnFeedState::parse(std::string_view text) {
  UsnFeedState out;
  const auto usn = take_number(text);
  const auto latest = take_number(text);
  if (!usn || !latest || *usn > INT64_MAX || *latest > INT64_MAX) return std::nullopt;
  out.usn = *usn;
  out.latest_sign_in = static_cast<std::int64_t>(*latest);
  while (!text.empty()) {
    const auto size = take_number(text);
    if (!size || *size == 0 || *size > text.size() || out.cookies.size() >= kMaxContexts) return std::nullopt;
    out.cookies.emplace_back(text.substr(0, *size));
    text.remove_prefix(*size);
  }
  return out;
}

std::optional<EntryKey> UsnFeed::key_of(const Entry& entry) const {
  const auto value = entry.first(key_attribute());
  return value ? EntryKey::of_bytes(*value) : std::nullopt;
}

std::uint8_t UsnFeed::flags_of(const Entry& entry) {
  const auto value = entry.first("lastLogon");
  const auto steps = value ? large_integer(*value) : std::nullopt;
  if (steps && filetime(*steps)) latest_sign_in_ = std::max(latest_sign_in_, *steps);
  return 0;
}

std::vector<std::string> UsnFeed::notes() const {
  std::vector<std::string> out = notes_;
  if (!no_dirsync_.empty())
    out.push_back("changes: what went is found by the keys of all entries, because " + no_dirsync_);
  return out;
}

std::vector<std::string> UsnFeed::restless() const { return {"lastLogon", "msDS-User-Account-Control-Computed"}; }

base::Result<std::string> UsnFeed::identity(const FeedContext& c) {
  const auto dc = read_answering_controller(c.session, c.patience);
  if (!dc) return tl::unexpected(dc.error());
  invocation_ = dc->invocation;
  std::string out = fmt::format("invocation: {}\nmembers: whole\n", dc->invocation.text());
  for (const std::string& base : c.bases) {
    const std::string context = dc->context_of(base);
    if (context.empty()) return failure(ErrorKind::unsupported, "a base lies in no naming context of the server");
    for (const std::string& dn : {base, context}) {
      std::optional<EntryKey> key;
      read_entry(c.session, dn, {std::string(key_attribute())}, c.patience,
                 [&](const Entry& entry) { key = key_of(entry); });
      if (!key) return failure(ErrorKind::unsupported, "a base or its naming context shows no objectGUID");
      out += fmt::format("base: {}\n", key->text());
    }
  }
  return out;
}

base::Result<AnsweringController> UsnFeed::same_controller(const FeedContext& c) {
  auto dc = read_answering_controller(c.session, c.patience);
  if (!dc) return dc;
  if (!invocation_ || !(dc->invocation == *invocation_)) {
    return failure(ErrorKind::conflict,
                   "another domain controller answers on the next connection: name one of them as uri");
  }
  if (!dn_attributes_.empty()) return dc;
  auto names = names_of_objects(c.session, *dc, c.profile.query().attributes, kLookedAfter, c.patience);
  if (!names) return tl::unexpected(names.error());
  dn_attributes_ = std::move(*names);
  return dc;
}

base::Result<std::string> UsnFeed::begin(const FeedContext& c) {
  const auto dc = same_controller(c);
  if (!dc) return tl::unexpected(dc.error());
  UsnFeedState state;
  state.usn = dc->usn;
  if (auto begun = begin_dirsync(c, *dc, state); !begun) {
    if (c.session.lost()) return tl::unexpected(begun.error());
    state.cookies.clear();
    no_dirsync_ = begun.error().message;
  }
  return state.text();
}

/// A cookie for each naming context, by a search that finds nothing: the server goes through all objects and sends
/// none.
base::Result<void> UsnFeed::begin_dirsync(const FeedContext& c, const AnsweringController& dc, UsnFeedState& state) {
  if (own_filters_) return failure(ErrorKind::unsupported, "the filters are the site's own");
  for (const std::string& context : contexts_of(c, dc)) {
    auto answer = dirsync_search(c.session, {context, {"(!(objectClass=*))", {"objectGUID"}}, ""}, c.patience,
                                 [](const Entry&) {});
    if (!answer) return tl::unexpected(answer.error());
    state.cookies.push_back(std::move(answer->cookie));
  }
  return {};
}

/// Entries that show no uSNChanged would never be told.
base::Result<void> UsnFeed::complete(const FeedContext& c, Replica& replica, std::uint64_t /*accounts*/) {
  std::unordered_set<EntryKey, EntryKeyHash> shown;
  for (const std::string& base : c.bases) {
    Search what;
    what.base = base;
    what.query = {fmt::format("(&{}(uSNChanged>=1))", c.profile.query().filter), {std::string(key_attribute())}};
    what.page_size = c.options.page_size;
    const SearchOutcome found = search(c.session, what, c.patience, [&](const Entry& entry) {
      if (const auto key = key_of(entry)) shown.insert(*key);
    });
    if (!found.whole()) return failure(ErrorKind::limit, "whether every entry shows uSNChanged could not be looked at");
  }
  std::size_t hidden = 0;
  replica.each_stored([&](const StoredEntry& stored) { hidden += shown.contains(stored.key) ? 0 : 1; });
  if (hidden == 0) return {};
  return failure(ErrorKind::denied, fmt::format("of {} entries, {} show no uSNChanged", replica.size(), hidden));
}

std::string UsnFeed::settled(std::string state) {
  auto parsed = UsnFeedState::parse(state);
  if (!parsed) return state;
  parsed->latest_sign_in = latest_sign_in_;
  return parsed->text();
}

base::Result<std::string> UsnFeed::read(const FeedContext& c, const std::string& from, Replica& replica) {
  auto state = UsnFeedState::parse(from);
  if (!state) return failure(ErrorKind::malformed, "the state of the replica cannot be read");
  const auto dc = same_controller(c);
  if (!dc) return tl::unexpected(dc.error());
  if (dc->usn < state->usn) {
    return failure(
        ErrorKind::conflict,
        fmt::format("the server counts changes from {} again, after {}: it was set back", dc->usn, state->usn));
  }
  notes_.clear();
  counted_.reset();
  latest_sign_in_ = std::max(latest_sign_in_, state->latest_sign_in);
  if (auto good = read_changes(c, *dc, *state, replica); !good) return tl::unexpected(good.error());
  state->usn = dc->usn;
  state->latest_sign_in = latest_sign_in_;
  return state->text();
}

base::Result<void> UsnFeed::read_changes(const FeedContext& c, const AnsweringController& dc, UsnFeedState& state,
                                         Replica& replica) {
  UsnPass pass(c, *this, replica, dn_attributes_);
  const std::vector<std::string> contexts = contexts_of(c, dc);
  const bool told = !state.cookies.empty();
  if (told && state.cookies.size() != contexts.size())
    return failure(ErrorKind::malformed, "the state of the replica is not of these bases");
  for (std::size_t i = 0; i < state.cookies.size(); ++i) {
    auto answer = dirsync_search(c.session, {contexts[i], {"(objectClass=*)", kTold}, state.cookies[i]}, c.patience,
                                 [&](const Entry& entry) { pass.hear(entry); });
    if (!answer) return tl::unexpected(answer.error());
    state.cookies[i] = std::move(answer->cookie);
  }
  if (dc.usn > state.usn) {
    if (auto good = pass.read_changed(state.usn + 1, told); !good) return good;
  }
  if (auto good = pass.settle(state.latest_sign_in); !good) return good;
  notes_ = pass.notes();
  counted_ = pass.counted();
  return {};
}

}  // namespace tally::directory
