#include "connectors/directory/control_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "connectors/directory/dn.h"
#include "connectors/directory/entry.h"
#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

using model::ControlledKind;

/// SYSTEM, SELF, CREATOR OWNER and CREATOR GROUP: the directory, the entry itself, and nobody.
bool is_nobody_else(std::string_view sid) {
  return sid == "S-1-5-18" || sid == "S-1-5-10" || sid == "S-1-3-0" || sid == "S-1-3-1";
}

bool as_delivered(std::string_view sid, ControlledKind kind) {
  if (is_nobody_else(sid)) return true;
  const auto known = privileged_sid(sid);
  if (!known || known->tier != model::Tier::tier0) return false;
  if (kind != ControlledKind::admin_sd_holder) return true;
  return known->name == "Administrators" || known->name == "Domain Admins" || known->name == "Enterprise Admins";
}

struct Row {
  std::string_view holder = {}, holder_name = {};
  bool everybody = false;
  std::uint32_t rights = 0;
  std::string unless_in = {};
  std::string_view doubt = {};
};

void add(model::Harvest& harvest, const Controlled& object, std::string_view dn, const Row& row) {
  model::Controls& c = harvest.controls;
  c.source.emplace_back(0);
  c.kind.push_back(object.kind);
  c.account.push_back(object.account);
  c.group.push_back(object.group);
  c.object.push_back(harvest.text.intern(dn));
  c.holder.push_back(harvest.text.intern(row.holder));
  c.holder_name.push_back(harvest.text.intern(row.holder_name));
  c.everybody.push_back(row.everybody ? 1 : 0);
  c.rights.push_back(row.rights);
  c.unless_in.push_back(harvest.text.intern(row.unless_in));
  c.rule.emplace_back();
  c.doubt.push_back(harvest.text.intern(row.doubt));
}

void add(model::Harvest& harvest, const Controlled& object, std::string_view dn, const Holding& holding) {
  const std::string sid = sid_text(holding.sid).value_or("");
  if (sid.empty() || as_delivered(sid, object.kind)) return;
  Row row{sid, unlisted_population(sid), false, holding.rights, {}, holding.doubt};
  row.everybody = !row.holder_name.empty();
  if (const auto known = privileged_sid(sid)) row.holder_name = known->name;
  for (const std::string_view one : holding.unless_in) {
    if (const auto text = sid_text(one)) row.unless_in += (row.unless_in.empty() ? "" : "\n") + *text;
  }
  add(harvest, object, dn, row);
}

/// True when the DN begins with those RDNs.
bool begins_with(std::string_view dn, std::string_view rdns) {
  return dn.size() > rdns.size() && dn[rdns.size()] == ',' && equal_ignoring_case(dn.substr(0, rdns.size()), rdns);
}

}  // namespace

bool add_controls(model::Harvest& harvest, const Controlled& object, ControlledClass of, std::string_view dn,
                  std::string_view descriptor) {
  const auto parsed = SecurityDescriptor::parse(descriptor);
  if (!parsed) {
    add(harvest, object, dn, Row{.doubt = parsed.error().message});
    return true;
  }
  const ObjectControl found = control_of(*parsed, of);
  for (const Holding& holding : found.holdings) add(harvest, object, dn, holding);
  const std::string doubt = fmt::format("{}", fmt::join(found.not_understood, "; "));
  add(harvest, object, dn, Row{.doubt = doubt});
  return (parsed->control & SecurityDescriptor::kDaclProtected) == 0;
}

void add_step(model::Harvest& harvest, const Controlled& object, std::string_view dn, std::string_view above,
              model::ControlRight how) {
  add(harvest, object, dn, Row{.holder = above, .rights = how});
}

void add_password_readers(model::Harvest& harvest, const Controlled& object, std::string_view dn,
                          std::optional<std::string_view> membership) {
  if (!membership) {
    constexpr std::string_view kHidden =
        "who may read its managed password was not delivered (msDS-GroupMSAMembership)";
    return add(harvest, object, dn, Row{.doubt = kHidden});
  }
  const auto parsed = SecurityDescriptor::parse(*membership);
  if (!parsed) return add(harvest, object, dn, Row{.doubt = "msDS-GroupMSAMembership: " + parsed.error().message});
  const ObjectControl found = password_readers_of(*parsed);
  for (const Holding& holding : found.holdings) add(harvest, object, dn, holding);
  if (found.not_understood.empty()) return;
  const std::string doubt = fmt::format("msDS-GroupMSAMembership: {}", fmt::join(found.not_understood, "; "));
  add(harvest, object, dn, Row{.doubt = doubt});
}

void add_holder(model::Harvest& harvest, const Controlled& object, std::string_view dn, std::string_view sid,
                std::uint32_t rights) {
  if (rights == 0 || as_delivered(sid, object.kind)) return;
  Row row{.holder = sid, .holder_name = unlisted_population(sid), .rights = rights};
  row.everybody = !row.holder_name.empty();
  if (const auto known = privileged_sid(sid)) row.holder_name = known->name;
  add(harvest, object, dn, row);
}

void add_list_read(model::Harvest& harvest, const Controlled& object, std::string_view dn, std::string_view doubt) {
  add(harvest, object, dn, Row{.doubt = doubt});
}

ControlledClass controlled_class(model::AccountKind kind) {
  switch (kind) {
    case model::AccountKind::computer: return ControlledClass::computer;
    case model::AccountKind::managed_service: return ControlledClass::managed_service;
    default: return ControlledClass::user;
  }
}

bool has_managed_password(const Entry& entry) {
  return entry.has_value("objectClass", "msDS-GroupManagedServiceAccount") ||
         entry.has_value("objectClass", "msDS-DelegatedManagedServiceAccount");
}

bool is_admin_sd_holder(std::string_view dn) { return begins_with(dn, "CN=AdminSDHolder,CN=System"); }

bool is_directory_service(std::string_view dn) {
  return begins_with(dn, "CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration");
}

std::string_view domain_head(std::string_view dn) {
  std::size_t begin = dn.size();
  while (begin > 0) {
    const std::size_t comma = begin >= 2 ? dn.rfind(',', begin - 2) : std::string_view::npos;
    const std::size_t rdn = comma == std::string_view::npos ? 0 : comma + 1;
    if (!equal_ignoring_case(dn.substr(rdn, 3), "DC=")) break;
    begin = rdn;
  }
  return dn.substr(begin);
}

std::vector<std::string> domain_heads(const std::vector<std::string>& dns) {
  std::vector<std::string> heads;
  for (const std::string& dn : dns) {
    std::string head(domain_head(dn));
    const auto same = [&](const std::string& one) { return equal_ignoring_case(one, head); };
    if (!head.empty() && std::none_of(heads.begin(), heads.end(), same)) heads.push_back(std::move(head));
  }
  return heads;
}

std::string_view naming_context(std::string_view dn) {
  constexpr std::string_view kConfiguration = "CN=Configuration,";
  const std::string_view head = domain_head(dn);
  const std::size_t before = dn.size() - head.size();
  if (before < kConfiguration.size()) return head;
  const std::size_t begin = before - kConfiguration.size();
  const bool whole = begin == 0 || dn[begin - 1] == ',';
  return whole && equal_ignoring_case(dn.substr(begin, kConfiguration.size()), kConfiguration) ? dn.substr(begin)
                                                                                               : head;
}

}  // namespace tally::directory
