#include "connectors/directory/search_entry.h"

#include <fmt/format.h>
#include <ldap.h>

#include "connectors/directory/ber.h"

namespace tally::directory {
namespace {

/// Rejects kept of one search; a hostile server may produce any number.
constexpr std::size_t kMaxRejects = model::Coverage::kMaxRejectsKept;

void reject(SearchOutcome& out, std::string_view attribute, std::string_view value, std::string reason, bool whole) {
  if (out.rejects.size() >= kMaxRejects) return;
  constexpr std::size_t kShown = 200;
  out.rejects.push_back(
      {0, std::string(attribute.substr(0, kShown)), std::string(value.substr(0, kShown)), std::move(reason), whole});
}

/// PartialAttribute ::= SEQUENCE { type, vals SET OF value }; `body` is what is inside the sequence.
bool read_attribute(std::string_view body, Entry& entry, SearchOutcome& out) {
  const auto type = ber::take(body, ber::kOctetString);
  const auto values = ber::take(body, ber::kSet);
  if (!type || !values) return false;
  entry.attribute(type->body);
  std::string_view rest = values->body;
  while (const auto value = ber::take(rest, ber::kOctetString)) {
    if (value->body.size() > kMaxValueBytes) {
      ++out.values_left_out;
      reject(out, type->body, value->body,
             fmt::format("the value is longer than {} bytes and was left out", kMaxValueBytes), false);
    } else {
      entry.value(value->body);
    }
  }
  return rest.empty();
}

struct FreeBer {
  void operator()(BerElement* element) const { ber_free(element, 0); }
};

}  // namespace

bool read_search_entry(ldap* handle, ldapmsg* message, base::Sha256* digest, Entry& entry, SearchOutcome& out) {
  BerElement* raw = nullptr;
  berval dn{};
  if (ldap_get_dn_ber(handle, message, &raw, &dn) != LDAP_SUCCESS) {
    reject(out, "", "", "the entry is no LDAP entry (BER)", true);
    return false;
  }
  const std::unique_ptr<BerElement, FreeBer> element(raw);
  const std::string_view name(dn.bv_val, dn.bv_len);
  entry.start(name);
  out.bytes += name.size();
  const char* end = dn.bv_val + dn.bv_len;
  std::size_t count = 0;
  ber_len_t remaining = 0;
  while (ber_get_option(raw, LBER_OPT_BER_REMAINING_BYTES, &remaining) == LBER_OPT_SUCCESS && remaining > 0) {
    berval body{};
    if (++count > kMaxAttributes || ber_skip_element(raw, &body) != ber::kSequence ||
        !read_attribute({body.bv_val, body.bv_len}, entry, out)) {
      reject(out, "", name,
             count > kMaxAttributes ? fmt::format("the entry has more than {} attributes", kMaxAttributes)
                                    : "an attribute of the entry is no LDAP attribute (BER)",
             true);
      return false;
    }
    out.bytes += body.bv_len;
    end = body.bv_val + body.bv_len;
  }
  if (digest != nullptr) digest->update({dn.bv_val, static_cast<std::size_t>(end - dn.bv_val)});
  return true;
}

std::string name_of(ldap* handle, ldapmsg* message) {
  BerElement* raw = nullptr;
  berval dn{};
  if (ldap_get_dn_ber(handle, message, &raw, &dn) != LDAP_SUCCESS) return {};
  const std::unique_ptr<BerElement, FreeBer> element(raw);
  return {dn.bv_val, dn.bv_len};
}

void add_reference(ldap* handle, ldapmsg* message, SearchOutcome& out) {
  char** urls = nullptr;
  if (ldap_parse_reference(handle, message, &urls, nullptr, 0) != LDAP_SUCCESS || urls == nullptr) {
    add_referral("(unreadable)", out);
    return;
  }
  // Several URLs of one reference are alternatives; the first one stands for all.
  if (urls[0] != nullptr) add_referral(urls[0], out);
  ldap_memvfree(reinterpret_cast<void**>(urls));
}

void add_referral(const std::string& url, SearchOutcome& out) {
  if (out.referrals.size() < SearchOutcome::kMaxReferrals) {
    out.referrals.push_back(url);
  } else if (out.referrals.size() == SearchOutcome::kMaxReferrals) {
    out.referrals.emplace_back("(and more)");
  }
}

}  // namespace tally::directory
