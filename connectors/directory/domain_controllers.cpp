#include "connectors/directory/domain_controllers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "connectors/directory/control_rows.h"
#include "connectors/directory/last_logons.h"
#include "connectors/directory/sid.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

constexpr std::string_view kSettings = "CN=NTDS Settings,CN=";

bool is_called(const ControllerView& view, const std::string& dn) { return equal_ignoring_case(view.service, dn); }

const ListedController* of_invocation(const std::vector<ListedController>& listed, const std::string& invocation) {
  const auto found = std::find_if(listed.begin(), listed.end(),
                                  [&](const ListedController& one) { return one.invocation == invocation; });
  return found == listed.end() ? nullptr : &*found;
}

/// The domain that all bases lie in; "" when there are several or none.
std::string domain_of(const std::vector<std::string>& bases) {
  std::string out;
  for (const std::string& base : bases) {
    const std::string head(domain_head(base));
    if (head.empty() || (!out.empty() && !equal_ignoring_case(out, head))) return "";
    out = head;
  }
  return out;
}

/// lastLogon of every account below the bases. True when all came.
bool read_logons(Session& session, const LdapOptions& options, const std::string& account_filter,
                 const Patience& patience, LastLogons& logons) {
  logons.begin();
  bool whole = true;
  for (const std::string& base : options.profile.bases) {
    Search what;
    what.base = base;
    what.query = {account_filter, {"objectGUID", "lastLogon"}};
    what.page_size = options.page_size;
    const SearchOutcome outcome = search(session, what, patience, [&](const Entry& entry) { logons.take(entry); });
    whole = whole && outcome.whole();
    if (outcome.connection_lost()) return false;
  }
  return whole;
}

}  // namespace

std::string server_name(const std::string& dn) {
  if (!equal_ignoring_case(dn.substr(0, kSettings.size()), kSettings)) return dn;
  return dn.substr(kSettings.size(), dn.find(',', kSettings.size()) - kSettings.size());
}

std::optional<base::Instant> quiet_since(const std::vector<ListedController>& listed,
                                         const std::vector<ControllerView>& views) {
  for (const ListedController& one : listed) {
    const bool read = std::any_of(views.begin(), views.end(),
                                  [&](const ControllerView& view) { return view.whole && is_called(view, one.dn); });
    if (!read || one.invocation.empty()) return std::nullopt;
  }
  if (listed.empty()) return std::nullopt;
  base::Instant quiet = base::kBeginningOfTime;
  for (const ControllerView& view : views) {
    const bool is_listed =
        std::any_of(listed.begin(), listed.end(), [&](const ListedController& one) { return is_called(view, one.dn); });
    if (!view.whole || !is_listed || !view.cursors) return std::nullopt;
    for (const Cursor& cursor : *view.cursors) {
      if (of_invocation(listed, cursor.invocation) != nullptr) continue;
      if (!cursor.heard) return std::nullopt;
      quiet = std::max(quiet, base::add(*cursor.heard, kAfterLastHeard));
    }
  }
  return quiet;
}

std::vector<std::string> not_heard_of(const std::vector<ListedController>& listed, const ControllerView& view,
                                      base::Instant now) {
  std::vector<std::string> out;
  for (const Cursor& cursor : view.cursors.value_or(std::vector<Cursor>())) {
    const ListedController* other = of_invocation(listed, cursor.invocation);
    if (other == nullptr || is_called(view, other->dn) || !cursor.heard) continue;
    if (base::add(*cursor.heard, kMaxReplicaLag) >= now) continue;
    out.push_back(
        fmt::format("{} since {}", base::displayable(server_name(other->dn)), base::format_instant(*cursor.heard)));
  }
  return out;
}

void DomainControllers::look(Session& session) {
  domain_ = domain_of(options_.profile.bases);
  list(session);
  views_.push_back(view_of(session, options_.uri));
  const auto silent = not_heard_of(listed_, views_.front(), harvest_.source.started);
  if (silent.empty()) return;
  harvest_.source.coverage.lower(
      model::CoverageState::doubtful, model::Gap::Kind::hidden,
      fmt::format("this domain controller has not heard of {}: what was changed there since is not seen",
                  fmt::join(silent, ", ")));
}

/// Of another domain is only who says so: one that does not tell may hold accounts of this one.
bool DomainControllers::belongs_here(const Entry& entry) const {
  const auto domains = entry.values("msDS-HasDomainNCs");
  return domains.empty() || domain_.empty() || std::any_of(domains.begin(), domains.end(), [&](std::string_view one) {
           return equal_ignoring_case(one, domain_);
         });
}

void DomainControllers::list(Session& session) {
  std::string configuration;
  read_entry(session, "", {"configurationNamingContext"}, patience_,
             [&](const Entry& entry) { configuration = entry.first("configurationNamingContext").value_or(""); });
  if (configuration.empty()) return note("domain-controllers: the root DSE names no configuration partition");
  Search what;
  what.base = "CN=Sites," + configuration;
  what.query = {"(objectClass=nTDSDSA)", {"invocationId", "msDS-HasDomainNCs"}};
  what.page_size = options_.page_size;
  const SearchOutcome outcome = search(session, what, patience_, [&](const Entry& entry) {
    if (!belongs_here(entry)) return;
    const auto invocation = entry.first("invocationId");
    const auto id = invocation ? guid_text(*invocation) : std::nullopt;
    listed_.push_back({std::string(entry.dn()), id.value_or("")});
  });
  listed_whole_ = outcome.whole();
}

ControllerView DomainControllers::view_of(Session& session, const std::string& uri) {
  ControllerView view;
  view.uri = uri;
  read_entry(session, "", {"dsServiceName"}, patience_,
             [&](const Entry& entry) { view.service = entry.first("dsServiceName").value_or(""); });
  if (domain_.empty()) return view;
  read_entry(session, domain_, {"replUpToDateVector"}, patience_, [&](const Entry& entry) {
    if (const auto bytes = entry.first("replUpToDateVector")) view.cursors = read_up_to_dateness(*bytes);
  });
  return view;
}

bool DomainControllers::asked_before(const ControllerView& view) const {
  return std::any_of(views_.begin(), views_.end(), [&](const ControllerView& other) {
    return other.whole && !view.service.empty() && is_called(other, view.service);
  });
}

void DomainControllers::ask_others(Session& session, const std::string& account_filter, const Open& open) {
  if (options_.domain_controllers.empty() || views_.empty()) return;
  LastLogons logons(harvest_, harvest_.source.started);
  views_.front().whole = read_logons(session, options_, account_filter, patience_, logons);
  for (const std::string& uri : options_.domain_controllers) {
    if (uri == options_.uri) continue;
    auto other = open(uri);
    if (!other) {
      note(fmt::format("domain-controller-not-read: {}: {}", uri, other.error().message));
      continue;
    }
    ControllerView view = view_of(*other, uri);
    if (asked_before(view)) {
      note(fmt::format("domain-controller-asked-before: {} is {}", uri, base::displayable(server_name(view.service))));
      continue;
    }
    view.whole = read_logons(*other, options_, account_filter, patience_, logons);
    if (!view.whole) note(fmt::format("domain-controller-not-read: {}: not all of its answer came", uri));
    views_.push_back(std::move(view));
  }
  const auto quiet = listed_whole_ && !domain_.empty() ? quiet_since(listed_, views_) : std::nullopt;
  logons.tell(quiet);
  note_what_was_asked(quiet.has_value());
}

void DomainControllers::note_what_was_asked(bool exact) {
  std::size_t read = 0;
  for (const ListedController& one : listed_) {
    const bool asked =
        std::any_of(views_.begin(), views_.end(), [&](const ControllerView& view) { return is_called(view, one.dn); });
    if (asked)
      ++read;
    else
      note("domain-controller-not-asked: " + base::displayable(server_name(one.dn)));
  }
  note(fmt::format("domain-controllers: {} of {} were asked for lastLogon; last sign-ins are {}", read, listed_.size(),
                   exact ? "exact" : "as imprecise as lastLogonTimestamp"));
  for (const ControllerView& view : views_) {
    if (!view.cursors) note("domain-controller-hides-replication: " + view.uri + " does not show replUpToDateVector");
  }
}

}  // namespace tally::directory
