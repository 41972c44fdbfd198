#include "connectors/directory/change_log_past.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "connectors/directory/access_question.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

/// The values of one setting of the plug-in. Nothing: it may not be read. A question about an attribute is answered
/// only to whoever may search it.
std::optional<std::vector<std::string>> setting(Session& session, const char* name, const Patience& patience) {
  const auto ask = [&](const std::string& filter, const EachEntry& each) {
    Search what;
    what.base = kChangeLogPlugin;
    what.scope = Scope::base;
    what.query = {filter, {name}};
    return search(session, what, patience, each).entries > 0;
  };
  std::vector<std::string> values;
  if (ask(fmt::format("(!({}=*))", name), [](const Entry&) {})) return values;
  ask(fmt::format("({}=*)", name), [&](const Entry& entry) {
    for (const std::string_view value : entry.values(name)) values.emplace_back(value);
  });
  return values.empty() ? std::nullopt : std::optional(values);
}

/// Why the log leaves out what has to be in it; empty: it does not.
std::string left_out(Session& session, const LdapOptions& options, const Patience& patience) {
  const auto attributes = setting(session, "nsslapd-exclude-attrs", patience);
  const auto excluded = setting(session, "nsslapd-exclude-suffix", patience);
  const auto included = setting(session, "nsslapd-include-suffix", patience);
  if (!attributes || !excluded || !included)
    return fmt::format("{} may not be read, so what cn=changelog leaves out is not known", kChangeLogPlugin);
  const ChangeLog log(options.profile);
  for (const std::string& attribute : *attributes) {
    if (log.counts(attribute)) return fmt::format("cn=changelog leaves out {} (nsslapd-exclude-attrs)", attribute);
  }
  for (const std::string& base : options.profile.bases) {
    const std::string place = normal_dn(base);
    const auto holds = [&](const std::string& suffix) { return lies_in(place, normal_dn(suffix)); };
    const auto touches = [&](const std::string& suffix) { return holds(suffix) || lies_in(normal_dn(suffix), place); };
    if (std::any_of(excluded->begin(), excluded->end(), touches))
      return fmt::format("cn=changelog leaves out {}, or a part of it (nsslapd-exclude-suffix)", base);
    if (!included->empty() && std::none_of(included->begin(), included->end(), holds))
      return fmt::format("cn=changelog leaves out {} (nsslapd-include-suffix)", base);
  }
  return {};
}

SearchOutcome read_numbers(Session& session, const std::string& log, std::int64_t from, std::int64_t to,
                           const Patience& patience, const EachEntry& each) {
  Search what;
  what.base = log;
  what.scope = Scope::one_level;
  what.query = {fmt::format("(&(changeNumber>={})(changeNumber<={}))", from, to), ChangeLog::attributes()};
  return search(session, what, patience, each);
}

bool shows(Session& session, const std::string& log, std::int64_t number, const Patience& patience) {
  bool shown = false;
  read_numbers(session, log, number, number, patience,
               [&](const Entry& entry) { shown = entry.has("changeNumber") && entry.has("changeTime"); });
  return shown;
}

/// The server gives a number out before the change is in the log; our own bind may be such a change (Account Policy
/// plug-in). A log that shows its first change is looked at again.
bool shows_newest(Session& session, const ChangeLogSight& sight, const Patience& patience) {
  constexpr int kLooks = 20;
  constexpr std::chrono::milliseconds kBetween{100};
  if (shows(session, sight.dn, sight.last, patience)) return true;
  if (!shows(session, sight.dn, sight.first, patience)) return false;
  for (int look = 1; look < kLooks && !patience.total.passed(); ++look) {
    std::this_thread::sleep_for(kBetween);
    if (shows(session, sight.dn, sight.last, patience)) return true;
  }
  return false;
}

}  // namespace

ChangeLogSight look_at_change_log(Session& session, const LdapOptions& options, const Patience& patience) {
  ChangeLogSight out;
  read_entry(session, "", {"changelog", "firstchangenumber", "lastchangenumber"}, patience, [&](const Entry& entry) {
    out.dn = entry.first("changelog").value_or("");
    out.first = large_integer(entry.first("firstchangenumber").value_or("")).value_or(0);
    out.last = large_integer(entry.first("lastchangenumber").value_or("")).value_or(0);
  });
  if (out.dn.empty()) {
    out.why_not = "the server names no changelog: its Retro Changelog plug-in is off";
  } else if (out.first <= 0 || out.last < out.first) {
    out.why_not = "the server does not say which changes its changelog holds";
  } else {
    out.why_not = shows_newest(session, out, patience) ? left_out(session, options, patience)
                                                       : "cn=changelog holds nothing that may be read";
  }
  return out;
}

void ChangeLogPast::read(Session& session, TableBuilder& /*builder*/,
                         const std::vector<std::string>& /*naming_contexts*/, const Patience& patience) {
  const ChangeLogSight sight = look_at_change_log(session, options_, patience);
  why_not_ = sight.why_not.empty() ? read_log(session, sight, patience) : sight.why_not;
  if (!why_not_.empty()) {
    log_.reset();
    return note(why_not_);
  }
  note(fmt::format("cn=changelog since {}, {} changes read{}", base::format_instant(*log_->first()), log_->taken(),
                   too_long_ > 0 ? fmt::format(", {} of them too long to be looked into", too_long_) : ""));
  const std::string computed = computed_locks(session, patience);
  if (computed.empty()) return;
  note(computed);
  log_->locks_are_computed(computed);
}

std::string ChangeLogPast::read_log(Session& session, const ChangeLogSight& sight, const Patience& patience) {
  log_.emplace(options_.profile);
  const std::int64_t from = std::max(sight.first, sight.last - kMaxChanges + 1);
  for (std::int64_t at = from; at <= sight.last; at += kChangesAtOnce) {
    const std::int64_t to = std::min(sight.last, at + kChangesAtOnce - 1);
    const SearchOutcome part =
        read_numbers(session, sight.dn, at, to, patience, [&](const Entry& entry) { log_->take(entry); });
    too_long_ += part.values_left_out;
    if (!part.gaps.empty()) return "cn=changelog could not be read: " + part.gaps.front().sentence;
  }
  if (log_->unreadable() > 0) return "cn=changelog has entries that cannot be understood";
  if (!log_->first() || log_->last() < sight.last || log_->missing() > 0)
    return fmt::format("cn=changelog does not show all changes from {} to {}", from, sight.last);
  if (log_->without_changes() > too_long_)
    return "cn=changelog does not show what was changed, or in a form that cannot be understood";
  return {};
}

/// Class of service makes locks of roles, or of anything: those are written nowhere.
std::string ChangeLogPast::computed_locks(Session& session, const Patience& patience) const {
  bool computed = false, whole = true;
  for (const std::string& base : DnScope::outermost(options_.profile.bases)) {
    Search what;
    what.base = base;
    what.query = {"(&(objectClass=ldapSubEntry)(cosAttribute=*))", {"cosAttribute"}};
    what.page_size = options_.page_size;
    const SearchOutcome found = search(session, what, patience, [&](const Entry& entry) {
      const auto given = entry.values("cosAttribute");
      if (given.empty()) whole = false;
      for (const std::string_view value : given)
        computed = computed || equal_ignoring_case(value.substr(0, value.find(' ')), "nsAccountLock");
    });
    whole = whole && found.whole();
  }
  if (!whole) return "whether class of service computes nsAccountLock could not be read";
  return computed ? "class of service computes nsAccountLock, which no log shows" : "";
}

void ChangeLogPast::tell(TableBuilder& builder) {
  if (log_) return log_->tell(builder);
  const auto untold = model::TimeFact::unknown(builder.text().intern(why_not_));
  std::fill(builder.accounts().switched.begin(), builder.accounts().switched.end(), untold);
}

}  // namespace tally::directory
