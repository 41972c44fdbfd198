#include "connectors/directory/logged_deletions.h"

namespace tally::directory {
namespace {

/// "anna" of "uid=anna,ou=people,…"; empty where it is escaped, or one name of several (RFC 4514).
std::string_view uid_of(std::string_view dn) {
  constexpr std::string_view kUid = "uid=";
  if (!equal_ignoring_case(dn.substr(0, kUid.size()), kUid)) return {};
  const std::string_view value = dn.substr(kUid.size(), dn.substr(kUid.size()).find(','));
  return value.find_first_of("\\+\"") == std::string_view::npos ? value : std::string_view();
}

}  // namespace

void LoggedDeletions::take(std::string_view dn, std::string_view id, base::Instant at) {
  if (uid_of(dn).empty() || !scope_.contains(dn)) return;
  deleted_.push_back({std::string(dn), std::string(id), at});
}

void LoggedDeletions::tell(TableBuilder& builder) const {
  base::TextPool& text = builder.text();
  const base::TextId log = text.intern(log_), untold = text.intern(log_ + " does not keep what was deleted");
  model::DeletedAccounts& to = builder.harvest().deleted;
  for (const Deletion& one : deleted_) {
    const std::size_t row = to.add(model::SourceId(0)).index();
    to.dn[row] = text.add(one.dn);
    to.native_id[row] = text.add(one.id);
    to.login[row] = text.add(uid_of(one.dn));
    to.kind[row] = model::AccountKind::user;
    to.enabled[row] = model::BoolFact::unknown(untold);
    for (auto* times : {&to.switched, &to.expires, &to.last_sign_in, &to.created})
      (*times)[row] = model::TimeFact::unknown(untold);
    to.deleted[row] = model::TimeFact::known(base::Bounds::exactly(one.at), log);
  }
}

}  // namespace tally::directory
