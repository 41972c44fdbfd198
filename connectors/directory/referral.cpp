#include "connectors/directory/referral.h"

#include <fmt/format.h>
#include <ldap.h>

#include <algorithm>
#include <memory>

#include "connectors/directory/entry.h"
#include "connectors/directory/session_connect.h"

namespace tally::directory {
namespace {

/// Partitions of AD beside the domain (MS-ADTS 3.1.1.1.5): they hold no security principals.
constexpr std::string_view kPartitionsWithoutAccounts[] = {"CN=Configuration,", "CN=Schema,", "DC=DomainDnsZones,",
                                                           "DC=ForestDnsZones,"};

bool begins_with(std::string_view text, std::string_view front) {
  return text.size() >= front.size() && equal_ignoring_case(text.substr(0, front.size()), front);
}

/// One spelling of a server and a base: hosts and DNs compare without ASCII case.
std::string place(const std::string& uri, const std::string& base) {
  std::string out = uri + "/" + base;
  for (char& c : out) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

}  // namespace

Referral judge_referral(const std::string& url, const LdapOptions& options) {
  Referral out;
  LDAPURLDesc* raw = nullptr;
  if (ldap_url_parse(url.c_str(), &raw) != LDAP_URL_SUCCESS) return out;
  const std::unique_ptr<LDAPURLDesc, decltype(&ldap_free_urldesc)> parsed(raw, &ldap_free_urldesc);
  out.host = parsed->lud_host == nullptr ? "" : parsed->lud_host;
  out.base = parsed->lud_dn == nullptr ? "" : parsed->lud_dn;
  if (options.profile.dialect == Dialect::active_directory) {
    out.no_accounts = std::any_of(std::begin(kPartitionsWithoutAccounts), std::end(kPartitionsWithoutAccounts),
                                  [&](std::string_view front) { return begins_with(out.base, front); });
  }
  out.follow =
      !out.host.empty() && std::any_of(options.referral_hosts.begin(), options.referral_hosts.end(),
                                       [&](const std::string& host) { return equal_ignoring_case(host, out.host); });
  // The scheme of the URL does not decide how safe the connection is: the options do.
  Endpoint to;
  to.host = out.host;
  to.scheme = options.security == Security::ldaps ? Endpoint::Scheme::ldaps : Endpoint::Scheme::ldap;
  const bool same_scheme = begins_with(url, to.scheme == Endpoint::Scheme::ldaps ? "ldaps://" : "ldap://");
  to.port = to.scheme == Endpoint::Scheme::ldaps ? "636" : "389";
  if (same_scheme && parsed->lud_port > 0) to.port = std::to_string(parsed->lud_port);
  out.uri = to.uri();
  return out;
}

void ReferralTrail::start(const std::string& uri, const std::string& base) {
  const auto endpoint = Endpoint::parse(uri);
  way_ = {place(endpoint ? endpoint->uri() : uri, base)};
  followed_ = 0;
}

ReferralTrail::Step ReferralTrail::enter(const std::string& uri, const std::string& base, const std::string& filter) {
  std::string there = place(uri, base);
  if (std::find(way_.begin(), way_.end(), there) != way_.end()) return Step::circle;
  if (been_.contains({there, filter})) return Step::been_there;
  if (way_.size() > kMaxHops) return Step::too_deep;
  if (followed_ >= kMaxFollowed) return Step::too_many;
  ++followed_;
  been_.emplace(there, filter);
  way_.push_back(std::move(there));
  return Step::go;
}

}  // namespace tally::directory
