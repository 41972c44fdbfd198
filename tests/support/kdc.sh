#!/bin/bash
# Lays out an MIT Kerberos realm for a test; Kdc (kdc.h) runs this, then starts krb5kdc itself.
#
#   kdc.sh FOLDER PORT
#
# Needs krb5-kdc and krb5-admin-server (for kdb5_util and kadmin.local).
set -euo pipefail
folder=$1 port=$2 realm=EXAMPLE.TEST
PATH=$PATH:/usr/sbin
export KRB5_CONFIG=$folder/krb5.conf KRB5_KDC_PROFILE=$folder/kdc.conf

# ignore_acceptor_hostname: slapd takes tickets for every name that the machine is called by, not for one of them.
cat >"$KRB5_CONFIG" <<CONF
[libdefaults]
 default_realm = $realm
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
 ignore_acceptor_hostname = true
[realms]
 $realm = {
  kdc = 127.0.0.1:$port
 }
[domain_realm]
 localhost = $realm
 127.0.0.1 = $realm
 $(uname -n) = $realm
CONF
cat >"$KRB5_KDC_PROFILE" <<CONF
[kdcdefaults]
 kdc_listen = 127.0.0.1:$port
 kdc_tcp_listen = 127.0.0.1:$port
[realms]
 $realm = {
  database_name = $folder/principal
  key_stash_file = $folder/stash
  acl_file = $folder/kadm5.acl
 }
CONF
kdb5_util create -s -P master-password -r $realm >/dev/null
{
  echo "addprinc -randkey reader"
  echo "ktadd -k $folder/reader.keytab reader"
  for name in 127.0.0.1 localhost "$(uname -n)"; do
    echo "addprinc -randkey ldap/$name"
    echo "ktadd -k $folder/ldap.keytab ldap/$name"
  done
} | kadmin.local -r $realm >"$folder/kadmin.log" 2>&1
for name in reader ldap; do [ -s "$folder/$name.keytab" ] || { tail -n 5 "$folder/kadmin.log" >&2; exit 1; }; done
