#!/usr/bin/env python3
"""Writes the hand-made inputs of tests/fuzz/corpus from docs/sample and from the lines below.

    tests/fuzz/seeds.py

The first bytes of an input choose settings (see the head of each target), so most of them cannot be written with an
editor. Inputs that found a bug are in the same folders, under names that say which; those that are not below are left alone.
"""

import json
import pathlib
import re
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/fuzz/corpus"
SAMPLE = ROOT / "docs/sample"


def seed(target, name, *parts):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    data = b"".join(p.encode() if isinstance(p, str) else bytes([p]) if isinstance(p, int) else p for p in parts)
    (folder / name).write_bytes(data)


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
    seed("ldif", "attributes-that-come-apart", 0, 9, "dn: dc=example,dc=com\n",
         "".join(f"a{i % 7}: {i}\nB{i % 3}: {i}\n" for i in range(20)), "\n")
    seed("ldif", "what-tools-write", 0, 0, "version: 1\r\n# numEntries: 1\r\n\r\ndn:: ZGM9ZXhhbXBsZSxkYz1jb20=\r\no: a\r\n"
         "  b\r\nref: x\r\n\r\nsearch: 2\r\nresult: 4 Size limit exceeded\r\n\r\nref: ldap://x\r\n\r\ndn: a\r\n"
         "changetype: delete\r\n\r\ndn: b\r\njpegPhoto:< file:///etc/passwd\r\n\r\ndn: c\r\no:: %\r\ndn: d")


def directory_values():
    texts = {
        0: ["S-1-5-32-0544", bytes.fromhex("010500000000000515000000010000000200000003000000 00020000".replace(" ", "")), "S-1-5-32-544",
            "S-1-5-21-3623811015-3361044348-30300820-512", bytes.fromhex("010112345678 9abc01000000".replace(" ", ""))],
        1: [bytes(range(16)), "338968ed-2ad2-5A8C-b01e-342a61c7a11c"],
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
    }
    for which, values in texts.items():
        for i, value in enumerate(values):
            seed("directory_values", f"{which}-{i}", which, value)


def cel():
    pack = "".join(path.read_text() for path in sorted((ROOT / "policy/packs").glob("*.toml")))
    for i, text in enumerate(re.findall(r"^when = '''(.*?)'''", pack, re.S | re.M)[::3]):
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
        'p.s3.matches("^[a-z]+(b|c)*$") // the end', 'null == null', 'size("\\x41\\101") == -9223372036854775808',
    ]):
        seed("cel", f"mixed-{i:02}", text)


def pack():
    for name, which in (("leavers", 0), ("privilege", 1), ("evidence", 0)):
        head, *rules = (ROOT / f"policy/packs/{name}.toml").read_text().split("[[rule]]\n")
        seed("pack", f"shipped-{name}", head, "[[rule]]\n", rules[which])
    seed("pack", "small", '''[pack]
id = "x"
version = "1"
title = "T"
[[rule]]
id = "X-1"
title = "t"
state = "draft"
about = "account"
severity = "low"
severity_when.high = "account.shoe_size > 50"
when = "account.shoe_size < params.n && params.b"
protects_from = "p"
message = "{account.login} {{x}}"
fix = "f"
commands.openldap.ldapmodify = "dn{account.dn|ldif}"
controls = ["c"]
params.n = { type = "int", unit = "steps", default = 2, about = "a" }
params.b = { type = "bool", default = true, about = "b" }
needs."account.shoe_size" = { type = "int", about = "a", from = "f" }
[[rule.example]]
name = "fires"
expect = "violation"
account.shoe_size = 1
[[rule.example]]
name = "does not"
expect = "clear"
account.shoe_size = 3
params.n = 3
[[rule.example]]
name = "cannot tell"
expect = "cannot tell"
''')


def config():
    seed("config", "sample", (SAMPLE / "tallystick.toml").read_text())
    seed("config", "server", '''state = "s"
log_key = "k"
[[hr]]
name = "hr"
path = "x.csv"
delimiter = ";"
columns = { employee_id = "id" }
[[directory]]
name = "ad"
type = "active-directory"
uri = "ldaps://dc1.example.com"
security = "ldaps"
bind = "simple"
bind_dn = "cn=a"
password_file = "p"
bases = ["dc=x"]
page_size = 500
request_deadline = "30s"
referral_hosts = ["dc2"]
canaries = ["cn=c,dc=x"]
[rules]
shipped = false
packs = ["a.toml"]
[rules.LVR-001]
grace = "2d"
enabled = true
''')
    seed("config", "mistakes", 'stat = 1\n[[hr]]\nnam = "x"\n[directory]\n[correlation]\nnon_human_patterns = ["("]\n')


def ledger_text():
    vectors = json.loads((ROOT / "tests/vectors/ledger/vectors.json").read_text())
    golden, example = vectors["golden"], vectors["signed_note"]
    note = golden["checkpoint"] + "\n" + golden["log_signature_line"].rstrip("\n") + "\n"
    both = note + golden["witness_signature_line"].rstrip("\n") + "\n"
    for i, key in enumerate((example["vkey"], golden["log_vkey"], golden["witness_vkey"])):
        seed("ledger_text", f"1-{i}", 1, key)
    seed("ledger_text", "2-0", 2, note)
    seed("ledger_text", "2-1", 2, both)
    seed("ledger_text", "3-0", 3, golden["checkpoint"])
    proof = "".join(line + "\n" for line in golden["proof_of_entry_1"])
    seed("ledger_text", "4-0", 4, "c2sp.org/tlog-proof@v1\nindex 1\n", proof, "\n", both)
    seed("ledger_text", "4-1", 4, "c2sp.org/tlog-proof@v1\nextra AQ==\nindex 0\n\n", note)
    seed("ledger_text", "0-0", 0, "W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJc=")
    seed("ledger_text", "0-1", 0, "hs256:W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJc=")
    for i, path in enumerate(["tile/0/273.p/112", "tile/entries/x001/x234/067", "tile/7/000"]):
        seed("ledger_text", f"5-{i}", 5, path)
    seed("ledger_text", "6-0", 6, bytes([0, 2, 65, 66, 0, 0, 0, 1, 67]))
    seed("ledger_text", "6-1", 6, bytes(64))
    seed("ledger_text", "7-0", 7, 13, 5, 8, 6, 1, 3)


def ledger_entry():
    time = "2026-03-31T22:00:00Z"

    def entry(name, kind, fields, personal=None):
        text = [json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                for part in ({"ts": time, "type": kind, "v": 1, **fields}, personal) if part is not None]
        seed("ledger_entry", name, "\n".join(text))

    versions = {"config_digest": "c", "rules_digest": "r", "tool_version": "1"}
    subject = {"dn": "cn=a", "key": "account/ad/1", "kind": "account", "label": "a\x07", "person": "1",
               "person_name": "A \u00e9", "source": "ad"}
    evidence = {"basis": "b", "fact": "account.usable", "read_at": time, "source": "ad", "value": "true"}
    finding = {"content": "c", "controls": ["x"], "evidence": [evidence], "fingerprint": "f", "fix": "f", "path": ["p"],
               "rule": "LVR-001", "severity": "high", "subject": subject, "title": "t", "what": "w"}
    entry("genesis", "genesis", {"origin": "audit.example.com/hostA"})
    entry("run-started", "run_started", {"organisation": "o", "run": "r-7", "started": time, "trigger": "schedule",
                                         **versions})
    entry("source", "source_collected", {
        "bytes": 1, "connector": "csv", "finished": time, "kind": "hr", "location": "x", "notes": ["n"], "population": 2,
        "query": "q", "run": "r-7", "sha256": "0" * 64, "source": "hr", "started": time,
        "coverage": {"counted_by": "x", "gaps": [{"kind": "rejected", "sentence": "s"}], "gaps_total": 1,
                     "records_counted": 2, "records_read": 2, "rejects": 1, "state": "partial"}},
        {"rejects": [{"column": "c", "line": 2, "reason": "r", "value": "v", "whole_record": True}]})
    entry("finding", "finding_opened", {"rule": "LVR-001", "run": "r-7", "severity": "high", "subj": "s:" + "0" * 32,
                                        "pii": "hs256:W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJc="},
          {"finding": finding, "note": "n"})
    entry("erased", "finding_changed", {"opened": 5, "rule": "LVR-001", "run": "r-7", "severity": "low"})
    entry("not-rechecked", "findings_not_rechecked", {"note": "n", "opened": [1, 2], "run": "r-7"})
    entry("negative-index", "findings_not_rechecked", {"note": "n", "opened": [1, -1], "run": "r-7"})
    entry("year-10000", "run_started", {"organisation": "o", "run": "r-7", "started": "9999-12-31T23:59:59-23:59",
                                        "trigger": "schedule", **versions})
    entry("rule-tallied", "rule_tallied", {
        "about": "account", "asked": 3, "cannot_tell": 1, "clear": 1, "reasons": [{"count": 1, "reason": "x"}],
        "rule": "LVR-001", "run": "r-7", "severity": "low", "title": "t", "violations": 1}, {"examples": [[subject]]})
    entry("reopened", "finding_reopened", {"opened": 5, "rule": "LVR-001", "run": "r-7", "severity": "low"},
          {"finding": finding, "note": "n"})
    entry("exempted", "finding_exempted", {"exemption": 3, "rule": "LVR-001", "run": "r-7", "severity": "low"})
    entry("stays-exempt", "findings_not_rechecked", {"exempt": True, "note": "n", "opened": [1], "run": "r-7"})
    said = {"login": "anna", "reason": "r\u00e9"}
    of_account = {"subject_key": "account/ad/1", **said}
    entry("acknowledged", "finding_acknowledged", {"opened": 5, "rule": "LVR-001", "uid": 1000}, of_account)
    entry("exemption-requested", "exemption_requested", {"rule": "LVR-001", "uid": 1000, "until": time},
          {"subject": subject, **said})
    entry("exemption-approved", "exemption_approved", {"asked": 7, "uid": 1001}, of_account)
    entry("exemption-refused", "exemption_refused", {"asked": 7, "uid": 4294967295}, of_account)
    entry("exemption-withdrawn", "exemption_withdrawn", {"asked": 7, "uid": 4294967296})
    entry("link-decided", "link_decided", {"same": False, "uid": 0}, {"account": subject, "employee_id": "1", **said})
    entry("link-revoked", "link_revoked", {"decided": 8, "uid": 1000}, of_account)
    entry("feed-release-requested", "feed_release_requested", {"run": "r-7", "source": "hr", "uid": 1000}, said)
    entry("feed-release-approved", "feed_release_approved", {"asked": 9, "uid": 1001}, {"login": "bela"})
    entry("run-finished", "run_finished", {
        "accounts": 1, "as_of": time, "cannot_tell": 0, "complete": True, "finished": time,
        "open": {"critical": 0, "high": 1, "low": 0, "medium": 0}, "opened": 1, "people": 1,
        "populations": [{"parts": [{"count": 1, "part": "p"}], "source": "s", "ties_out": True, "total": 1}],
        "previous_run": "", "resolved": 0, "run": "r-7", "started": time, "verdict_digest": "d", **versions})


def control_protocol():
    seed("control_protocol", "audit", 0, '{"arguments":{"fail_on":"low"},"colour":true,"command":"audit",'
         '"config":"/etc/tallystick/tallystick.toml","v":1,"width":120}')
    for i, line in enumerate(('{"progress":"reading corp-ad"}', '{"err":"x"}', '{"out":"\\u001b[1m"}', '{"end":1}')):
        seed("control_protocol", f"answer-{i}", 1, line)
    seed("control_protocol", "text", 2, "\u00e9\n\x00\x1b", b"\xff")


def changes():
    for target in ("log_verify", "log_reader"):
        seed(target, "unchanged", 0, 0, 0)
        for what in range(8):
            seed(target, f"change-{what}", 0, 0, 0, 1, what, 0, 5, 3, 3, "abc")
            seed(target, f"changes-{what}", 1, 0, 1, 2, what, 0, 9, 1, 2, 0, 0, 0, 2, what, 1, 1)
    seed("write_ahead_log", "empty", 0)
    for what in range(8):
        seed("write_ahead_log", f"change-{what}", 1, 0, what, 0, 100, 3, 3, "abc")
    seed("write_ahead_log", "raw", 0, "TALLYWAL", bytes(80))


for make in (hr_csv, ldif, directory_values, cel, pack, config, ledger_text, ledger_entry, control_protocol, changes):
    make()
