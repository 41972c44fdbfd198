#!/bin/bash
# Lays out one OpenLDAP server for a test: CA, certificates, configuration, data. Slapd (slapd.h) runs it, then starts
# the server itself.
#
#   slapd.sh FOLDER SUFFIX
#
# FOLDER holds beforehand limits.ldif and access.ldif (attribute lines of the database entry) and
# data/*.ldif (entries). The database may grow to $SLAPD_MAX_BYTES, 1 GiB unless said. Needs slapd and openssl.
set -euo pipefail
folder=$1 suffix=$2
uid=$(id -u) gid=$(id -g)
reader="cn=reader,$suffix"
PATH=$PATH:/usr/sbin

make_certificates() {
  mkdir -p "$folder/tls" && cd "$folder/tls"
  local name key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  for name in ca other-ca; do
    openssl req -x509 "${key[@]}" -days 30 -subj "/CN=Tallystick test $name" -keyout $name.key -out $name.crt \
      -addext keyUsage=critical,keyCertSign,cRLSign
  done
  # The machine's own name: libldap checks the certificate of "localhost" against it.
  local names
  names="subjectAltName=DNS:localhost,DNS:$(uname -n),DNS:ldap.example.test,IP:127.0.0.1"
  for name in server:localhost client:reader; do
    openssl req "${key[@]}" -subj "/O=Tallystick test/CN=${name#*:}" -keyout ${name%:*}.key -out ${name%:*}.csr
    openssl x509 -req -in ${name%:*}.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out ${name%:*}.crt \
      -extfile <(echo "$names"; echo extendedKeyUsage=serverAuth,clientAuth)
  done
  openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -days -1 -out expired.crt -extfile <(echo "$names")
  cd - >/dev/null
}

# cn=config with one database. olcAuthzRegexp turns the SASL names of ldapi, client certificate and Kerberos into the reader.
write_config() {
  cat <<LDIF
dn: cn=config
objectClass: olcGlobal
cn: config
olcTLSCACertificateFile: $folder/tls/ca.crt
olcTLSCertificateFile: $folder/tls/server.crt
olcTLSCertificateKeyFile: $folder/tls/server.key
olcTLSVerifyClient: try
olcAuthzRegexp: {0}gidNumber=$gid\\+uidNumber=$uid,cn=peercred,cn=external,cn=auth $reader
olcAuthzRegexp: {1}^cn=reader,o=tallystick.test\$ $reader
olcAuthzRegexp: {2}^uid=reader(,cn=[^,]+)?,cn=gssapi,cn=auth\$ $reader
olcSaslHost: localhost
olcSaslRealm: EXAMPLE.TEST

dn: cn=module,cn=config
objectClass: olcModuleList
cn: module
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb
olcModuleLoad: memberof
olcModuleLoad: ppolicy
olcModuleLoad: syncprov
olcModuleLoad: dynlist
olcModuleLoad: refint

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif
include: file:///etc/ldap/schema/nis.ldif
include: file:///etc/ldap/schema/dyngroup.ldif

dn: olcDatabase={0}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {0}config
olcRootDN: cn=config
olcRootPW: root-password

dn: olcDatabase={1}mdb,cn=config
objectClass: olcMdbConfig
olcDatabase: {1}mdb
olcDbDirectory: $folder/db
olcSuffix: $suffix
olcRootDN: cn=admin,$suffix
olcRootPW: root-password
olcDbMaxSize: ${SLAPD_MAX_BYTES:-1073741824}
olcDbNoSync: TRUE
olcDbIndex: objectClass,entryUUID,entryCSN,member,memberOf,uid,cn eq
LDIF
  cat "$folder/limits.ldif" "$folder/access.ldif"
  cat <<LDIF

dn: olcOverlay={0}memberof,olcDatabase={1}mdb,cn=config
objectClass: olcMemberOfConfig
olcOverlay: {0}memberof

dn: olcOverlay={1}ppolicy,olcDatabase={1}mdb,cn=config
objectClass: olcPPolicyConfig
olcOverlay: {1}ppolicy
olcPPolicyDefault: cn=default,ou=policies,$suffix
olcPPolicyHashCleartext: TRUE
LDIF
}

write_first_entries() {
  local name=${suffix%%,*}
  cat <<LDIF
dn: $suffix
objectClass: dcObject
objectClass: organization
dc: ${name#*=}
o: Tallystick test

dn: $reader
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reader-password
LDIF
}

mkdir -p "$folder"/{slapd.d,db,data}
chmod 700 "$folder"/{slapd.d,db}
make_certificates 2>"$folder/tls.log" || { tail -n 5 "$folder/tls.log" >&2; exit 1; }
write_config >"$folder/config.ldif"
slapadd -n 0 -F "$folder/slapd.d" -l "$folder/config.ldif"
write_first_entries >"$folder/first.ldif"
for file in "$folder/first.ldif" "$folder"/data/*.ldif; do
  [ -e "$file" ] || continue
  slapadd -q -n 1 -F "$folder/slapd.d" -l "$file"
done
