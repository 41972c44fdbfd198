#!/usr/bin/env python3
"""Writes the hand-made inputs of tests/fuzz/corpus from docs/sample and from the lines below.

    tests/fuzz/seeds.py

The first bytes of an input choose settings (see the head of each target), so most of them cannot be written with an
editor. Those that can (pack, config) are files like others, and inputs that found a bug are in the same folders under
names that say which: what is not below is left alone.
"""

import re

import seeds_daemon
import seeds_directory
from seed import ROOT, SAMPLE, seed


def hr_csv():
    sample = (SAMPLE / "hr.csv").read_text()
    rows = sample.splitlines(keepends=True)
    few = "".join(rows[i] for i in (0, 4, 6, 12, 14))
    seed("hr_csv", "sample", 64, 7, few)
    seed("hr_csv", "semicolon-crlf", 1 | 64, 1, few.replace(",", ";").replace("\n", "\r\n"))
    seed("hr_csv", "german-dates-windows-1252", 4 | 16, 3,
         re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3.\2.\1", few).encode("cp1252"))
    seed("hr_csv", "utf-16", 8 | 32, 5, few.encode("utf-16"))
    seed("hr_csv", "byte-order-mark", 0, 2, "\ufeff" + few)
    all_columns = ("Personnel No,Given Name,Family Name,Mail,Status,First Day,Last Day,Manager,Site,Name,Login,Department,"
                   "Job,Contract,Cost,Sponsor,Before,Moved,Away,Back,Trained,Screened,Nda\n")
    seed("hr_csv", "all-columns", 64, 16 | 3, all_columns,
         "7,Ada,Keller,a@b.c,Active,2019-02-01,,8,Berlin,Ada Keller,akeller,IT,Admin,Permanent,77,8,2018-01-31,2020-05-01,"
         "2026-10-01,2026-12-31,2027-01-31,2019-01-15,2019-01-20\n"
         "8,Bo,Ek,b@b.c,Left,2018-06-15,2026-09-30,,Lagos,,,,,Contractor,,9,,,,,,,\n")
    seed("hr_csv", "all-columns-placeholders", 0, 16, all_columns,
         "1,,,,,1900-01-01,9999-12-31,,,,,,,,,,9999-12-31,1900-01-01,2026-13-01,9999-12-31,9999-12-31,0000-01-01,x\n")
    seed("hr_csv", "duplicates-and-zones", 128, 0, "Personnel No,Status,Last Day,Zone,Given Name,Family Name,Mail,"
         "First Day,Manager,Site\n1,Left,9999-12-31,Asia/Tokyo,,,,,,\n1,Active,,No/Where,,,,,,Lagos\n1,Left,,,,,,,,\n"
         ",,,,,,,,,\n2,Gone,1900-01-01,,,,,2026-02-30,,Berlin\n")
    seed("hr_csv", "quotes", 0, 1, 'Personnel No,"Given\nName","a""b"\n"1","x\r\ny",""\n2,a"b,\n3,"c"d,\n4,\x00,\n5,\r,'
         '\n\n6,"open')


def ldif():
    for name, file, dialect in (("openldap", "unix-ldap.ldif", 0), ("active-directory", "corp-ad.ldif", 1)):
        records = (SAMPLE / file).read_text().split("\n\n")
        for i in range(0, len(records), 4):
            seed("ldif", f"{name}-{i:02}", dialect | 8 | 16, 31, records[0] + "\n\n" if i else "",
                 "\n\n".join(records[i:i + 4]) + "\n\n")
    seed("ldif", "policies", 2 | 4 | 16 | 32, 3, """dn: dc=example,dc=com
objectClass: dcObject

dn: cn=policy,dc=example,dc=com
objectClass: pwdPolicy
pwdLockoutDuration: 900

dn: uid=a,dc=example,dc=com
objectClass: posixAccount
uid: a
gidNumber: 7
loginShell: /sbin/nologin
shadowExpire: 20000
pwdAccountLockedTime: 000001010000Z
pwdPolicySubentry: cn=policy,dc=example,dc=com
pwdEndTime: 20261231235960Z
authTimestamp: 20261101.5+0100

dn: cn=it,dc=example,dc=com
objectClass: posixGroup
gidNumber: 7
memberUid: a
member: uid=b,dc=example,dc=com
memberURL: ldap:///dc=example,dc=com??sub?(uid=*)

""")
    seed("ldif", "ranges-and-policy", 1 | 8, 8, """dn: DC=corp,DC=example,DC=com
objectClass: domainDNS
lockoutDuration: -18000000000

dn: CN=a,DC=corp,DC=example,DC=com
objectClass: user
objectSid:: AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUAQAAA==
objectGUID:: AAECAwQFBgcICQoLDA0ODw==
userAccountControl: -2147483136
primaryGroupID: 512
lockoutTime: 133485408000000000
lastLogonTimestamp: 133485408000000000
accountExpires: 9223372036854775807
pwdLastSet: 0

dn: CN=g,DC=corp,DC=example,DC=com
objectClass: group
objectSid: S-1-5-21-1-2-3-512
member;range=0-1: CN=a,DC=corp,DC=example,DC=com
member;range=0-1: CN=g,DC=corp,DC=example,DC=com

""")
    seed("ldif", "owners-managers-credentials", 16 | 32, 3, """dn: dc=example,dc=com
objectClass: dcObject

dn: uid=a,dc=example,dc=com
objectClass: inetOrgPerson
objectClass: posixAccount
uid: a
employeeNumber: 7
employeeType: Contractor
departmentNumber: IT
title: Admin
uidNumber: 0
gidNumber: 0
manager: uid=b,dc=example,dc=com
userPassword:: e1NTSEF9QUFBQQ==
sshPublicKey: ssh-ed25519 AAAA
description: initial password: Summer2024
createTimestamp: 20240101000000Z
modifyTimestamp: 20250101000000Z
creatorsName: cn=admin,dc=example,dc=com

dn: uid=b,dc=example,dc=com
objectClass: inetOrgPerson
uid: b

dn: cn=it,dc=example,dc=com
objectClass: groupOfNames
owner: uid=a,dc=example,dc=com
owner: UID=a, dc=example,dc=com
owner: cn=it,dc=example,dc=com
member: uid=a,dc=example,dc=com
member: uid=gone,dc=elsewhere,dc=com
member: cn=it,dc=example,dc=com

""")
    seed("ldif", "foreign-and-delegated", 1 | 8, 5, """dn: DC=corp,DC=example,DC=com
objectClass: domainDNS
objectSid:: AQQAAAAAAAUVAAAAAQAAAAIAAAADAAAA

dn: CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=corp,DC=example,DC=com
objectClass: foreignSecurityPrincipal
objectSid: S-1-5-11

dn: CN=S-1-5-21-9-9-9-1104,CN=ForeignSecurityPrincipals,DC=corp,DC=example,DC=com
objectClass: foreignSecurityPrincipal
objectSid: S-1-5-21-9-9-9-1104

dn: CN=a,DC=corp,DC=example,DC=com
objectClass: user
objectSid: S-1-5-21-1-2-3-1105
sAMAccountName: a
userAccountControl: 590336
adminCount: 1
servicePrincipalName: http/a
sIDHistory: S-1-5-21-1-2-3-512
msDS-AllowedToDelegateTo: cifs/b
msDS-AllowedToActOnBehalfOfOtherIdentity:: AQ==
msDS-SupportedEncryptionTypes: 24
altSecurityIdentities: X509:<I>x
whenCreated: 20240101000000.0Z
whenChanged: 20250101000000.0Z
manager: CN=a,DC=corp,DC=example,DC=com

dn: CN=g,DC=corp,DC=example,DC=com
objectClass: group
objectSid: S-1-5-32-544
groupType: -2147483643
managedBy: CN=a,DC=corp,DC=example,DC=com
member: CN=S-1-5-11,CN=ForeignSecurityPrincipals,DC=corp,DC=example,DC=com
member: CN=S-1-5-21-9-9-9-1104,CN=ForeignSecurityPrincipals,DC=corp,DC=example,DC=com

""")
    seed("ldif", "389ds-roles-and-locks", 64 | 8 | 16, 31, """dn: dc=example,dc=com
objectClass: domain
nsUniqueId: e2a9b9b6-e6e111f1-a729fe86-05d63045

dn: cn=tall,dc=example,dc=com
objectClass: LDAPsubentry
objectClass: nsRoleDefinition
objectClass: nsFilteredRoleDefinition
cn: tall

dn: cn=nsDisabledRole,dc=example,dc=com
objectClass: LDAPsubentry
objectClass: nsRoleDefinition
objectClass: nsNestedRoleDefinition
cn: nsDisabledRole
nsRoleDN: cn=tall,dc=example,dc=com
nsRoleDN: cn=nsDisabledRole,dc=example,dc=com

dn: cn=cos,dc=example,dc=com
objectClass: cosClassicDefinition
cosAttribute: nsAccountLock operational

dn: cn=idle,dc=example,dc=com
objectClass: accountPolicy
accountInactivityLimit: 86400

dn: uid=jane,dc=example,dc=com
objectClass: inetOrgPerson
objectClass: krbPrincipalAux
uid: jane
nsUniqueId: 898e5585-e6e211f1-a729fe86-05d63045
nsAccountLock: FALSE
nsRoleDN: cn=tall,dc=example,dc=com
acctPolicySubentry: cn=idle,dc=example,dc=com
lastLoginTime: 20260101000000Z
krbLastSuccessfulAuth: 20260201000000Z
accountUnlockTime: 19700101000000Z
krbPrincipalExpiration: 20270101000000Z
passwordAllowChangeTime: 20260101000000Z
passwordExpirationTime: 19700101000000Z
krbLoginFailedCount: 2
pwdReset: TRUE

dn: fqdn=web.example.com,dc=example,dc=com
objectClass: ipaHost
fqdn: web.example.com
""")
    seed("ldif", "generic", 65 | 4 | 8, 7, """dn: dc=example,dc=com
objectClass: domain

dn: uid=jane,dc=example,dc=com
objectClass: inetOrgPerson
uid: jane
employeeType: staff

dn: cn=all,dc=example,dc=com
objectClass: groupOfNames
cn: all
member: uid=jane,dc=example,dc=com
memberUid: jane
""")
    seed("ldif", "attributes-that-come-apart", 0, 9, "dn: dc=example,dc=com\n",
         "".join(f"a{i % 7}: {i}\nB{i % 3}: {i}\n" for i in range(20)), "\n")
    seed("ldif", "what-tools-write", 0, 0, "version: 1\r\n# numEntries: 1\r\n\r\ndn:: ZGM9ZXhhbXBsZSxkYz1jb20=\r\no: a\r\n"
         "  b\r\nref: x\r\n\r\nsearch: 2\r\nresult: 4 Size limit exceeded\r\n\r\nref: ldap://x\r\n\r\ndn: a\r\n"
         "changetype: delete\r\n\r\ndn: b\r\njpegPhoto:< file:///etc/passwd\r\n\r\ndn: c\r\no:: %\r\ndn: d")


def cel():
    pack = "".join(path.read_text() for path in sorted((ROOT / "policy/packs").glob("*.toml")))
    for i, text in enumerate(re.findall(r"^when = '''(.*?)'''", pack, re.S | re.M)[::8]):
        seed("cel", f"shipped-{i}", text)
    seed("cel", "error-over-two-lines", "1 < 8 /\r\n 0")
    seed("cel", "not-a-number", "0.0 / 0.0 != 1.0 && !(0.0 / 0.0 >= 0.0) || 1e308 * 10.0 == 1e308 / 0.0")
    seed("cel", "out-of-all-times", 'now + duration("2562047h") + duration("2562047h") > t1 && t2 - duration("1h") < t1')
    seed("cel", "nested-loops", "[1, 2].all(a, " * 20 + "true" + ")" * 20)
    seed("cel", "newline-in-a-quoted-token", '"""\nx"""\n"""y"""')
    for i, text in enumerate([
        'b1 && (t1 < now - duration("2d") || t2 == never)', '!b2 || i1 / i2 > 7 % ints[0] && size(texts) >= 2',
        'texts.exists(x, x.lowerAscii() == s1) ? p.s3.contains("a") : s2.startsWith("\\u00e9")',
        'ints.all(n, n in [1, 2, i1]) == (1.5e3 / -0.0 != .5)', 't1 - t2 + g1 <= duration("1h30m5.5s")',
        'timestamp("2026-01-02T00:00:00Z") in [t1, t2, now]', "s1 + r'\\d' + '''a\"b''' + s2", '0x1Fu * 3u - 1u == 2u',
        '{s1: t1, "a": t2}[s2] < now || has(m.`a-b`) && m.a == i1', 'ints.map(x, x > i1, [x, u1]) + [b"\\xff"] == [[7, 7u]]',
        't1.getHours("+05:30") == int(d1) && t2.getDayOfYear() > 3', 'texts.exists_one(x, dyn(x) == type(i1)) ? d1 < u1 : 1 / i1 == i2',
        '[[i1], dyn(s1)][i2] != {1: {true: .b1}}', 'bool(s1) || string(t1) == string(g1) + string(bytes(s2))',
        'texts.filter(x, size(x) > 1).map(x, x + "b") == ["abb"] || m.existsOne(k, k == "a")',
        'g1.getMinutes() + g1.getSeconds() < g1.getMilliseconds() && duration("1h").getHours() == 1',
        't1.getFullYear() > t2.getMonth() + t1.getDate("Europe/Berlin") - t1.getDayOfMonth() + t2.getDayOfWeek("-01:00")',
        'timestamp(1e3 > 1.0 ? i1 : i2) + duration(s2) == timestamp(s1) ? uint(d1) : uint(i1) == u1',
        'int(t1) > 3 && uint(s1) == 4u && double(u1) > 1.0 && bytes(s1) + b"\\x00" != b\'\\377\' && int(s2) != -7',
        'type(m) == map && type(texts) == list && type(null) == null_type && type(1u) != type(type(1))',
        '{true: 1, 2u: [never], "k": {}}[dyn(i1)] == ints.map(x, {x: x}) || "" in m || 1.0 in [1, dyn("x")]',
        's1.lowerAscii().size() + size(b"a") + size(ints) + size(m) - 9223372036854775807',
        'p.s3.matches("^[a-z]+(b|c)*$") // the end', 'null == null', 'size("\\x41\\101") == -9223372036854775808',
    ]):
        seed("cel", f"mixed-{i:02}", text)


def pack():
    for name, which in (("leavers", 0), ("privilege", 1), ("evidence", 0)):
        head, *rules = (ROOT / f"policy/packs/{name}.toml").read_text().split("[[rule]]\n")
        seed("pack", f"shipped-{name}", head, "[[rule]]\n", rules[which])


def config():
    seed("config", "sample", (SAMPLE / "tallystick.toml").read_text())


for make in (hr_csv, ldif, cel, pack, config, *seeds_directory.ALL, *seeds_daemon.ALL):
    make()
