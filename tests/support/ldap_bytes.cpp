#include "tests/support/ldap_bytes.h"

namespace tally::support {

std::string ber(unsigned char tag, std::string_view body) {
  std::string out;
  out.reserve(body.size() + 6);
  out += static_cast<char>(tag);
  if (body.size() < 0x80) {
    out += static_cast<char>(body.size());
  } else {
    out += '\x84';
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(body.size() >> shift & 0xffU);
  }
  return out.append(body);
}

std::string ber_number(long value, unsigned char tag) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
  // As short as may be: a leading zero only where the next bit would be a sign.
  while (bytes.size() > 1 && bytes[0] == '\0' && (static_cast<unsigned char>(bytes[1]) & 0x80U) == 0) bytes.erase(0, 1);
  return ber(tag, bytes);
}

std::string ldap_message(int id, const std::string& operation, const std::string& controls) {
  return ber(0x30, ber_number(id) + operation + controls);
}

std::string ldap_result(unsigned char tag, int code, std::string_view diagnostic,
                        const std::vector<std::string>& referrals, const std::string& more) {
  std::string urls;
  for (const std::string& url : referrals) urls += ber(0x04, url);
  return ber(tag, ber_number(code, 0x0A) + ber(0x04, "") + ber(0x04, diagnostic) +
                      (urls.empty() ? "" : ber(0xA3, urls)) + more);
}

std::string ldap_entry(int id, std::string_view dn, const LdapAttributes& attributes) {
  std::string list;
  for (const auto& [name, values] : attributes) {
    std::string set;
    for (const std::string& value : values) set += ber(0x04, value);
    list += ber(0x30, ber(0x04, name) + ber(0x31, set));
  }
  return ldap_message(id, ber(0x64, ber(0x04, dn) + ber(0x30, list)));
}

std::string ldap_reference(int id, const std::string& url) { return ldap_message(id, ber(0x73, ber(0x04, url))); }

std::string ldap_done(int id, int code, std::string_view diagnostic, const std::string& controls) {
  return ldap_message(id, ldap_result(0x65, code, diagnostic), controls);
}

std::string page_control(std::string_view cookie) {
  const std::string value = ber(0x30, ber_number(0) + ber(0x04, cookie));
  return ber(0xA0, ber(0x30, ber(0x04, "1.2.840.113556.1.4.319") + ber(0x04, value)));
}

std::string dirsync_control(bool more, std::string_view cookie) {
  const std::string value = ber(0x30, ber_number(more ? 1 : 0) + ber_number(0) + ber(0x04, cookie));
  return ber(0xA0, ber(0x30, ber(0x04, "1.2.840.113556.1.4.841") + ber(0x04, value)));
}

std::string notice_of_disconnection(int code, std::string_view diagnostic) {
  return ldap_message(0, ldap_result(0x78, code, diagnostic, {}, ber(0x8A, "1.3.6.1.4.1.1466.20036")));
}

}  // namespace tally::support
