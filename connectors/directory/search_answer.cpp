#include "connectors/directory/search_answer.h"

#include <fmt/format.h>
#include <ldap.h>

#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

using Kind = model::Gap::Kind;

std::string taken(char* text) {
  std::string out = text == nullptr ? "" : base::displayable(text);
  ldap_memfree(text);
  return out;
}

void read_page_control(LDAP* handle, LDAPControl** controls, SearchAnswer& out) {
  LDAPControl* control = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr);
  if (control == nullptr) return;
  ber_int_t estimate = 0;  // of the server's making: not used
  berval cookie{};
  if (ldap_parse_pageresponse_control(handle, control, &estimate, &cookie) != LDAP_SUCCESS) return;
  out.paged = true;
  if (cookie.bv_val != nullptr) out.cookie.assign(cookie.bv_val, cookie.bv_len);
  ldap_memfree(cookie.bv_val);
}

struct Trouble {
  Kind kind;
  const char* words;
};

Trouble trouble_of(int code) {
  switch (code) {
    case LDAP_SIZELIMIT_EXCEEDED: return {Kind::size_limit, "the server's size limit (sizeLimitExceeded)"};
    case LDAP_ADMINLIMIT_EXCEEDED:
      return {Kind::size_limit, "a limit set by the server's administrator (adminLimitExceeded)"};
    case LDAP_TIMELIMIT_EXCEEDED: return {Kind::time_limit, "the server's time limit (timeLimitExceeded)"};
    case LDAP_NO_SUCH_OBJECT:
      return {Kind::hidden, "the base does not exist or access rules hide it: cannot tell (noSuchObject)"};
    case LDAP_INSUFFICIENT_ACCESS: return {Kind::hidden, "access rules forbid reading (insufficientAccessRights)"};
    case LDAP_OPERATIONS_ERROR:
      return {Kind::hidden, "the server wants a bind before it shows anything, or failed (operationsError)"};
    case LDAP_BUSY: return {Kind::unreachable, "the server is busy (busy)"};
    case LDAP_UNAVAILABLE: return {Kind::unreachable, "the server is shutting down or not ready (unavailable)"};
    default: return {Kind::unreachable, nullptr};
  }
}

}  // namespace

SearchAnswer parse_answer(ldap* handle, ldapmsg* message) {
  SearchAnswer out;
  char* matched = nullptr;
  char* diagnostic = nullptr;
  char** referrals = nullptr;
  LDAPControl** controls = nullptr;
  const int parsed = ldap_parse_result(handle, message, &out.code, &matched, &diagnostic, &referrals, &controls, 0);
  ldap_memfree(matched);
  out.diagnostic = taken(diagnostic);
  if (parsed != LDAP_SUCCESS) out.code = LDAP_DECODING_ERROR;
  // Several URLs of one referral are alternatives; the first one stands for all.
  if (referrals != nullptr && referrals[0] != nullptr) out.referrals.emplace_back(referrals[0]);
  ldap_memvfree(reinterpret_cast<void**>(referrals));
  if (controls != nullptr) {
    read_page_control(handle, controls, out);
    ldap_controls_free(controls);
  }
  return out;
}

std::optional<model::Gap> gap_of(const SearchAnswer& answer, std::uint64_t entries) {
  if (answer.code == LDAP_SUCCESS || (answer.code == LDAP_REFERRAL && !answer.referrals.empty())) return std::nullopt;
  const Trouble trouble = trouble_of(answer.code);
  const std::string words =
      trouble.words != nullptr ? trouble.words : fmt::format("{} ({})", ldap_err2string(answer.code), answer.code);
  return model::Gap{trouble.kind, fmt::format("the server stopped after {} entries: {}{}{}", entries, words,
                                              answer.diagnostic.empty() ? "" : ", saying: ", answer.diagnostic)};
}

}  // namespace tally::directory
