#include "connectors/directory/posix.h"

#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr std::string_view kShadowIsOver = "shadowExpire keeps out Unix hosts alone, not LDAP binds";

/// A shell that lets nobody in: nologin(8), false(1). An empty one means /bin/sh (passwd(5)).
bool lets_in(std::string_view shell) { return !shell.ends_with("/nologin") && !shell.ends_with("/false"); }

}  // namespace

model::TimeFact shadow_expiry(Fields& fields, base::Instant collected_at, std::string_view none) {
  base::TextPool& text = fields.builder().text();
  if (!fields.entry().has("shadowExpire")) return model::TimeFact::never(text.intern(none));
  const auto days = fields.integer("shadowExpire");
  if (!days) return model::TimeFact::unknown(fields.unreadable("shadowExpire"));
  if (*days == -1) return model::TimeFact::never(text.intern("shadowExpire=-1"));
  if (*days == 0)
    return model::TimeFact::unknown(text.intern("shadowExpire=0 is read as never by some and as 1970 by others"));
  const auto at = days_since_1970(*days);
  if (!at) {
    fields.reject("shadowExpire", *fields.entry().first("shadowExpire"), "days since 1970, or -1");
    return model::TimeFact::unknown(fields.unreadable("shadowExpire"));
  }
  if (*at <= collected_at) return model::TimeFact::unknown(text.intern(kShadowIsOver));
  return model::TimeFact::known(base::Bounds::exactly(*at), text.intern("shadowExpire"));
}

void posix_account(Fields& fields, model::AccountId account) {
  model::Accounts& accounts = fields.builder().accounts();
  const std::uint32_t row = account.index();
  accounts.uid_number[row] = fields.posix_number("uidNumber");
  if (const auto shell = fields.entry().first("loginShell")) {
    accounts.flags_known[row] |= model::kLoginShell;
    if (lets_in(*shell)) accounts.flags[row] |= model::kLoginShell;
  }
  if (const auto gid = fields.integer("gidNumber")) {
    if (*gid >= 0 && *gid < model::Accounts::kNoNumber) accounts.gid_number[row] = static_cast<std::uint32_t>(*gid);
    fields.builder().set_primary_gid(account, static_cast<std::uint64_t>(*gid));
  } else if (fields.entry().has("gidNumber")) {
    accounts.primary_group_basis[row] = fields.unreadable("gidNumber");
  }
}

void posix_group(Fields& fields, model::GroupId group) {
  const auto gid = fields.integer("gidNumber");
  if (!gid) return;
  TableBuilder& builder = fields.builder();
  const std::uint32_t row = group.index();
  if (*gid >= 0 && *gid < model::Accounts::kNoNumber)
    builder.groups().gid_number[row] = static_cast<std::uint32_t>(*gid);
  builder.set_gid(group, static_cast<std::uint64_t>(*gid));
  if (*gid != 0) return;  // 0, whatever it is called: files of root are its members' files, on every host
  builder.groups().tier[row] = model::Tier::tier1;
  builder.groups().tier_basis[row] = builder.text().intern("gidNumber=0 is the root group of Unix hosts");
}

}  // namespace tally::directory
