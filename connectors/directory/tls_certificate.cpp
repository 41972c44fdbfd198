#include "connectors/directory/tls_certificate.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>

#include "connectors/directory/ber.h"
#include "connectors/directory/entry.h"
#include "policy/base/utf8.h"

namespace tally::directory {
namespace {

/// Names shown of one certificate; some carry hundreds.
constexpr std::size_t kMaxNames = 20;

using ber::Element;
using ber::kBoolean;
using ber::kOctetString;
using ber::kOid;
using ber::kSequence;
using ber::kSet;
using ber::kUtcTime;
using ber::take;

// Context-specific tags of RFC 5280: GeneralName and TBSCertificate.
constexpr unsigned char kDnsName = 0x82;
constexpr unsigned char kIpAddress = 0x87;
constexpr unsigned char kVersion = 0xa0;
constexpr unsigned char kExtensions = 0xa3;

std::string_view attribute_label(std::string_view oid) {
  if (oid == "\x55\x04\x03") return "CN";
  if (oid == "\x55\x04\x0a") return "O";
  if (oid == "\x55\x04\x0b") return "OU";
  if (oid == "\x55\x04\x06") return "C";
  if (oid == "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19") return "DC";
  return {};
}

/// Name ::= SEQUENCE OF SET OF SEQUENCE { type, value }; `common_name` gets the last CN.
std::string name_in_words(std::string_view name, std::string* common_name = nullptr) {
  std::string out;
  while (auto set = take(name, kSet)) {
    auto pair = take(set->body, kSequence);
    if (!pair) continue;
    const auto type = take(pair->body, kOid);
    const auto value = take(pair->body);
    if (!type || !value) continue;
    const std::string_view label = attribute_label(type->body);
    if (label.empty()) continue;
    out += fmt::format("{}{}={}", out.empty() ? "" : ", ", label, base::displayable(value->body));
    if (label == "CN" && common_name != nullptr) *common_name = base::displayable(value->body);
  }
  return out;
}

/// UTCTime "YYMMDDHHMMSSZ" (50 to 99 are 1950 to 1999) or GeneralizedTime "YYYYMMDDHHMMSSZ" (RFC 5280 §4.1.2.5).
std::optional<base::Instant> read_time(const Element& element) {
  std::string digits(element.body);
  if (element.tag == kUtcTime) digits.insert(0, digits < "50" ? "20" : "19");
  if (digits.size() != 15 || digits.back() != 'Z') return std::nullopt;
  const std::string_view d = digits;
  return base::parse_instant(fmt::format("{}-{}-{}T{}:{}:{}Z", d.substr(0, 4), d.substr(4, 2), d.substr(6, 2),
                                         d.substr(8, 2), d.substr(10, 2), d.substr(12, 2)));
}

bool read_validity(std::string_view body, ServerCertificate& out) {
  const auto from = take(body);
  const auto to = take(body);
  if (!from || !to) return false;
  const auto not_before = read_time(*from);
  const auto not_after = read_time(*to);
  if (!not_before || !not_after) return false;
  out.not_before = *not_before;
  out.not_after = *not_after;
  return true;
}

std::string address_in_words(std::string_view bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  if (bytes.size() == 4) ::inet_ntop(AF_INET, bytes.data(), text, sizeof text);
  if (bytes.size() == 16) ::inet_ntop(AF_INET6, bytes.data(), text, sizeof text);
  return text;
}

/// GeneralNames ::= SEQUENCE OF GeneralName
void read_alternative_names(std::string_view octets, ServerCertificate& out) {
  auto all = take(octets, kSequence);
  if (!all) return;
  while (auto name = take(all->body)) {
    if (out.names.size() == kMaxNames) return;
    if (name->tag == kDnsName) out.names.push_back(base::displayable(name->body));
    if (name->tag == kIpAddress) out.names.push_back(address_in_words(name->body));
  }
}

/// ExtKeyUsageSyntax ::= SEQUENCE OF OBJECT IDENTIFIER
bool names_servers(std::string_view octets) {
  auto all = take(octets, kSequence);
  while (all) {
    const auto use = take(all->body, kOid);
    if (!use) break;
    constexpr std::string_view kServerAuth = "\x2b\x06\x01\x05\x05\x07\x03\x01";
    constexpr std::string_view kAnyUse("\x55\x1d\x25\x00", 4);
    if (use->body == kServerAuth || use->body == kAnyUse) return true;
  }
  return false;
}

void read_extensions(std::string_view body, ServerCertificate& out) {
  auto all = take(body, kSequence);
  if (!all) return;
  while (auto extension = take(all->body, kSequence)) {
    const auto oid = take(extension->body, kOid);
    take(extension->body, kBoolean);  // critical, optional
    const auto value = take(extension->body, kOctetString);
    if (!oid || !value) continue;
    if (oid->body == "\x55\x1d\x11") read_alternative_names(value->body, out);      // id-ce-subjectAltName
    if (oid->body == "\x55\x1d\x25") out.for_servers = names_servers(value->body);  // id-ce-extKeyUsage
  }
}

}  // namespace

std::optional<ServerCertificate> read_certificate(std::string_view der) {
  ServerCertificate out;
  out.digest = base::sha256(der);
  auto certificate = take(der, kSequence);
  if (!certificate) return std::nullopt;
  auto tbs = take(certificate->body, kSequence);
  if (!tbs) return std::nullopt;
  std::string_view in = tbs->body;
  take(in, kVersion);
  take(in);  // serialNumber
  take(in);  // signature
  const auto issuer = take(in, kSequence);
  const auto validity = take(in, kSequence);
  const auto subject = take(in, kSequence);
  take(in);  // subjectPublicKeyInfo
  if (!issuer || !validity || !subject || !read_validity(validity->body, out)) return std::nullopt;
  std::string common_name;
  out.issuer = name_in_words(issuer->body);
  out.subject = name_in_words(subject->body, &common_name);
  out.self_issued = issuer->whole == subject->whole;
  while (auto rest = take(in)) {
    if (rest->tag == kExtensions) read_extensions(rest->body, out);
  }
  if (out.names.empty() && !common_name.empty()) out.names.push_back(common_name);
  return out;
}

bool names_host(const ServerCertificate& certificate, std::string_view host) {
  return std::any_of(certificate.names.begin(), certificate.names.end(), [&](std::string_view name) {
    if (equal_ignoring_case(name, host)) return true;
    const std::size_t dot = host.find('.');
    return name.starts_with("*.") && dot != std::string_view::npos && dot > 0 &&
           equal_ignoring_case(name.substr(1), host.substr(dot));
  });
}

}  // namespace tally::directory
