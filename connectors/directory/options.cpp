#include "connectors/directory/options.h"

#include <utility>

namespace tally::directory {

LdapOptions options_for_server(const LdapOptions& o, std::string uri) {
  LdapOptions out;
  out.profile = o.profile;
  out.uri = std::move(uri);
  out.domain_controllers = o.domain_controllers;
  out.security = o.security;
  out.bind = o.bind;
  out.bind_dn = o.bind_dn;
  out.password = o.password.duplicate();
  out.keytab = o.keytab;
  out.credential_cache = o.credential_cache;
  out.ca_file = o.ca_file;
  out.client_certificate = o.client_certificate;
  out.client_key = o.client_key;
  out.allow_plaintext = o.allow_plaintext;
  out.page_size = o.page_size;
  out.connections = o.connections;
  out.entries_at_most = o.entries_at_most;
  out.referral_hosts = o.referral_hosts;
  out.connect_deadline = o.connect_deadline;
  out.request_deadline = o.request_deadline;
  out.total_deadline = o.total_deadline;
  out.replica = o.replica;
  out.changes = o.changes;
  out.full_read_every = o.full_read_every;
  return out;
}

}  // namespace tally::directory
