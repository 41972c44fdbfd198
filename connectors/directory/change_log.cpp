#include "connectors/directory/change_log.h"

#include <algorithm>

#include "connectors/directory/change_text.h"
#include "connectors/directory/ds389.h"
#include "connectors/directory/value_syntax.h"

namespace tally::directory {
namespace {

constexpr const char* kLog = "cn=changelog";

bool is_one_of(std::string_view attribute, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](auto name) { return equal_ignoring_case(attribute, name); });
}

/// The server compares the first four letters alone.
bool is_true(std::string_view lock) { return equal_ignoring_case(lock, "true"); }

std::string_view without_options(std::string_view attribute) { return attribute.substr(0, attribute.find(';')); }

/// What decides by class of service which locks are computed.
bool is_of_service_class(std::string_view attribute) {
  return is_one_of(attribute, {"cosAttribute", "cosTemplateDn", "cosSpecifier", "cosIndirectSpecifier", "cosPriority"});
}

/// Neither a role nor a class of service is named by a uid: their classes do not allow it.
bool may_decide_over_locks(std::string_view dn) { return !equal_ignoring_case(dn.substr(0, 4), "uid="); }

}  // namespace

ChangeLog::ChangeLog(const ProfileOptions& options)
    : history_({kLog, "nsAccountLock", is_true, !options.disabled_when.empty()}), deletions_(kLog, options.bases) {
  for (const std::string& predicate : options.disabled_when)
    other_switches_.push_back(predicate.substr(0, predicate.find('=')));
}

const std::vector<std::string>& ChangeLog::attributes() {
  static const std::vector<std::string> kAll = {"changeNumber", "changeTime",     "changeType",
                                                "targetDn",     "targetUniqueId", "changes"};
  return kAll;
}

std::optional<ChangeLog::What> ChangeLog::watched(std::string_view attribute) const {
  const bool other = std::any_of(other_switches_.begin(), other_switches_.end(), [&](const std::string& name) {
    return equal_ignoring_case(attribute, without_options(name));
  });
  if (other) return What::other_switch;
  if (equal_ignoring_case(attribute, "nsAccountLock")) return other_switches_.empty() ? What::lock : What::other_switch;
  if (is_one_of(attribute, {"member", "uniqueMember"})) return What::member;
  if (equal_ignoring_case(attribute, "memberUid")) return What::member_uid;
  return std::nullopt;
}

/// Its number and its time. False: it cannot be told what came before what.
bool ChangeLog::count(const Entry& entry) {
  const auto number = entry.first("changeNumber"), time = entry.first("changeTime");
  const auto value = number ? large_integer(*number) : std::nullopt;
  const auto at = time ? generalized_time(*time) : std::nullopt;
  if (!value || *value <= number_ || !at) return false;
  if (first_) missing_ += static_cast<std::uint64_t>(*value - number_ - 1);
  number_ = *value;
  at_ = std::max(at_, *at);
  if (!first_) first_ = at_;
  return true;
}

void ChangeLog::take(const Entry& entry) {
  ++taken_;
  const auto type = entry.first("changeType"), dn = entry.first("targetDn");
  if (!type || !dn || !count(entry)) {
    ++unreadable_;
    return;
  }
  WriteHistory::Write write;
  write.at = at_;
  write.request = static_cast<std::uint64_t>(number_);
  const auto id = entry.first("targetUniqueId");
  const auto known = id ? unique_id_text(*id) : std::nullopt;
  by_dn_ = by_dn_ || !known;
  write.entry = known ? std::string_view(*known) : *dn;
  const std::string_view changes = entry.first("changes").value_or("");
  if (equal_ignoring_case(*type, "modify")) {
    take_modifications(changes, write);
  } else if (equal_ignoring_case(*type, "add")) {
    take_new(changes, write);
  } else if (is_one_of(*type, {"delete", "modrdn", "moddn"})) {
    take_end(!equal_ignoring_case(*type, "delete"), write, *dn);
  } else {
    ++unreadable_;
  }
}

/// Of a group, perhaps: it is there no more to ask.
void ChangeLog::take_end(bool renamed, const WriteHistory::Write& of, std::string_view dn) {
  history_.removal_unclear(of.at);
  if (may_decide_over_locks(dn)) history_.lock_may_have_gone(of.at);
  if (!renamed) {
    deletions_.take(dn, of.entry == dn ? std::string_view() : of.entry, of.at);
    return;
  }
  history_.renamed(of.at);
  renamed_ = of.at;
}

void ChangeLog::cannot_tell(WriteHistory::Write write) {
  ++without_changes_;
  write.what = What::unclear;
  history_.wrote(write);
}

void ChangeLog::take_modifications(std::string_view changes, const WriteHistory::Write& of) {
  std::vector<Told> told;
  const bool read = !changes.empty() && ChangeText(changes).modifications([&](const LoggedModification& one) {
    const std::string_view attribute = without_options(one.attribute);
    if (is_of_service_class(attribute)) history_.policy_changed(of.at);
    const bool by_other_means = is_one_of(attribute, {"nsRoleDN", "nsRoleFilter", "gidNumber"});
    if (by_other_means && one.op != LogOp::added) history_.removal_unclear(of.at);
    if (const auto what = watched(attribute)) told.push_back({*what, one.op, std::optional<std::string>(one.value)});
  });
  if (!read) return cannot_tell(of);
  tell_of(of, told);
}

/// With disabled_when, how the switch stood at first is not looked at: it was turned since, or never.
void ChangeLog::take_new(std::string_view changes, const WriteHistory::Write& of) {
  std::vector<Told> told(1, {What::made, LogOp::added, std::nullopt});
  const bool read =
      !changes.empty() && ChangeText(changes).attributes([&](std::string_view name, std::string_view value) {
        const std::string_view attribute = without_options(name);
        if (is_of_service_class(attribute)) history_.policy_changed(of.at);
        const auto what = watched(attribute);
        if (what == What::lock) told.front().value = value;
        if (what == What::member || what == What::member_uid) told.push_back({*what, LogOp::added, std::string(value)});
      });
  if (!read) return cannot_tell(of);
  if (!other_switches_.empty()) told.erase(told.begin());
  tell_of(of, told);
}

void ChangeLog::tell_of(WriteHistory::Write write, const std::vector<Told>& told) {
  for (const Told& one : told) {
    write.what = one.what;
    write.op = one.op;
    write.value = one.value;
    history_.wrote(write);
  }
}

bool ChangeLog::counts(std::string_view attribute) const {
  return watched(attribute) || is_of_service_class(attribute) ||
         is_one_of(attribute, {"nsRoleDN", "nsRoleFilter", "gidNumber"});
}

void ChangeLog::tell(TableBuilder& builder) {
  if (first_) history_.reaches_back_to(*first_);
  if (by_dn_ && renamed_ > base::kBeginningOfTime) history_.forget_before(renamed_);
  history_.tell(builder);
  deletions_.tell(builder);
}

}  // namespace tally::directory
