#include "connectors/directory/logged_past.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr std::string_view kLog = "cn=accesslog";
/// Entries of the log that are read: some 100 bytes of memory each. Beyond it nothing is concluded from it.
constexpr std::uint64_t kMaxLogEntries = 2'000'000;
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

bool is_log(const std::string& context) { return equal_ignoring_case(context, kLog); }

}  // namespace

void LoggedPast::read(Session& session, TableBuilder& /*builder*/, const std::vector<std::string>& naming_contexts,
                      const Patience& patience) {
  if (std::any_of(naming_contexts.begin(), naming_contexts.end(), is_log)) return read_log(session, patience);
  nothing("the server names no cn=accesslog");
}

void LoggedPast::nothing(std::string why) {
  note(why);
  why_not_ = std::move(why);
}

void LoggedPast::read_log(Session& session, const Patience& patience) {
  const auto oldest = beginning_of(session, patience);
  if (!oldest) {
    return nothing("cn=accesslog holds nothing that may be read, or not all that has to be");
  }
  AccessLog log(options_.profile);
  Search what;
  what.base = kLog;
  what.query = log.query();
  what.page_size = options_.page_size;
  what.max_entries = kMaxLogEntries;
  const SearchOutcome outcome = search(session, what, patience, [&](const Entry& entry) { log.take(entry); });
  if (!outcome.whole() || log.unreadable() > 0) {
    return nothing(outcome.gaps.empty() ? "cn=accesslog has entries that cannot be understood"
                                        : "cn=accesslog could not be read: " + outcome.gaps.front().sentence);
  }
  log.reaches_back_to(*oldest);
  log_ = std::move(log);
  note(fmt::format("cn=accesslog since {}, {} entries that count", base::format_instant(*oldest), outcome.entries));
}

void LoggedPast::tell(TableBuilder& builder) {
  if (log_) return log_->tell(builder);
  const auto untold = model::TimeFact::unknown(builder.text().intern(why_not_));
  std::fill(builder.accounts().switched.begin(), builder.accounts().switched.end(), untold);
}

}  // namespace tally::directory
