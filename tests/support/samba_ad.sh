#!/bin/bash
# A Samba Active Directory domain controller for a test; SambaAd (samba_ad.h) runs this. Needs root.
#
#   samba_ad.sh prepare FOLDER CACHE   lays out a provisioned domain in FOLDER; the first time makes the tarball CACHE
#   samba_ad.sh serve FOLDER           becomes the server, in a network and a mount namespace of its own
#   samba_ad.sh join PID FIRST FOLDER  lays out in FOLDER a second domain controller, dc2 at 127.0.0.2, of the domain
#                                      that PID serves from FIRST with the services "rpc, drepl, dns" too
#   samba_ad.sh second PID FOLDER      becomes it, in the network of PID: the two replicate with each other
#   samba_ad.sh beside PID FOLDER      becomes the server of what was prepared in FOLDER, in the network of PID
#
# SAMBA_DOMAIN, SAMBA_DNS_DOMAIN and SAMBA_ADDRESS, when set, say whose domain, and where.
#
# Inside the mount namespace FOLDER is /mnt: Unix sockets keep short paths, and the cached copy fits any folder. Inside
# the network namespace there is only loopback: no packet leaves the machine, and no port meets another server's.
# Needs samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind python3-samba openssl iproute2.
set -euo pipefail
domain=${SAMBA_DOMAIN:-LAB} dns_domain=${SAMBA_DNS_DOMAIN:-ad.lab.test}
realm=${dns_domain^^}
host=${SAMBA_HOST:-dc1} address=${SAMBA_ADDRESS:-127.0.0.1}
first_address=127.0.0.1
[ "$host" != dc1 ] || first_address=$address
PATH=/usr/sbin:/usr/bin:/sbin:/bin
self=$(readlink -f "$0")

[ "$(id -u)" = 0 ] || { echo "A Samba domain controller needs root: it makes network namespaces." >&2; exit 77; }

enter_namespace() {  # FOLDER; the caller is already in namespaces of its own
  ip link set lo up || { echo "no right to set up a network namespace (CAP_NET_ADMIN is missing)" >&2; exit 77; }
  mount --bind "$1" /mnt
  printf '%s dc1.%s dc1\n127.0.0.2 dc2.%s dc2\n127.0.0.1 localhost\n' $first_address $dns_domain $dns_domain >/mnt/hosts
  printf 'nameserver 127.0.0.1\nsearch %s\n' $dns_domain >/mnt/resolv.conf
  local name
  for name in hosts resolv.conf; do [ ! -e /etc/$name ] || mount --bind /mnt/$name /etc/$name; done
}

write_smb_conf() {
  cat <<CONF
[global]
	netbios name = ${host^^}
	realm = $realm
	workgroup = $domain
	server role = active directory domain controller
	interfaces = $address/8
	bind interfaces only = yes
	server services = ldap, cldap, kdc
	private dir = /mnt/private
	state directory = /mnt/state
	cache directory = /mnt/cache
	lock directory = /mnt
	pid directory = /mnt/run
	ncalrpc dir = /mnt/run/ncalrpc
	winbindd socket directory = /mnt/run/winbindd
	ntp signd socket directory = /mnt/run/ntp_signd
	binddns dir = /mnt/bind-dns
	log file = /mnt/log/samba.log
	logging = file
	log level = 1
	tls enabled = yes
	tls keyfile = /mnt/tls/server.key
	tls certfile = /mnt/tls/server.crt
	tls cafile = /mnt/tls/ca.crt
	dns update command = /bin/true
	nsupdate command = /bin/true
	spn update command = /bin/true
	gpo update command = /bin/true
	rpc start on demand helpers = false
CONF
  [ ! -e /mnt/more.conf ] || cat /mnt/more.conf
}

write_krb5_conf() {
  cat <<CONF
[libdefaults]
 default_realm = $realm
 dns_lookup_realm = false
 dns_lookup_kdc = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 $realm = {
  kdc = $first_address
 }
[domain_realm]
 .$dns_domain = $realm
 $first_address = $realm
CONF
}

make_certificates() {  # in the current folder, by the authority there or a new one
  local key=(-newkey rsa:2048 -nodes)
  [ -e ca.key ] || openssl req -x509 "${key[@]}" -days 30 -subj "/CN=Tallystick test AD CA" -keyout ca.key -out ca.crt \
    -addext keyUsage=critical,keyCertSign,cRLSign
  openssl req "${key[@]}" -subj "/CN=$host.$dns_domain" -keyout server.key -out server.csr
  openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -out server.crt \
    -extfile <(echo "subjectAltName=DNS:$host.$dns_domain,DNS:$dns_domain,DNS:localhost,IP:$address"
               echo extendedKeyUsage=serverAuth)
  chmod 600 server.key ca.key
}

provision() {  # inside the namespaces, into /mnt
  mkdir -p /mnt/{run,log,tls,cache,bind-dns}
  # -s /dev/null: otherwise the machine's own /etc/samba/smb.conf is merged in.
  samba-tool domain provision -s /dev/null --targetdir=/mnt --realm=$realm --domain=$domain --host-name=$host \
    --host-ip=$address --adminpass='Passw0rd!23' --server-role=dc --dns-backend=SAMBA_INTERNAL \
    --function-level=2008_R2 --use-rfc2307
  write_smb_conf >/mnt/etc/smb.conf
  local sam=(-s /mnt/etc/smb.conf -H /mnt/private/sam.ldb) name
  # samba_spnupdate would add these from DNS; the address serves clients that do not turn the address into a name.
  for name in ldap/$host.$dns_domain ldap/$host.$dns_domain/$dns_domain ldap/$host ldap/$address; do
    samba-tool spn add $name "${host^^}\$" "${sam[@]}"
  done
  samba-tool user create reader Reader-passw0rd "${sam[@]}"
  samba-tool user setexpiry reader --noexpiry "${sam[@]}"
  samba-tool domain exportkeytab /mnt/reader.keytab --principal=reader -s /mnt/etc/smb.conf
}

prepare() {  # FOLDER CACHE
  local folder=$1 cache=$2
  exec 9>"$cache.lock"
  flock 9
  if [ ! -e "$cache" ]; then
    unshare --net --mount -- "$self" provision-inside "$folder" >"$folder/provision.log" 2>&1 ||
      { tail -n 20 "$folder/provision.log" >&2; exit 1; }
    tar -C "$folder" -cf "$cache.new" private state etc cache bind-dns reader.keytab
    mv "$cache.new" "$cache"
  else
    tar -C "$folder" -xf "$cache"
  fi
  flock -u 9
  mkdir -p "$folder"/{run,log,tls}
  write_krb5_conf >"$folder/krb5.conf"
  (cd "$folder/tls" && make_certificates) 2>"$folder/tls.log" || { tail -n 5 "$folder/tls.log" >&2; exit 1; }
}

join() {  # FIRST; inside the namespaces, into /mnt
  local first=$1 admin=(-U "Administrator%Passw0rd!23") base=DC=${dns_domain//./,DC=} guid name
  export KRB5_CONFIG=/mnt/krb5.conf
  mkdir -p /mnt/{run,log,tls,cache,bind-dns}
  write_krb5_conf >/mnt/krb5.conf
  samba-tool domain join $dns_domain DC -s /dev/null --server=dc1.$dns_domain "${admin[@]}" --realm=$realm \
    --dns-backend=SAMBA_INTERNAL --targetdir=/mnt --option="netbios name=${host^^}" \
    --option="interfaces=$address/8" --option="bind interfaces only=yes"
  write_smb_conf >/mnt/etc/smb.conf
  cp "$first"/tls/ca.* /mnt/tls
  (cd /mnt/tls && make_certificates)
  guid=$(ldbsearch -H "$first/private/sam.ldb" -s base objectGUID \
    -b "CN=NTDS Settings,CN=${host^^},CN=Servers,CN=Default-First-Site-Name,CN=Sites,CN=Configuration,$base" |
    awk '/^objectGUID/{print $2}')
  # samba_dnsupdate and samba_spnupdate would do these; replication needs the CNAME.
  samba-tool dns add dc1.$dns_domain $dns_domain $host A $address "${admin[@]}" -s /mnt/etc/smb.conf || :
  samba-tool dns add dc1.$dns_domain _msdcs.$dns_domain "$guid" CNAME $host.$dns_domain "${admin[@]}" \
    -s /mnt/etc/smb.conf
  for name in ldap/$host.$dns_domain ldap/$host.$dns_domain/$dns_domain ldap/$host; do
    samba-tool spn add "$name" "${host^^}\$" -H "$first/private/sam.ldb" -s /mnt/etc/smb.conf || :
  done
}

of_network() {  # PID COMMAND…, as dc2
  SAMBA_HOST=dc2 SAMBA_ADDRESS=127.0.0.2 exec nsenter --net="/proc/$1/ns/net" unshare --mount -- "${@:2}"
}

case $1 in
prepare) prepare "$2" "$3" ;;
provision-inside) enter_namespace "$2"; provision ;;
serve) exec unshare --net --mount -- "$self" serve-inside "$2" ;;
serve-inside)
  enter_namespace "$2"
  write_smb_conf >/mnt/etc/smb.conf
  exec samba --foreground --no-process-group -s /mnt/etc/smb.conf -M standard ;;
join)
  (of_network "$2" "$self" join-inside "$3" "$4") >"$4/join.log" 2>&1 ||
    { tail -n 20 "$4/join.log" >&2; exit 1; } ;;
join-inside) enter_namespace "$3"; join "$2" ;;
second) of_network "$2" "$self" serve-inside "$3" ;;
beside) exec nsenter --net="/proc/$2/ns/net" unshare --mount -- "$self" serve-inside "$3" ;;
*)
  echo "usage: samba_ad.sh prepare FOLDER CACHE | serve FOLDER | join PID FIRST FOLDER | second PID FOLDER |" \
    "beside PID FOLDER" >&2
  exit 2 ;;
esac
