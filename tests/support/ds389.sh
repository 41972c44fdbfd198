#!/bin/bash
# A 389 Directory Server for a test; Ds389 (ds389.h) runs this. Needs root: it makes mount and network namespaces.
#
#   ds389.sh prepare FOLDER CACHE   lays out an instance in FOLDER; the first time makes the tarball CACHE
#   ds389.sh serve FOLDER PORT      becomes the server, on 127.0.0.1:PORT, in a mount namespace of its own
#   ds389.sh import FOLDER          makes the LDIF of standard input its whole suffix (ldif2db), before it runs
#   ds389.sh export FOLDER          writes its suffix as LDIF (db2ldif), also while it runs
#
# Inside the mount namespace the folders of the package (/etc/dirsrv …) are FOLDER's, so that the machine keeps none of
# it. Needs 389-ds-base python3-lib389 libnss3-tools ldap-utils iproute2.
set -euo pipefail
instance=test suffix=dc=example,dc=test password=root-password
PATH=/usr/sbin:/usr/bin:/sbin:/bin
self=$(readlink -f "$0")

[ "$(id -u)" = 0 ] || { echo "389 Directory Server needs root: it makes namespaces." >&2; exit 77; }

in_namespace() { exec unshare --mount --propagation private -- "$self" "$@"; }

enter_namespace() {  # FOLDER
  mkdir -p /run/dirsrv /run/lock/dirsrv
  mount --bind "$1/etc" /etc/dirsrv
  mount --bind "$1/lib" /var/lib/dirsrv
  mount --bind "$1/log" /var/log/dirsrv
  mount --bind "$1/run" /run/dirsrv
  mount --bind "$1/run/lock" /run/lock/dirsrv
  # lib389 would call systemctl.
  mount --bind "$1/defaults.inf" /usr/share/dirsrv/inf/defaults.inf
}

write_instance() {
  cat <<INF
[general]
config_version = 2
full_machine_name = localhost.localdomain
strict_host_checking = False
selinux = False
systemd = False
start = True
[slapd]
instance_name = $instance
port = 389
root_password = $password
self_sign_cert = False
db_lib = bdb
db_home_dir = /var/lib/dirsrv/slapd-$instance/db
ldapi = /run/dirsrv/ldapi
[backend-userroot]
suffix = $suffix
sample_entries = no
create_suffix_entry = True
INF
}

# Plug-ins come up with the next start. The Account Policy plug-in records all sign-ins and looks at the policies that
# entries name; three wrong passwords lock for an hour.
write_settings() {
  local plugin
  for plugin in 'MemberOf Plugin' 'Account Policy Plugin' 'referential integrity postoperation' 'USN' \
    'Retro Changelog Plugin' 'Content Synchronization'; do
    printf 'dn: cn=%s,cn=plugins,cn=config\nchangetype: modify\nreplace: nsslapd-pluginEnabled\n' "$plugin"
    printf 'nsslapd-pluginEnabled: on\n\n'
  done
  cat <<LDIF
dn: cn=MemberOf Plugin,cn=plugins,cn=config
changetype: modify
replace: memberofgroupattr
memberofgroupattr: member
memberofgroupattr: uniqueMember
-
replace: memberOfAutoAddOC
memberOfAutoAddOC: nsMemberOf

dn: cn=Retro Changelog Plugin,cn=plugins,cn=config
changetype: modify
add: nsslapd-attribute
nsslapd-attribute: nsuniqueid:targetUniqueId

dn: cn=config,cn=Account Policy Plugin,cn=plugins,cn=config
changetype: modify
replace: alwaysrecordlogin
alwaysrecordlogin: yes
-
replace: stateattrname
stateattrname: lastLoginTime
-
replace: altstateattrname
altstateattrname: createTimestamp
-
replace: specattrname
specattrname: acctPolicySubentry
-
replace: limitattrname
limitattrname: accountInactivityLimit

dn: cn=config
changetype: modify
replace: passwordLockout
passwordLockout: on
-
replace: passwordMaxFailure
passwordMaxFailure: 3
-
replace: passwordLockoutDuration
passwordLockoutDuration: 3600
-
replace: passwordTrackUpdateTime
passwordTrackUpdateTime: on
LDIF
}

create() {  # inside the namespaces
  ip link set lo up  # it listens on every address until dse.ldif says otherwise: here there is no other
  dscreate from-file "$1/instance.inf"
  write_settings | ldapmodify -x -H ldap://127.0.0.1:389 -D 'cn=Directory Manager' -w $password
  local pid
  pid=$(cat /run/dirsrv/slapd-$instance.pid)
  kill "$pid"
  for _ in $(seq 600); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  sed -i 's/^nsslapd-port: .*/&\nnsslapd-listenhost: 127.0.0.1/' /etc/dirsrv/slapd-$instance/dse.ldif
  rm -f /run/dirsrv/*.pid /run/dirsrv/*.startpid  # the next start says by its own that it is up
}

prepare() {  # FOLDER CACHE
  local folder=$1 cache=$2
  exec 9>"$cache.lock"
  flock 9
  if [ ! -e "$cache" ]; then
    mkdir -p "$folder"/{etc/ssca,lib,log,run/lock}
    cp -a /etc/dirsrv/config /etc/dirsrv/schema "$folder/etc/"
    chown -R dirsrv:dirsrv "$folder"/{etc,lib,log,run}
    sed 's/^with_systemd = .*/with_systemd = 0/' /usr/share/dirsrv/inf/defaults.inf >"$folder/defaults.inf"
    write_instance >"$folder/instance.inf"
    unshare --net --mount --propagation private -- "$self" create-inside "$folder" >"$folder/create.log" 2>&1 ||
      { tail -n 20 "$folder/create.log" >&2; exit 1; }
    tar -C "$folder" --exclude='__db.*' --exclude=ldapi -cf "$cache.new" etc lib log run defaults.inf
    mv "$cache.new" "$cache"
  else
    tar -C "$folder" -xf "$cache"
  fi
  flock -u 9
}

case $1 in
prepare) prepare "$2" "$3" ;;
create-inside) enter_namespace "$2"; create "$2" ;;
serve) in_namespace serve-inside "$2" "$3" ;;
serve-inside)
  enter_namespace "$2"
  sed -i "s/^nsslapd-port: .*/nsslapd-port: $3/" /etc/dirsrv/slapd-$instance/dse.ldif
  exec ns-slapd -D /etc/dirsrv/slapd-$instance -i /run/dirsrv/slapd-$instance.pid -d 0 ;;
import) in_namespace import-inside "$2" ;;
import-inside)
  enter_namespace "$2"
  cat >/run/dirsrv/import.ldif
  chown dirsrv: /run/dirsrv/import.ldif
  # FreeIPA's classes are not in the schema of this package.
  sed -i '/^nsslapd-schemacheck:/d; s/^nsslapd-port: .*/&\nnsslapd-schemacheck: off/' /etc/dirsrv/slapd-$instance/dse.ldif
  ns-slapd ldif2db -D /etc/dirsrv/slapd-$instance -n userroot -i /run/dirsrv/import.ldif ;;
export) in_namespace export-inside "$2" ;;
export-inside)
  enter_namespace "$2"
  # A task of the server would need a write; db2ldif reads the files beside it.
  ns-slapd db2ldif -D /etc/dirsrv/slapd-$instance -n userroot -a /run/dirsrv/export.ldif >&2
  cat /run/dirsrv/export.ldif ;;
*) echo "usage: ds389.sh prepare FOLDER CACHE | serve FOLDER PORT | import FOLDER | export FOLDER" >&2; exit 2 ;;
esac
