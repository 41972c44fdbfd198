#include "connectors/directory/examination.h"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "connectors/directory/absence.h"
#include "connectors/directory/change_log_past.h"
#include "connectors/directory/control_rows.h"
#include "connectors/directory/deleted_objects.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/ds389_powers.h"
#include "connectors/directory/inquiry.h"
#include "connectors/directory/openldap_powers.h"
#include "connectors/directory/own_rights.h"
#include "connectors/directory/paged_search.h"
#include "connectors/directory/password_policies.h"
#include "connectors/directory/ppolicy.h"
#include "connectors/directory/probe.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/schema.h"
#include "connectors/directory/server_kind.h"

namespace tally::directory {
namespace {

/// The accounts of one base: `shown` learns which of the attributes one of them has.
std::uint64_t sample(Session& session, const std::string& base, const Profile& profile, const Patience& patience,
                     std::vector<bool>& shown) {
  const std::vector<std::string>& attributes = profile.query().attributes;
  Search what;
  what.base = base;
  what.query = {profile.account_filter(), attributes};
  what.size_limit = Examination::kSample;
  std::uint64_t accounts = 0;
  search(session, what, patience, [&](const Entry& entry) {
    ++accounts;
    for (std::size_t i = 0; i < attributes.size(); ++i) shown[i] = shown[i] || entry.has(attributes[i]);
  });
  return accounts;
}

/// The entries of one kind, by the names of their attributes alone.
void look_at_kind(Session& session, const LdapOptions& options, const Absences& kind, const Patience& patience,
                  Examination& out) {
  Unshown unshown(kind.unshown->attributes());
  std::map<std::string, std::size_t> rows;
  std::vector<std::string> dns;
  for (const std::string& base : DnScope::outermost(options.profile.bases)) {
    Search what;
    what.base = base;
    what.query = {kind.filter, unshown.attributes()};
    what.types_only = true;
    what.size_limit = kind.many ? Examination::kSample : 0;
    what.page_size = kind.many ? 0 : options.page_size;
    search(session, what, patience, [&](const Entry& entry) {
      const auto [at, fresh] = rows.emplace(normal_dn(entry.dn()), rows.size());
      if (fresh) unshown.read(entry, at->second);
      if (fresh) dns.emplace_back(entry.dn());
    });
  }
  const auto row_of = [&](std::string_view dn) {
    const auto at = rows.find(normal_dn(dn));
    return at == rows.end() ? std::nullopt : std::optional(at->second);
  };
  const Absences seen{kind.kind, kind.many, kind.filter,
                      &unshown,  row_of,    [&](std::size_t row) { return dns.at(row); }};
  prove_absences(session, {seen}, kind.many ? dns : DnScope::outermost(options.profile.bases),
                 kind.many ? Scope::base : Scope::subtree, options.page_size, patience);
  for (std::size_t i = 0; i < unshown.attributes().size(); ++i) {
    if (const std::uint64_t open = unshown.open_entries(i); open > 0)
      out.may_be_hidden.push_back(
          fmt::format("{} of {} of {} {}", unshown.attributes()[i], open, rows.size(), kind.kind));
  }
}

/// Active Directory: some accounts, and all groups with one member of each, by their access control lists.
void look_at_lists(Session& session, const LdapOptions& options, Profile& profile, TableBuilder& builder,
                   const Patience& patience, Examination& out) {
  for (const std::string& base : DnScope::outermost(options.profile.bases)) {
    Search accounts, groups;
    accounts.base = groups.base = base;
    accounts.query = {profile.account_filter(), profile.query().attributes};
    accounts.size_limit = Examination::kSample;
    groups.query = {profile.group_filter(), {"objectClass", "objectSid", "sAMAccountName", "member;range=0-0"}};
    groups.page_size = options.page_size;
    for (const Search& what : {accounts, groups})
      search(session, what, patience, [&](const Entry& entry) { profile.decode(entry, builder); });
  }
  profile.inquire(inquiry_of(session, patience), builder);
  for (std::string& what : profile.may_be_hidden()) out.may_be_hidden.push_back(std::move(what));
}

void look_for_hidden(Session& session, const LdapOptions& options, Profile& profile, const Patience& patience,
                     Examination& out) {
  model::Harvest nothing;
  TableBuilder builder(options.profile, nothing);
  profile.expect_proof();
  for (const Absences& kind : profile.absences(builder)) look_at_kind(session, options, kind, patience, out);
  if (options.profile.dialect == Dialect::active_directory)
    look_at_lists(session, options, profile, builder, patience, out);
}

/// Nothing of the directory was read, so groups that only the directory knows are not followed.
void look_at_own_powers(Session& session, const LdapOptions& options, const Patience& patience, Examination& out) {
  model::Harvest nothing;
  base::Sha256 digest;
  switch (options.profile.dialect) {
    case Dialect::openldap: read_openldap_powers(session, options, nothing, patience, digest); break;
    case Dialect::ds389: read_ds389_powers(session, options, nothing, patience, digest); break;
    case Dialect::active_directory: read_own_rights(session, options, nothing, patience); break;
    case Dialect::generic: break;
  }
  for (const std::string& note : nothing.source.notes) {
    if (note.starts_with(kEffectiveRights)) out.own_rights_checked = note.substr(kEffectiveRights.size());
  }
  for (const model::Gap& gap : nothing.source.coverage.gaps)
    out.cannot_tell.push_back("who is in groups: " + gap.sentence);
  out.own_powers = std::move(nothing.source.own_powers);
  out.own_powers_unread = std::move(nothing.source.own_powers_unread);
}

/// Where cn=config is not shown, nobody knows which password policy is in force, unless the settings say it.
void look_at_password_policies(Session& session, const LdapOptions& options, const Patience& patience,
                               Examination& out) {
  if (options.profile.dialect != Dialect::openldap) return;
  const PpolicyOverlays overlays = PpolicyOverlays::read(inquiry_of(session, patience), options.profile);
  if (std::string why = overlays.doubt(); !why.empty())
    out.cannot_tell.push_back("whether pwdAccountLockedTime, pwdStartTime and pwdEndTime keep anybody out: " + why);
}

/// What Active Directory shows to administrators alone, unless somebody granted it.
void look_at_containers(Session& session, const LdapOptions& options, const Patience& patience, Examination& out) {
  if (options.profile.dialect != Dialect::active_directory) return;
  for (const std::string& head : domain_heads(options.profile.bases)) {
    if (const std::string why = deleted_objects_hidden(session, head, patience); !why.empty())
      out.cannot_tell.push_back("when accounts of leavers were deleted: " + why);
    if (const std::string why = password_policies_hidden(session, head, patience); !why.empty())
      out.cannot_tell.push_back("when passwords expire: " + why);
  }
}

}  // namespace

Examination examine(const LdapOptions& options, base::Instant now) {
  Examination out;
  const auto profile = Profile::create(options.profile, now);
  if (!profile) {
    out.trouble = profile.error().message;
    return out;
  }
  const auto total = connectors::Deadline::after(options.total_deadline);
  auto session = Session::open(options, connectors::Deadline::after(options.connect_deadline).earlier(total), now);
  if (!session) {
    out.trouble = session.error().message;
    return out;
  }
  const Patience patience{options.request_deadline, total};
  out.server = read_state(*session, options.profile, patience).kind;
  out.misread = misread(options.profile.dialect, out.server);
  out.schema = read_attribute_names(*session, patience);
  const std::vector<std::string>& attributes = (*profile)->query().attributes;
  std::vector<bool> shown(attributes.size(), false);
  for (const std::string& base : options.profile.bases) {
    if (read_entry(*session, base, {"1.1"}, patience, [](const Entry&) {}).entries == 0)
      out.bases_not_shown.push_back(base);
    out.accounts += sample(*session, base, **profile, patience, shown);
  }
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (!shown[i]) out.never_shown.push_back(attributes[i]);
  }
  look_for_hidden(*session, options, **profile, patience, out);
  look_at_own_powers(*session, options, patience, out);
  look_at_containers(*session, options, patience, out);
  look_at_password_policies(*session, options, patience, out);
  if (options.profile.dialect == Dialect::ds389)
    out.past_unread = look_at_change_log(*session, options, patience).why_not;
  return out;
}

}  // namespace tally::directory
