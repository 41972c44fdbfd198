"""Seeds of the fuzz targets about directories: what servers and collectors send. Run by seeds.py."""

import hashlib
import io
import json
import struct
import uuid
import zipfile

from seed import seed


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
        "gpos": file("gpos", [thing(9001, "CN={A},CN=POLICIES,CN=SYSTEM,", {"name": "A@CORP"})]),
        "ous": file("ous", [thing(9002, "OU=ADMINS,", {"blocksinheritance": True}, IsACLProtected=True,
                                  Links=[{"GUID": domain + "-9001", "IsEnforced": True}, {"GUID": "B"}])]),
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
        13: ["[LDAP://cn={31B2F340-016D-11D2-945F-00C04FB984F9},cn=policies,cn=system,DC=corp;0][LDAP://CN={A},DC=corp;3]",
             " ", "[LDAP://;0]", "[LDAP://CN={A};]", "1"],
        14: ["vadn\nmember:rscwo, userPassword:none", "none\nuniqueMember:rscWO", "v\nmember:", "v\nmember:r,"],
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


def change_log():
    """Type + 5 * target (+ 128 without its id), the length, the changes."""
    def change(how, changes):
        return bytes([how]) + struct.pack(">H", len(changes)) + changes

    stamp = b"replace: modifytimestamp\nmodifytimestamp: 20261123093526Z\n-\n\0"
    lock, unlock = b"add: nsAccountLock\nnsAccountLock: true\n-\n", b"delete: nsAccountLock\n-\n"
    new = b"objectClass: groupOfNames\ncn: g\nmember:: dWlkPWJvYixkYz10\nmember: uid=ja\n ne,dc=t\n"
    members = b"add: member\nmember: uid=jane,dc=t\n-\n", b"delete: member\nmember: UID=bob, dc=t\n-\n"
    anew = b"replace: uniqueMember\nuniquemember: uid=bob,dc=t\n-\n"
    cos = b"cosAttribute: nsAccountLock operational\n"
    seed("change_log", "locks", b"\0", change(0, lock + stamp), change(0, unlock), change(0, lock), change(5, unlock + lock))
    seed("change_log", "replaced", b"\0", change(0, b"replace: nsAccountLock\nnsAccountLock: TRUE\n-\n"),
         change(0, b"replace: nsAccountLock\n-\n"))
    seed("change_log", "made", b"\0", change(12, new), change(7, b"uid: bob\nnsAccountLock: false\n"), change(5, lock))
    seed("change_log", "members", b"\0", *(change(10, text) for text in (*members, anew, b"delete: member\n-\n", members[0])))
    seed("change_log", "by-name", b"\0", change(128, lock), change(132, b""), change(133, unlock), change(138, members[0]))
    seed("change_log", "by-site", b"\1", change(0, b"replace: employeeType\nemployeeType: gone\n-\n"), change(7, b"uid: bob\n"))
    seed("change_log", "unclear", b"\0", change(10, members[0]), change(10, b""), change(0, b"add: x\ny: z\n-\n"),
         change(0, b"add: nsAccountLock\nnsAccountLock:: *\n-\n"), change(0, b" folded\n"), change(0, b"delete: a"))
    seed("change_log", "service-class", b"\0", change(17, cos), change(15, b"increment: cosPriority\ncosPriority: 1\n-\n"),
         change(18, b""))


ALL = (bloodhound, directory_values, security_descriptor, replica, access_rules, change_log)
