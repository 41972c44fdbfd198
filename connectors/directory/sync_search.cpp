#include "connectors/directory/sync_search.h"

#include <fmt/format.h>
#include <ldap.h>

#include <memory>
#include <utility>

#include "connectors/directory/search_answer.h"
#include "connectors/directory/search_entry.h"

namespace tally::directory {
namespace {

using base::ErrorKind;
using base::failure;

struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;
struct FreeControls {
  void operator()(LDAPControl** controls) const { ldap_controls_free(controls); }
};
using Controls = std::unique_ptr<LDAPControl*, FreeControls>;

std::optional<std::string> value_of(LDAPControl** controls, const char* oid) {
  LDAPControl* control = controls == nullptr ? nullptr : ldap_control_find(oid, controls, nullptr);
  if (control == nullptr || control->ldctl_value.bv_val == nullptr) return std::nullopt;
  return std::string(control->ldctl_value.bv_val, control->ldctl_value.bv_len);
}

class SyncRun {
 public:
  SyncRun(Session& session, const SyncSearch& what, const Patience& patience, const EachChanged& each)
      : session_(session), what_(what), patience_(patience), each_(each) {}

  base::Result<SyncAnswer> go();

 private:
  base::Result<void> ask();
  /// True when that was the last message.
  base::Result<bool> take(LDAPMessage* message);
  base::Result<void> take_entry(LDAPMessage* message);
  base::Result<void> take_info(LDAPMessage* message);
  base::Result<void> take_result(LDAPMessage* message);
  base::Error lost(int code);

  Session& session_;
  const SyncSearch& what_;
  const Patience& patience_;
  const EachChanged& each_;
  int id_ = -1;
  Entry entry_;
  SyncAnswer out_;
};

base::Error SyncRun::lost(int code) {
  session_.lose();
  return session_.error(code, "asking for changes", session_.release());
}

base::Result<void> SyncRun::ask() {
  std::string value = sync_request(what_.cookie);
  std::string oid = kSyncRequestOid;
  LDAPControl control{oid.data(), {value.size(), value.data()}, 1};  // critical: else a server may send everything
  LDAPControl* controls[] = {&control, nullptr};
  std::vector<char*> attributes;
  for (const std::string& name : what_.query.attributes) attributes.push_back(const_cast<char*>(name.c_str()));
  attributes.push_back(nullptr);
  session_.guard(patience_.next());
  const int code =
      ldap_search_ext(session_.handle(), what_.base.c_str(), LDAP_SCOPE_SUBTREE, what_.query.filter.c_str(),
                      attributes.data(), 0, controls, nullptr, nullptr, 0, &id_);
  if (code != LDAP_SUCCESS) return tl::unexpected(lost(code));
  return {};
}

base::Result<void> SyncRun::take_entry(LDAPMessage* message) {
  LDAPControl** raw = nullptr;
  const int parsed = ldap_get_entry_controls(session_.handle(), message, &raw);
  const Controls controls(raw);
  const auto value = parsed == LDAP_SUCCESS ? value_of(raw, kSyncStateOid) : std::nullopt;
  const auto state = value ? parse_sync_state(*value) : std::nullopt;
  if (!state) return failure(ErrorKind::malformed, "an entry came without a readable Sync State Control");
  if (++out_.entries > kMaxEntries) return failure(ErrorKind::limit, "more entries came than our own limit");
  if (state->kind == SyncState::Kind::remove) {
    out_.removed.push_back(state->key);
  } else if (state->kind == SyncState::Kind::present) {
    out_.present.push_back(state->key);
  } else {
    SearchOutcome trouble;
    const bool read = read_search_entry(session_.handle(), message, nullptr, entry_, trouble);
    out_.bytes += trouble.bytes;
    if (!read || trouble.values_left_out > 0) {
      return failure(ErrorKind::malformed, "an entry that changed cannot be read, or has values longer than we take");
    }
    each_(state->key, entry_);
  }
  return {};
}

base::Result<void> SyncRun::take_info(LDAPMessage* message) {
  char* oid = nullptr;
  berval* data = nullptr;
  const int parsed = ldap_parse_intermediate(session_.handle(), message, &oid, &data, nullptr, 0);
  const bool is_info = parsed == LDAP_SUCCESS && oid != nullptr && std::string_view(oid) == kSyncInfoOid;
  auto info = is_info && data != nullptr ? parse_sync_info({data->bv_val, data->bv_len}) : std::nullopt;
  ldap_memfree(oid);
  ber_bvfree(data);
  if (!info) return failure(ErrorKind::malformed, "an intermediate message came that is no readable Sync Info Message");
  auto& keys = info->deletes ? out_.removed : out_.present;
  keys.insert(keys.end(), info->keys.begin(), info->keys.end());
  if (keys.size() > kMaxEntries) return failure(ErrorKind::limit, "more keys came than our own limit");
  return {};
}

base::Result<void> SyncRun::take_result(LDAPMessage* message) {
  const SearchAnswer answer = parse_answer(session_.handle(), message);
  if (answer.code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION)
    return failure(ErrorKind::unsupported, "the server does not tell changes for this base");
  if (answer.code == LDAP_SYNC_REFRESH_REQUIRED || answer.code == LDAP_UNWILLING_TO_PERFORM) {
    return failure(ErrorKind::conflict, fmt::format("the server does not go on from the cookie ({}{}{})", answer.code,
                                                    answer.diagnostic.empty() ? "" : ": ", answer.diagnostic));
  }
  if (const auto gap = gap_of(answer, out_.entries)) return failure(ErrorKind::limit, gap->sentence);
  if (!answer.referrals.empty()) return failure(ErrorKind::unsupported, "part of the tree lies on another server");
  LDAPControl** raw = nullptr;
  int code = 0;
  ldap_parse_result(session_.handle(), message, &code, nullptr, nullptr, nullptr, &raw, 0);
  const Controls controls(raw);
  const auto value = value_of(raw, kSyncDoneOid);
  auto done = value ? parse_sync_done(*value) : std::nullopt;
  if (!done) return failure(ErrorKind::malformed, "the answer ended without a readable Sync Done Control");
  out_.cookie = std::move(done->cookie);
  out_.refresh_deletes = done->refresh_deletes;
  return {};
}

base::Result<bool> SyncRun::take(LDAPMessage* message) {
  base::Result<void> good;
  const int type = ldap_msgtype(message);
  if (type == LDAP_RES_SEARCH_ENTRY) {
    good = take_entry(message);
  } else if (type == LDAP_RES_INTERMEDIATE) {
    good = take_info(message);
  } else if (type == LDAP_RES_SEARCH_RESULT) {
    good = take_result(message);
  } else if (type == LDAP_RES_SEARCH_REFERENCE) {
    good = failure(ErrorKind::unsupported, "part of the tree lies on another server");
  } else {
    good = failure(ErrorKind::malformed, fmt::format("the server's answer (0x{:x}) is none to a search", type));
  }
  if (!good) return tl::unexpected(good.error());
  return type == LDAP_RES_SEARCH_RESULT;
}

base::Result<SyncAnswer> SyncRun::go() {
  if (auto asked = ask(); !asked) return tl::unexpected(asked.error());
  for (;;) {
    LDAPMessage* raw = nullptr;
    const int type = ldap_result(session_.handle(), id_, LDAP_MSG_ONE, nullptr, &raw);
    const Message message(raw);
    if (type <= 0) {
      int code = LDAP_SERVER_DOWN;
      ldap_get_option(session_.handle(), LDAP_OPT_RESULT_CODE, &code);
      return tl::unexpected(lost(code));
    }
    const auto last = take(raw);
    if (!last && type != LDAP_RES_SEARCH_RESULT) ldap_abandon_ext(session_.handle(), id_, nullptr, nullptr);
    if (!last || *last) session_.release();
    if (!last) return tl::unexpected(last.error());
    if (*last) return std::move(out_);
  }
}

}  // namespace

base::Result<SyncAnswer> sync_search(Session& session, const SyncSearch& what, const Patience& patience,
                                     const EachChanged& each) {
  return SyncRun(session, what, patience, each).go();
}

}  // namespace tally::directory
