#!/usr/bin/env python3
"""Writes the hand-made inputs of tests/fuzz/corpus from docs/sample and from the lines below.

    tests/fuzz/seeds.py

The first bytes of an input choose settings (see the head of each target), so most of them cannot be written with an
editor. Those that can (pack, config) are files like others, and inputs that found a bug are in the same folders under
names that say which: what is not below is left alone.
"""

import hashlib
import io
import json
import re
import struct
import uuid
import zipfile

import seeds_daemon
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


def bloodhound():
    domain = "S-1-5-21-1004336348-1177238915-682003330"

    def thing(rid, dn, properties=None, **more):
        sid = domain + (f"-{rid}" if rid else "")
        return {"ObjectIdentifier": sid, "IsDeleted": False, "ContainedBy": None,
                "Properties": {"distinguishedname": dn + "DC=CORP,DC=EXAMPLE", "domainsid": domain, **(properties or {})},
                "Aces": [{"PrincipalSID": domain + "-1104", "RightName": right, "IsInherited": False}
                         for right in ("GenericAll", "Owns", "GetChanges", "WriteSPN")], **more}

    def user(rid, name, **properties):
        return thing(rid, f"CN={name},", {"samaccountname": name, "enabled": True, "useraccountcontrol": 512,
                     "lastlogontimestamp": 1790000000, "lastlogon": 0, "pwdlastset": -1, "whencreated": 1549267200,
                     "email": None, "admincount": True, "sidhistory": [], "serviceprincipalnames": ["a/b"],
                     "supportedencryptiontypes": ["AES128-CTS-HMAC-SHA1-96"], **properties},
                     PrimaryGroupSID=domain + "-513", AllowedToAct=[{}], SPNTargets=[])

    def file(kind, things, version=6, methods=705):
        return json.dumps({"data": things, "meta": {"methods": methods, "type": kind, "count": len(things),
                                                    "version": version}})

    members = [{"ObjectIdentifier": i, "ObjectType": "User"}
               for i in (domain + "-1104", domain + "-9", "CORP-S-1-5-11", "S-1-5-21-1-2-3-4", "CN=X,DC=CORP,DC=EXAMPLE",
                         "2F1B7D7E-9A53-4F5B-8E0B-3C6F1D2A4B5C", "")]
    files = {
        "domains": file("domains", [thing("", "", {"dsheuristics": "001"}, Trusts=[], ChildObjects=[])]),
        "groups": file("groups", [thing(512, "CN=DA,", {"samaccountname": "DA"}, Members=members),
                                  thing(513, "CN=DU,", {"samaccountname": "DU"}, Members=None)]),
        "computers": file("computers", [user(1110, "WS1$", trustedtoauth=True, allowedtodelegate=["cifs/x"])]),
        "users": file("users", [user(1104, "ADA", accountexpires=-1, lockouttime="133485408000000000", employeenumber=7,
                                     info="pw: x", msa=True), user(1105, "BOB", useraccountcontrol=0)]),
        "containers": file("containers", [thing("", "CN=ADMINSDHOLDER,CN=SYSTEM,")]),
    }
    for kind, text in files.items():
        seed("bloodhound", kind, 1 | 8, 7, text)
    seed("bloodhound", "of-version-5", 8, 31, file("users", [], version=5))
    seed("bloodhound", "cut", 4, 3, files["users"][:300])
    seed("bloodhound", "of-other-types", 2, 1,
         '{"meta":{"type":"users","count":3,"version":6},"data":[1,[],{"Members":"x","Aces":[[]],"Properties":[{}]},'
         '{"ObjectIdentifier":{},"IsDeleted":1,"Properties":{"a":{"b":[[1]]},"b":[1,"x",true,null]}}]}')
    for name, how in (("zip-stored", zipfile.ZIP_STORED), ("zip-deflated", zipfile.ZIP_DEFLATED)):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", how) as archive:
            for kind, text in files.items():
                archive.writestr(zipfile.ZipInfo(f"20261101_{kind}.json"), text, how)
        seed("bloodhound", name, 1 | 8, 5, packed.getvalue())


def directory_values():
    texts = {
        0: ["S-1-5-32-0544", bytes.fromhex("010500000000000515000000010000000200000003000000 00020000".replace(" ", "")), "S-1-5-32-544",
            "S-1-5-21-3623811015-3361044348-30300820-512", bytes.fromhex("010112345678 9abc01000000".replace(" ", ""))],
        1: [bytes(range(16)), "338968ed-2ad2-5A8C-b01e-342a61c7a11c", "E2a9b9b6-e6e111f1-a729fe86-05d63045",
            "( 2.5.4.3 NAME ( 'cn' 'commonName' ) SUP name )", "( 1.2 NAME 'uid' )"],
        2: ["514", "-2147483136", "9223372036854775807", "4194816"],
        3: [struct.pack(">q", 133485408000000000), struct.pack(">q", -18000000000), struct.pack(">q", 20000)],
        4: ["99991231235959-01", "20240131120000.5+0100", "2024013112Z", "20161231235960Z", "000001010000Z", "202401311230,25-01"],
        5: ["CN=Smith\\2C John , OU=Sales,dc=Corp", "cn=a+sn=b,dc=c", "2.5.4.3=#04024869,dc=x", 'cn="a,b",dc=c',
            "CN=Lu\\C4\\8Di\\C4\\87,dc=x", "4,dc=example,dc=com", "cn=\\ a\\ ,dc=x"],
        6: ["(&(objectClass=user)(!(cn=test*)))", "(userAccountControl:1.2.840.113556.1.4.803:=2)",
            "(|(mail=*)(cn=*a*b\\2a*)(objectCategory=person))"],
        7: ["range=0-1499", "range=1500-*", "range=18446744073709551615-*", "binary"],
        8: [bytes.fromhex("3006040141310130"), bytes.fromhex("30800000")],
        9: ["ldap://dc2.example.com/DC=eu,DC=corp", "ldaps://dc2.example.com:1636/??sub", "ldap://[::1]/"],
        11: [struct.pack("<4I", 1, 0, 2, 0) + b"".join(
                 struct.pack("<IIQ16sQQ", attribute, version, 13420630800, bytes(16), 9, 9)
                 for attribute, version in ((0, 1), (0x90008, 6))),
             "<DS_REPL_VALUE_META_DATA><pszAttributeName>member</pszAttributeName><pszObjectDn>CN=R&amp;D</pszObjectDn>"
             "<ftimeDeleted>1601-01-01T00:00:00Z</ftimeDeleted><dwVersion>1</dwVersion>"
             "<ftimeLastOriginatingChange>2026-04-14T09:00:00Z</ftimeLastOriginatingChange></DS_REPL_VALUE_META_DATA>"],
        12: ["member:+ cn=a: b,dc=corp", "mail:-", ":", "mail:= x", "uidNumber:# 1"],
        10: ["001004", " m\u00fcller*(x)\\\x00 ", "gross ss", "\u00df"],
    }
    for which, values in texts.items():
        for i, value in enumerate(values):
            seed("directory_values", f"{which}-{i}", which, value)


def security_descriptor():
    """[MS-DTYP] 2.4.6: head, owner, group, and a list of entries."""
    def sid(*parts):
        return struct.pack("<BB6s", 1, len(parts) - 1, parts[0].to_bytes(6, "big")) + struct.pack(f"<{len(parts) - 1}I", *parts[1:])

    def guid(text):
        return uuid.UUID(text).bytes_le

    def entry(kind, flags, mask, who, on=None, below=None, tail=b""):
        body = struct.pack("<I", mask)
        if kind in (5, 6, 11, 12):
            body += struct.pack("<I", (on is not None) + 2 * (below is not None))
            body += (guid(on) if on else b"") + (guid(below) if below else b"")
        body += who + tail
        return struct.pack("<BBH", kind, flags, len(body) + 4) + body

    def whole(control, owner, *entries):
        acl = struct.pack("<BBHHH", 4, 0, 8 + sum(map(len, entries)), len(entries), 0) + b"".join(entries)
        return struct.pack("<BBHIIII", 1, 0, control, 20, 20, 0, 20 + len(owner)) + owner + acl

    everyone, system, rights, desk = sid(1, 0), sid(5, 18), sid(3, 4), sid(5, 21, 1, 2, 3, 1104)
    member, reset = "bf9679c0-0de6-11d0-a285-00aa003049e2", "00299570-246d-11d0-a768-00aa006e0529"
    changes, user = "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2", "bf967aba-0de6-11d0-a285-00aa003049e2"
    for i, data in enumerate([
        whole(0x8C04, system, entry(0, 0, 0xF01FF, desk), entry(5, 0x12, 0x20, everyone, member)),
        whole(0x9404, desk, entry(6, 0, 0x100, sid(5, 11), reset, user), entry(5, 0, 0x100, desk, reset), entry(1, 0, 0x40000, everyone)),
        whole(0x8004, desk, entry(0, 0, 0x80000, rights), entry(9, 0, 0x10000000, desk, tail=b"artx"), entry(4, 0, 1, everyone)),
        whole(0x8004, system, entry(5, 10, 0x100, desk, changes), entry(12, 0, 0x20, desk, member, user), entry(0, 0, 0x40000000, desk)),
        struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 0),
        struct.pack("<BBHIIII", 1, 0, 0x8000, 20, 0, 0, 0) + system,
    ]):
        seed("security_descriptor", str(i), data)


def replica():
    """docs/spec/replica.md, RFC 4533 §2 and DirSync: files, records, control values."""
    def text(data):
        assert len(data) < 128
        return bytes([len(data)]) + data

    def record(tag, body):
        return tag + text(body)

    def sha(*parts):
        return hashlib.sha256(b"".join(parts)).digest()

    def key(i):
        return bytes(15) + bytes([i])

    def entry(i, dn, *attributes):
        out = key(i) + b"\0" + text(dn) + bytes([len(attributes)])
        for name, *values in attributes:
            out += bytes([name, len(values)]) + b"".join(map(text, values))
        return record(b"E", out)

    head = b"tallystick replica 1\n" + text(b"uri: ldap://a")
    first = (record(b"N", b"uid") + record(b"N", b"objectClass") + entry(1, b"uid=a,dc=b", (0, b"a"), (1, b"top", b"person")) +
             record(b"K", key(9) + b"dc=b"))
    second = (entry(1, b"uid=c,dc=b", (0, b"c")) + entry(2, b"uid=d", (1,)) + record(b"R", key(1)) + record(b"k", key(9)) +
              record(b"P", key(2) + b"\3"))
    commit = record(b"C", struct.pack("<qq", 1, 2) + b"\5" + b"state")
    one = sha(sha(head), first, commit)
    whole = head + first + commit + one
    two = second + commit + sha(one, second, commit)
    for name, data in {"one": whole, "two": whole + two, "torn": whole + two[:-40], "damaged": whole[:60] + b"x" + whole[61:] + two}.items():
        seed("replica", f"file-{name}", b"\0" + data)
    for name, data in {"first": first, "both": first + second, "no-name": entry(3, b"", (7, b"a"))}.items():
        seed("replica", f"records-{name}", b"\1" + data)

    def ber(tag, *parts):
        return bytes([tag]) + text(b"".join(parts))

    cookie = b"rid=000,csn=20261123054758.129688Z#000000#000#000000;20261123054758.1Z#000001#001#000000,delcsn=a"
    for i, data in enumerate([
        ber(0x30, ber(0x0A, b"\1"), ber(4, key(1))), ber(0x30, ber(0x0A, b"\3"), ber(4, key(1)), ber(4, b"c")),
        ber(0x80, cookie), ber(0xA1, ber(4, cookie[:40])), ber(0xA2, ber(1, b"\0")),
        ber(0xA3, ber(4, b"c"), ber(1, b"\xff"), ber(0x31, ber(4, key(1)), ber(4, key(2)))), ber(0xA3, ber(0x31, ber(4, key(3)))),
        ber(0x30, ber(4, cookie), ber(1, b"\xff")), ber(0x30), cookie,
        text(b"2026-11-23T05:47:58Z") + text(b"") + text(cookie),
        ber(0x30, ber(2, b"\1"), ber(2, b"\0"), ber(4, b"MSDS" + bytes(40))),  # MS-ADTS 3.1.1.3.4.1.3: more to come
        ber(0x30, ber(2, b"\0"), ber(2, b"\0"), ber(4, b"MSDS")), ber(0x30, ber(2, b"\0"), ber(2, b"\0"), ber(4, b"")),
        bytes([0x80, 0x20, 0x85, 0x80, 0x01]) + text(b"MSDS"),
    ]):
        seed("replica", f"value-{i:02}", b"\2" + data)


def access_rules():
    olc = [
        b"{0}to attrs=userPassword by self write by anonymous auth by * none\n{1}to * by users read",
        b'to dn.regex="^uid=([^,]+),dc=t$" by dn.exact,expand="uid=$1,dc=t" write by * break\nto * by * +w continue by users -w',
        b"to filter=(uid=a) by group/groupOfNames/member.exact=cn=g,dc=t manage by set=x write by dnattr=owner selfwrite",
        b"to dn.one=dc=t val.regex=x by dn.level{1}=dc=t =rscxd by peername.ip=10.0.0.1 ssf=1 add stop",
    ]
    aci = [
        b'(targetattr="cn || userPassword")(version 3.0; acl "a"; allow (write) groupdn="ldap:///cn=g,dc=t";)',
        b'(target="ldap:///uid=*,dc=t")(targetattr!="cn")(targetfilter="(uid=a)")(version 3.0; acl "a"; allow (all)'
        b' userdn="ldap:///all" and not ip="10.*"; deny (proxy, selfwrite) (userattr="owner#USERDN" or userdn != "ldap:///self");)',
    ]
    for i, text in enumerate(olc):
        seed("access_rules", f"olc-{i}", b"\0" + text)
    for i, text in enumerate(aci):
        seed("access_rules", f"aci-{i}", b"\1" + text)


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


for make in (hr_csv, ldif, bloodhound, directory_values, security_descriptor, replica, access_rules, cel, pack, config,
             *seeds_daemon.ALL):
    make()
