#include "connectors/directory/access_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr const char* kLog = "cn=accesslog";

/// "attribute=value" of disabled_when.
std::string attribute_of(const std::string& predicate) { return predicate.substr(0, predicate.find('=')); }

bool is_one_of(std::string_view attribute, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](auto name) { return equal_ignoring_case(attribute, name); });
}

/// draft-behera-ldap-password-policy §5.3.3
bool is_for_good(std::string_view locked_time) { return locked_time == "000001010000Z"; }

}  // namespace

AccessLog::AccessLog(const ProfileOptions& options)
    : other_switches_{"pwdStartTime", "pwdPolicySubentry"},
      by_site_(!options.disabled_when.empty()),
      history_({kLog, "pwdAccountLockedTime", is_for_good, by_site_}),
      deletions_(kLog, options.bases) {
  for (const std::string& predicate : options.disabled_when) other_switches_.push_back(attribute_of(predicate));
}

Query AccessLog::query() const {
  std::string filter = "(&(objectClass=auditWriteObject)(reqResult=0)(|(reqType=delete)(reqType=modrdn)";
  for (const char* name : {"pwdAccountLockedTime", "pwdLockout", "member", "uniqueMember", "memberUid", "gidNumber"}) {
    filter += fmt::format("(reqMod={}:*)", name);
  }
  for (const std::string& name : other_switches_) filter += fmt::format("(reqMod={}:*)", name);
  return {filter + "))", {"reqType", "reqStart", "reqDN", "reqEntryUUID", "reqMod"}};
}

std::optional<WriteHistory::What> AccessLog::watched(std::string_view attribute) const {
  using What = WriteHistory::What;
  if (equal_ignoring_case(attribute, "pwdAccountLockedTime") && !by_site_) return What::lock;
  if (is_one_of(attribute, {"member", "uniqueMember"})) return What::member;
  if (equal_ignoring_case(attribute, "memberUid")) return What::member_uid;
  const bool other = equal_ignoring_case(attribute, "pwdAccountLockedTime") ||
                     std::any_of(other_switches_.begin(), other_switches_.end(),
                                 [&](const std::string& name) { return equal_ignoring_case(attribute, name); });
  return other ? std::optional(What::other_switch) : std::nullopt;
}

void AccessLog::take(const Entry& entry) {
  const auto type = entry.first("reqType"), start = entry.first("reqStart"), dn = entry.first("reqDN");
  const auto at = start ? generalized_time(*start) : std::nullopt;
  if (!type || !at || !dn) {
    ++unreadable_;
    return;
  }
  if (is_one_of(*type, {"delete", "modrdn"})) {  // of a group, perhaps: it is there no more to ask
    history_.removal_unclear(*at);
    if (equal_ignoring_case(*type, "modrdn"))
      history_.renamed(*at);
    else
      deletions_.take(*dn, entry.first("reqEntryUUID").value_or(""), *at);
    return;
  }
  WriteHistory::Write write;
  write.at = *at;
  write.request = ++taken_;
  write.entry = entry.first("reqEntryUUID").value_or(*dn);
  for (const std::string_view written : entry.values("reqMod")) {
    if (const auto one = read_modification(written)) {
      take_modification(*one, write);
    } else {
      ++unreadable_;
    }
  }
}

void AccessLog::take_modification(const LoggedModification& one, WriteHistory::Write write) {
  if (one.op == LogOp::boundary) return;
  const std::string_view attribute = one.attribute.substr(0, one.attribute.find(';'));
  if (equal_ignoring_case(attribute, "pwdLockout")) return history_.policy_changed(write.at);
  if (equal_ignoring_case(attribute, "gidNumber")) return history_.removal_unclear(write.at);
  const auto what = watched(attribute);
  if (!what) return;
  write.what = *what;
  write.op = one.op;
  write.value = one.value;
  history_.wrote(write);
}

}  // namespace tally::directory
