"""Makes disclosure.json: commitments by field and their openings, out of docs/spec/ledger.md alone, with Python's own
hmac and json. `python3 disclosure.py` prints it; `python3 disclosure.py --check` compares it with the file."""

import base64
import hashlib
import hmac
import json
import pathlib
import sys

FILE = pathlib.Path(__file__).with_name("disclosure.json")
SALT = bytes(range(32))
FINDING = {
    "finding": {
        "content": "0011223344556677", "controls": ["NIST AC-2(3)", "PCI DSS 8.2.5"],
        "evidence": [
            {"basis": "userAccountControl=512", "fact": "account.usable", "read_at": "2026-11-02T08:00:00Z",
             "source": "corp-ad", "value": "true"},
            {"basis": "Last Day=2026-09-30 (Europe/Berlin)", "fact": "person.left_at",
             "read_at": "2026-11-02T08:00:00Z", "source": "hr", "value": "2026-09-30T22:00:00Z"}],
        "fingerprint": "392cfea98c73bd5d", "fix": "Disable the account.", "path": [], "rule": "LVR-001",
        "severity": "critical",
        "subject": {"dn": "CN=Dana Wei\u00df,OU=Staff,DC=corp", "key": "account/corp-ad/262022e5", "kind": "account",
                    "label": "dweiss", "person": "001004", "person_name": "Dana Wei\u00df", "source": "corp-ad"},
        "title": "Leaver's account still works", "what": "dweiss in corp-ad still works."},
    "note": ""}
ODD = {"": [], "a/b": {"m~n": [[1, [2]], {"x": {}}]}, "c": {}, "d": None, "e": -1, "f": True, "g": "\u0001\"\\\u20ac"}


def jcs(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def b64(data):
    return base64.b64encode(data).decode()


def fields(value, pointer="", depth=0):
    if depth == 3 or not isinstance(value, (dict, list)) or not value:
        yield pointer, value
        return
    for token, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from fields(inner, pointer + "/" + str(token).replace("~", "~0").replace("/", "~1"), depth + 1)


def vector(personal, hide):
    salts = {p: mac(SALT, b"audit-pii-field/v1\0", p.encode()) for p, _ in fields(personal)}
    commitments = {p: b64(mac(salts[p], b"audit-pii-commit/v1\0", jcs(v))) for p, v in fields(personal)}
    list_salt = mac(SALT, b"audit-pii-top/v1\0")
    pii = "hf256:" + b64(mac(list_salt, b"audit-pii-commit/v1\0", jcs(commitments)))
    redacted = {"hidden": {p: c for p, c in commitments.items() if p in hide}, "list_salt": b64(list_salt),
                "shown": {p: {"salt": b64(salts[p]), "value": v} for p, v in fields(personal) if p not in hide}}
    return {"personal": jcs(personal).decode(), "pii": pii, "hide": sorted(hide),
            "fields": sorted(p for p, _ in fields(personal)),
            "whole": jcs({"salt": b64(SALT), "values": personal}).decode(), "redacted": jcs(redacted).decode()}


def everything():
    names = [p for p, _ in fields(FINDING) if p.startswith("/finding/subject/")]
    vectors = [vector(FINDING, {*names, "/finding/what", "/finding/evidence/1"}), vector(ODD, {"/a~1b/m~0n/1", "/d"}),
               vector({}, {""})]
    return json.dumps({"salt_hex": SALT.hex(), "vectors": vectors}, indent=1, ensure_ascii=False) + "\n"


if sys.argv[1:] == ["--check"]:
    if FILE.read_text() != everything():
        sys.exit("disclosure.json is not what disclosure.py makes")
else:
    print(everything(), end="")
