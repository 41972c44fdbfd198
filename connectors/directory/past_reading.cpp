#include "connectors/directory/past_reading.h"

#include <fmt/format.h>
#include <ldap.h>

#include <algorithm>

#include "connectors/directory/link_reading.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr std::string_view kLog = "cn=accesslog";
/// Entries of the log that are read: some 100 bytes of memory each. Beyond it nothing is concluded from it.
constexpr std::uint64_t kMaxLogEntries = 2'000'000;
/// Groups of power whose link metadata is read, and ranges of one of them (MS-ADTS 3.1.1.3.1.3.3: 1,000 a range or
/// more).
constexpr std::size_t kMaxLinkGroups = 1'000;
constexpr std::size_t kMaxLinkRanges = 200;
/// Entries of one second, in which the log begins.
constexpr std::uint64_t kMaxOfFirstSecond = 10'000;

/// What the main query asks by has to be readable in an entry that is of the commonest kind.
std::string findable(std::string_view also) {
  return fmt::format("(&(objectClass=auditModify)(reqResult=0)(reqMod=*)(reqDN=*)(reqType=modify){})", also);
}

std::optional<base::Instant> start_of(const Entry& entry) {
  const auto start = entry.first("reqStart");
  return start ? generalized_time(*start) : std::nullopt;
}

/// The first entry that is handed over. Nothing when there is none, or its attributes are hidden.
std::optional<base::Instant> first_of(Session& session, const Patience& patience) {
  Search what;
  what.base = kLog;
  what.query = {findable(""), {"reqStart", "reqMod", "reqDN", "reqType"}};
  what.size_limit = 1;
  std::optional<base::Instant> first;
  search(session, what, patience, [&](const Entry& entry) {
    if (entry.has("reqMod") && entry.has("reqDN") && entry.has("reqType")) first = start_of(entry);
  });
  return first;
}

/// Since when the log is kept. Servers hand it over from its beginning; whether anything is older is asked for.
std::optional<base::Instant> beginning_of(Session& session, const Patience& patience) {
  const auto first = first_of(session, patience);
  if (!first) return std::nullopt;
  std::string until = base::format_instant(std::chrono::floor<std::chrono::seconds>(*first) + std::chrono::seconds{1});
  std::erase_if(until, [](char c) { return c == '-' || c == ':' || c == 'T'; });
  Search older;
  older.base = kLog;
  older.query = {findable(fmt::format("(reqStart<={})", until)), {"reqStart"}};
  older.max_entries = kMaxOfFirstSecond;
  base::Instant oldest = *first;
  const SearchOutcome outcome = search(session, older, patience, [&](const Entry& entry) {
    if (const auto at = start_of(entry)) oldest = std::min(oldest, *at);
  });
  return outcome.whole() && outcome.entries > 0 ? std::optional(oldest) : std::nullopt;
}

/// By its SID, or because the site says so.
bool means_power(TableBuilder& builder, std::uint32_t row, const ProfileOptions& options) {
  if (builder.groups().tier[row] != model::Tier::none) return true;
  const std::string_view name = builder.text().view(builder.groups().name[row]);
  return std::any_of(options.privileged_groups.begin(), options.privileged_groups.end(), [&](const auto& named) {
    return equal_ignoring_case(name, named.group) || builder.find(named.group) == Node{NodeKind::group, row};
  });
}

bool is_log(const std::string& context) { return equal_ignoring_case(context, kLog); }

}  // namespace

void PastReading::read(Session& session, TableBuilder& builder, const std::vector<std::string>& naming_contexts,
                       const Patience& patience) {
  if (options_.profile.dialect == Dialect::active_directory) return read_links(session, builder, patience);
  if (std::any_of(naming_contexts.begin(), naming_contexts.end(), is_log)) return read_access_log(session, patience);
  why_not_ = "the server names no cn=accesslog";
  note(why_not_);
}

void PastReading::read_access_log(Session& session, const Patience& patience) {
  const auto oldest = beginning_of(session, patience);
  if (!oldest) {
    why_not_ = "cn=accesslog holds nothing that may be read, or not all that has to be";
    return note(why_not_);
  }
  AccessLog log(options_.profile);
  Search what;
  what.base = kLog;
  what.query = log.query();
  what.page_size = options_.page_size;
  what.max_entries = kMaxLogEntries;
  const SearchOutcome outcome = search(session, what, patience, [&](const Entry& entry) { log.take(entry); });
  if (!outcome.whole() || log.unreadable() > 0) {
    why_not_ = outcome.gaps.empty() ? "cn=accesslog has entries that cannot be understood"
                                    : "cn=accesslog could not be read: " + outcome.gaps.front().sentence;
    return note(why_not_);
  }
  log.reaches_back_to(*oldest);
  log_ = std::move(log);
  note(fmt::format("cn=accesslog since {}, {} entries that count", base::format_instant(*oldest), outcome.entries));
}

void PastReading::read_links(Session& session, TableBuilder& builder, const Patience& patience) {
  std::uint64_t links = 0, groups = 0;
  for (std::uint32_t row = 0; row < builder.groups().size() && groups < kMaxLinkGroups; ++row) {
    if (!means_power(builder, row, options_.profile)) continue;
    ++groups;
    const std::string dn(builder.text().view(builder.groups().dn[row]));
    LinkReading reading(builder, model::GroupId(row));
    std::optional<std::uint64_t> next = 0;
    for (std::size_t round = 0; next && round < kMaxLinkRanges; ++round) {
      const std::uint64_t from = *next;
      next.reset();
      const SearchOutcome outcome =
          read_entry(session, dn, {LinkReading::asked(from)}, patience, [&](const Entry& entry) {
            reading.take(entry, from);
            next = reading.more();
          });
      if (outcome.connection_lost()) return note("msDS-ReplValueMetaData: the connection was lost");
    }
    links += reading.links();
  }
  note(fmt::format("msDS-ReplValueMetaData: {} links of {} groups of power", links, groups));
}

void PastReading::tell(TableBuilder& builder) {
  if (log_) return log_->tell(builder);
  if (options_.profile.dialect == Dialect::active_directory) return;
  const auto untold = model::TimeFact::unknown(builder.text().intern(why_not_));
  std::fill(builder.accounts().switched.begin(), builder.accounts().switched.end(), untold);
}

}  // namespace tally::directory
