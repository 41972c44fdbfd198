#include "connectors/directory/logged_past.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/directory/access_question.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/olc_databases.h"
#include "connectors/directory/person_queries.h"
#include "connectors/directory/value_syntax.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

constexpr const char* kLog = "cn=accesslog";
/// Entries of the log that are read: some 100 bytes of memory each. Beyond it nothing is concluded from it.
constexpr std::uint64_t kMaxLogEntries = 2'000'000;
/// Entries of one second, in which the log begins.
constexpr std::uint64_t kMaxOfFirstSecond = 10'000;

/// What the main query asks by has to be readable in an entry that is of the commonest kind, and about that suffix.
std::string findable(const std::string& suffix, std::string_view also) {
  return fmt::format(
      "(&(objectClass=auditModify)(reqResult=0)(reqMod=*)(reqDN=*)(reqType=modify)(reqDN:dnSubtreeMatch:={}){})",
      escaped_value(suffix), also);
}

std::optional<base::Instant> start_of(const Entry& entry) {
  const auto start = entry.first("reqStart");
  return start ? generalized_time(*start) : std::nullopt;
}

/// The first entry that is handed over. Nothing when there is none, or its attributes are hidden.
std::optional<base::Instant> first_of(Session& session, const std::string& suffix, const Patience& patience) {
  Search what;
  what.base = kLog;
  what.query = {findable(suffix, ""), {"reqStart", "reqMod", "reqDN", "reqType"}};
  what.size_limit = 1;
  std::optional<base::Instant> first;
  search(session, what, patience, [&](const Entry& entry) {
    if (entry.has("reqMod") && entry.has("reqDN") && entry.has("reqType")) first = start_of(entry);
  });
  return first;
}

/// Since when the log is kept of that suffix: one log may take the changes of several databases, of each since another
/// day. Servers hand it over from its beginning; whether anything is older is asked for.
std::optional<base::Instant> beginning_of(Session& session, const std::string& suffix, const Patience& patience) {
  const auto first = first_of(session, suffix, patience);
  if (!first) return std::nullopt;
  std::string until = base::format_instant(std::chrono::floor<std::chrono::seconds>(*first) + std::chrono::seconds{1});
  std::erase_if(until, [](char c) { return c == '-' || c == ':' || c == 'T'; });
  Search older;
  older.base = kLog;
  older.query = {findable(suffix, fmt::format("(reqStart<={})", until)), {"reqStart"}};
  older.max_entries = kMaxOfFirstSecond;
  base::Instant oldest = *first;
  const SearchOutcome outcome = search(session, older, patience, [&](const Entry& entry) {
    if (const auto at = start_of(entry)) oldest = std::min(oldest, *at);
  });
  return outcome.whole() && outcome.entries > 0 ? std::optional(oldest) : std::nullopt;
}

/// What the server calls the trees that the bases lie in: somewhere in such a tree something changes, in one base
/// perhaps never.
std::vector<std::string> trees_of(const std::vector<std::string>& bases, const std::vector<std::string>& contexts) {
  std::vector<std::string> out;
  for (const std::string& base : DnScope::outermost(bases)) {
    const std::string place = normal_dn(base);
    std::string tree;
    for (const std::string& context : contexts) {
      const std::string one = normal_dn(context);
      if (!one.empty() && lies_in(place, one) && one.size() > tree.size()) tree = one;
    }
    if (tree.empty()) tree = place;
    if (std::find(out.begin(), out.end(), tree) == out.end()) out.push_back(tree);
  }
  return out;
}

/// olcAccessLogOps: kinds of operations, in one value or several (slapo-accesslog(5)).
bool logs_writes(const std::vector<std::string>& values) {
  const auto has = [&](std::string_view kind) {
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
      return fmt::format(" {} ", in_small_letters(value)).find(fmt::format(" {} ", kind)) != std::string::npos;
    });
  };
  return has("all") || has("writes") || (has("add") && has("delete") && has("modify") && has("modrdn"));
}

/// Why the log does not hold all that is written to that database, as far as cn=config says it; empty: it does, or that
/// is not shown.
std::string not_logged(const Inquiry& ask, const OlcDatabase& database) {
  constexpr const char* kClass = "olcAccessLogConfig";
  const std::vector<OlcOverlay> logs = overlays_on(ask, database, kClass, "olcAccessLogDB");
  const auto here = std::find_if(logs.begin(), logs.end(), [](const OlcOverlay& one) {
    return !one.values.empty() && normal_dn(one.values.front()) == kLog;
  });
  if (here == logs.end()) {
    const bool hidden = logs.empty() && may_have_overlay(ask, database, kClass);
    return hidden ? "" : fmt::format("what is written to {} does not go to cn=accesslog (cn=config)", database.name);
  }
  for (const OlcOverlay& one : overlays_on(ask, database, kClass, "olcAccessLogOps")) {
    if (one.entry == here->entry && !logs_writes(one.values))
      return fmt::format("cn=accesslog does not hold all writes to {} (olcAccessLogOps)", database.name);
  }
  return {};
}

bool is_log(const std::string& context) { return equal_ignoring_case(context, kLog); }

}  // namespace

void LoggedPast::read(Session& session, TableBuilder& /*builder*/, const std::vector<std::string>& naming_contexts,
                      const Patience& patience) {
  if (std::any_of(naming_contexts.begin(), naming_contexts.end(), is_log))
    return read_log(session, naming_contexts, patience);
  nothing("the server names no cn=accesslog");
}

void LoggedPast::nothing(std::string why) {
  note(why);
  why_not_ = std::move(why);
}

/// Of which databases it is the log.
std::string LoggedPast::not_of_ours(Session& session, const Patience& patience) const {
  const Inquiry ask = inquiry_of(session, patience);
  std::vector<std::string> bases;
  for (const std::string& base : options_.profile.bases) bases.push_back(normal_dn(base));
  const OlcDatabases databases = OlcDatabases::read(ask);
  for (const OlcDatabase* database : databases.holding(bases)) {
    if (std::string why = not_logged(ask, *database); !why.empty()) return why;
  }
  return {};
}

void LoggedPast::read_log(Session& session, const std::vector<std::string>& naming_contexts, const Patience& patience) {
  base::Instant oldest = base::kBeginningOfTime;
  for (const std::string& tree : trees_of(options_.profile.bases, naming_contexts)) {
    const auto since = beginning_of(session, tree, patience);
    if (!since) {
      return nothing(
          fmt::format("cn=accesslog holds nothing of {} that may be read, or not all that has to be: it may "
                      "be the log of another database",
                      base::displayable(tree)));
    }
    oldest = std::max(oldest, *since);
  }
  if (std::string why = not_of_ours(session, patience); !why.empty()) return nothing(std::move(why));
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
  log.reaches_back_to(oldest);
  log_ = std::move(log);
  note(fmt::format("cn=accesslog since {}, {} entries that count", base::format_instant(oldest), outcome.entries));
}

void LoggedPast::tell(TableBuilder& builder) {
  if (log_) return log_->tell(builder);
  const auto untold = model::TimeFact::unknown(builder.text().intern(why_not_));
  std::fill(builder.accounts().switched.begin(), builder.accounts().switched.end(), untold);
}

}  // namespace tally::directory
