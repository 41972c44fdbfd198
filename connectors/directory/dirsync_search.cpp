#include "connectors/directory/dirsync_search.h"

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

class DirSyncRun {
 public:
  DirSyncRun(Session& session, const DirSyncSearch& what, const Patience& patience, const EachEntry& each)
      : session_(session), what_(what), patience_(patience), each_(each) {
    out_.cookie = what.cookie;
  }

  base::Result<DirSyncAnswer> go();

 private:
  base::Result<void> ask();
  base::Result<void> receive();
  base::Result<void> take(LDAPMessage* message, int type);
  base::Result<void> take_entry(LDAPMessage* message);
  base::Result<void> take_result(LDAPMessage* message);
  base::Error lost(int code);

  Session& session_;
  const DirSyncSearch& what_;
  const Patience& patience_;
  const EachEntry& each_;
  int id_ = -1;
  bool more_ = true;
  Entry entry_;
  DirSyncAnswer out_;
};

base::Error DirSyncRun::lost(int code) {
  session_.lose();
  return session_.error(code, "asking for changes", session_.release());
}

base::Result<void> DirSyncRun::ask() {
  std::string value = dirsync_request(out_.cookie);
  std::string oid = kDirSyncOid;
  LDAPControl control{oid.data(), {value.size(), value.data()}, 1};  // critical: else a server may send everything
  LDAPControl* controls[] = {&control, nullptr};
  std::vector<char*> attributes;
  for (const std::string& name : what_.query.attributes) attributes.push_back(const_cast<char*>(name.c_str()));
  attributes.push_back(nullptr);
  session_.guard(patience_.next());
  const int code =
      ldap_search_ext(session_.handle(), what_.naming_context.c_str(), LDAP_SCOPE_SUBTREE, what_.query.filter.c_str(),
                      attributes.data(), 0, controls, nullptr, nullptr, 0, &id_);
  if (code != LDAP_SUCCESS) return tl::unexpected(lost(code));
  return {};
}

base::Result<void> DirSyncRun::take_entry(LDAPMessage* message) {
  if (++out_.entries > kMaxEntries) return failure(ErrorKind::limit, "more changes came than our own limit");
  SearchOutcome trouble;  // values that are too long are no trouble: which attributes changed is what counts
  if (!read_search_entry(session_.handle(), message, nullptr, entry_, trouble))
    return failure(ErrorKind::malformed, "an entry of DirSync cannot be read");
  each_(entry_);
  return {};
}

base::Result<void> DirSyncRun::take_result(LDAPMessage* message) {
  const SearchAnswer answer = parse_answer(session_.handle(), message);
  if (answer.code != LDAP_SUCCESS) {
    return failure(ErrorKind::unsupported, fmt::format("the server refuses DirSync ({}{}{})", answer.code,
                                                       answer.diagnostic.empty() ? "" : ": ", answer.diagnostic));
  }
  LDAPControl** raw = nullptr;
  int code = 0;
  ldap_parse_result(session_.handle(), message, &code, nullptr, nullptr, nullptr, &raw, 0);
  const Controls controls(raw);
  LDAPControl* control = raw == nullptr ? nullptr : ldap_control_find(kDirSyncOid, raw, nullptr);
  if (control == nullptr || control->ldctl_value.bv_val == nullptr)
    return failure(ErrorKind::malformed, "the answer ended without the control of DirSync");
  auto value = parse_dirsync_answer({control->ldctl_value.bv_val, control->ldctl_value.bv_len});
  if (!value) {
    return failure(ErrorKind::malformed,
                   fmt::format("the control of DirSync cannot be read, or its cookie is empty or longer than {} bytes",
                               kMaxDirSyncCookieBytes));
  }
  more_ = value->more;
  if (more_ && value->cookie == out_.cookie)
    return failure(ErrorKind::malformed, "DirSync does not get on: it has more to tell, and gives the same cookie");
  out_.cookie = std::move(value->cookie);
  return {};
}

base::Result<void> DirSyncRun::take(LDAPMessage* message, int type) {
  if (type == LDAP_RES_SEARCH_ENTRY) return take_entry(message);
  if (type == LDAP_RES_SEARCH_RESULT) return take_result(message);
  // Other naming contexts are another matter; an intermediate message answers nothing that we asked for.
  if (type == LDAP_RES_SEARCH_REFERENCE || type == LDAP_RES_INTERMEDIATE) return {};
  return failure(ErrorKind::malformed, fmt::format("the server's answer (0x{:x}) is none to a search", type));
}

base::Result<void> DirSyncRun::receive() {
  for (;;) {
    LDAPMessage* raw = nullptr;
    const int type = ldap_result(session_.handle(), id_, LDAP_MSG_ONE, nullptr, &raw);
    const Message message(raw);
    if (type <= 0) {
      int code = LDAP_SERVER_DOWN;
      ldap_get_option(session_.handle(), LDAP_OPT_RESULT_CODE, &code);
      return tl::unexpected(lost(code));
    }
    const auto good = take(raw, type);
    const bool last = type == LDAP_RES_SEARCH_RESULT;
    if (!good && !last) ldap_abandon_ext(session_.handle(), id_, nullptr, nullptr);
    if (!good || last) {
      session_.release();
      return good;
    }
  }
}

base::Result<DirSyncAnswer> DirSyncRun::go() {
  while (more_) {
    if (++out_.rounds > kMaxDirSyncRounds) {
      return failure(ErrorKind::limit,
                     fmt::format("DirSync had more to tell after {} answers: given up", kMaxDirSyncRounds));
    }
    if (auto asked = ask(); !asked) return tl::unexpected(asked.error());
    if (auto received = receive(); !received) return tl::unexpected(received.error());
  }
  return std::move(out_);
}

}  // namespace

base::Result<DirSyncAnswer> dirsync_search(Session& session, const DirSyncSearch& what, const Patience& patience,
                                           const EachEntry& each) {
  return DirSyncRun(session, what, patience, each).go();
}

}  // namespace tally::directory
