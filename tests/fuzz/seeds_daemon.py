"""The inputs of the targets of daemon/: logs, entries, the socket, kept runs, `policy eval`. For seeds.py."""

import base64
import json

from seed import ROOT, seed


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
    seed("ledger_text", "0-2", 0, "hf256:W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJc=")
    seed("ledger_text", "0-3", 0, "1101\n1300\n")
    for i, path in enumerate(["tile/0/273.p/112", "tile/entries/x001/x234/067", "tile/7/000"]):
        seed("ledger_text", f"5-{i}", 5, path)
    seed("ledger_text", "6-0", 6, bytes([0, 2, 65, 66, 0, 0, 0, 1, 67]))
    seed("ledger_text", "6-1", 6, bytes(64))
    seed("ledger_text", "7-0", 7, 13, 5, 8, 6, 1, 3)


def trust_policy():
    golden = json.loads((ROOT / "tests/vectors/ledger/vectors.json").read_text())["golden"]
    log, witness = f"log {golden['log_vkey']}\n", f"witness siem {golden['witness_vkey']} https://w.example.com/siem\n"
    seed("trust_policy", "golden", 255, 255, 3, log, witness, "quorum siem\n")
    seed("trust_policy", "group", 1, 1, 9, "# one is enough\n", witness, "group g 1 siem\ngroup all all g\nquorum all\n")
    seed("trust_policy", "none", 0, 0, 0, log, "quorum none\n")
    seed("trust_policy", "wrong", 0, 0, 0, "log x\nwittness a b\ngroup g 7 siem g\nquorum g\nquorum none")


def witness():
    golden = json.loads((ROOT / "tests/vectors/ledger/vectors.json").read_text())["golden"]
    line = golden["witness_signature_line"]
    cosigned = golden["checkpoint"]
    note = cosigned.replace(line, "")
    proof = "".join(hash + "\n" for hash in golden["proof_of_entry_1"])
    seed("witness", "first", 0, "old 0\n\n", note)
    seed("witness", "again", 0, "old 3\n\n", cosigned)
    seed("witness", "proof", 0, "old 1\n", proof, "\n", note)
    seed("witness", "unsigned", 0, "old 0\n\n", note.replace(golden["log_signature_line"], line))
    seed("witness", "200", 1, 0, 0, 1, 0, line)
    seed("witness", "409", 1, 1, 1, 0, "3\n")
    seed("witness", "409-ahead", 1, 1, 1, 0, "421\n")
    seed("witness", "422", 1, 2, 2, 0, "another root of this size\n")


def disclosure():
    for i, vector in enumerate(json.loads((ROOT / "tests/vectors/ledger/disclosure.json").read_text())["vectors"]):
        for name in ("personal", "whole", "redacted"):
            seed("disclosure", f"{name}-{i}", i, vector[name])


def sshsig():
    vectors = json.loads((ROOT / "tests/vectors/ledger/sshsig.json").read_text())
    for name in ("sha512", "sha256", "ecdsa"):
        seed("sshsig", name, 0, vectors[name])
    seed("sshsig", "blob", 1, base64.b64decode("".join(vectors["sha512"].split("\n")[1:-2])))
    seed("sshsig", "signers", 2, "# who\nanna@example.com namespaces=\"file,tallystick-manifest\",valid-before=\"20271231Z\" ",
         vectors["public_key"], " laptop\nbob ", vectors["ecdsa_public_key"], "\n")


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
    entry("pruned", "log_pruned", {"before": 512, "held_by": 1030, "minimum": 1024, "policy": "9f" * 32})
    entry("run-started", "run_started", {"organisation": "o", "run": "r-7", "started": time, "trigger": "schedule",
                                         **versions}, {"asked_by": "anna"})
    source = {
        "bytes": 1, "connector": "csv", "finished": time, "kind": "hr", "location": "x", "notes": ["n"], "population": 2,
        "query": "q", "run": "r-7", "sha256": "0" * 64, "source": "hr", "started": time,
        "coverage": {"counted_by": "x", "gaps": [{"kind": "rejected", "sentence": "s"}], "gaps_total": 1,
                     "records_counted": 2, "records_read": 2, "rejects": 1, "state": "partial"}}
    entry("source", "source_collected", source,
          {"rejects": [{"column": "c", "line": 2, "reason": "r", "value": "v", "whole_record": True}]})
    entry("source-in-force", "source_collected", {
        **source, "clock_behind_us": 5, "in_force_since": time, "produced": time, "shape": {"columns": "13"}},
        {"segments": [{"by": "department", "count": 20, "value": "IT"}]})
    entry("finding", "finding_opened", {"rule": "LVR-001", "run": "r-7", "severity": "high", "subj": "s:" + "0" * 32,
                                        "pii": "hs256:W0UEED8WVTjhHw0ufilb2PTnhMIR/5FLNR3PmF7fcJc="},
          {"finding": finding, "note": "n"})
    entry("erased", "finding_changed", {"opened": 5, "rule": "LVR-001", "run": "r-7", "severity": "low"})
    entry("not-rechecked", "findings_not_rechecked", {"note": "n", "opened": [1, 2], "run": "r-7"})
    entry("negative-index", "findings_not_rechecked", {"note": "n", "opened": [1, -1], "run": "r-7"})
    entry("skew-beyond-64-bits", "source_collected", {**source, "clock_behind_us": 2 ** 63})
    entry("year-10000", "run_started", {"organisation": "o", "run": "r-7", "started": "9999-12-31T23:59:59-23:59",
                                        "trigger": "schedule", **versions})
    tally = {"about": "account", "asked": 4, "cannot_tell": 1, "clear": 1, "exempt": 1,
             "reasons": [{"count": 1, "reason": "x"}], "rule": "LVR-001", "run": "r-7", "severity": "low", "title": "t",
             "violations": 1}
    entry("rule-tallied", "rule_tallied", tally, {"examples": [[subject]]})
    entry("shadow-tallied", "shadow_tallied", {**tally, "about": "membership"},
          {"examples": [[subject]], "hits": [{"severity": "critical", "subject": subject, "what": "w"}]})
    entry("leaver", "leaver_followed", {"access": "unknown", "first": 9, "run": "r-7"}, {"leaver": {
        "access": {"back": time, "last_seen": time, "there": "unknown"}, "accounts": 2, "employee_id": "1", "entered": time,
        "groups": {"gone": f"not after {time}", "there": "no"}, "key": "person/hr/1", "last_working_day": time,
        "left": f"between {time} and 2026-04-01T00:00:00Z", "name": "A \u00e9", "recalled": False,
        "looked": time, "seen": "at an unknown time", "until": time, "worked": ["account/ad/1"]}})
    entry("leaver-erased", "leaver_followed", {"access": "yes", "run": "r-7"})
    entry("abandoned", "run_abandoned", {"reason": "r", "run": "r-7"})
    entry("schedule-missed", "schedule_missed", {"count": 2, "due": [time], "first": time, "last": time, "made_up": True,
                                                 "reason": "r"})
    entry("configuration", "configuration_accepted", {"config_digest": "c", "rules_digest": "r", "schedule": "s"})
    entry("resolved", "finding_resolved", {"opened": 5, "rule": "LVR-001", "run": "r-7", "severity": "low"},
          {"finding": finding, "note": "n"})
    entry("offboarding", "offboarding_checked", {"answer": "clear", "as_of": time, "rules": ["LVR-001"], "sources": []},
          {"employee_id": "1"})
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
        "exempt": 1, "open": {"critical": 0, "high": 1, "low": 0, "medium": 0}, "opened": 1, "people": 1, "reopened": 1,
        "populations": [{"parts": [{"count": 1, "part": "p"}], "source": "s", "ties_out": True, "total": 1}],
        "previous_run": "", "resolved": 0, "run": "r-7", "snapshot_digest": "s", "started": time, "verdict_digest": "d",
        **versions})


def control_protocol():
    seed("control_protocol", "audit", 0, '{"arguments":{"fail_on":"low"},"colour":true,"command":"audit",'
         '"config":"/etc/tallystick/tallystick.toml","v":1,"width":120}')
    words = [{"verb": "exempt list", "format": "json"}, {"verb": "finding acknowledge", "finding": "392c", "reason": "r"},
             {"verb": "exempt request", "rule": "PRV-001", "subject": "corp-ad/a", "until": "2027-01-31", "reason": "r"},
             {"verb": "exempt request", "finding": "392c", "until": "9999-12-31", "reason": "r"},
             {"verb": "account never-same", "account": "corp-ad/a", "employee_id": "1", "reason": "r"},
             {"verb": "exempt refuse", "number": "4711", "reason": "r"}, {"verb": "account undecide", "number": "1"},
             {"verb": "feed release", "source": "hr", "reason": "r"}, {"verb": "feed approve", "number": "7"},
             {"employee_id": "001004", "deadline": "20s", "format": "json"}, {"as_of": "2026-01-31T00:00:00Z"}]
    for i, arguments in enumerate(words):
        request = {"arguments": arguments, "colour": False, "command": "x", "config": "/c", "v": 1, "width": 80}
        seed("control_protocol", f"words-{i:02}", 0, json.dumps(request, sort_keys=True, separators=(",", ":")))
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


def run_archive():
    """Changes as in changes() of the whole file, of a section, of the packed file; then files written by hand."""
    for where in range(3):
        seed("run_archive", f"unchanged-{where}", where | 128)
        for what in range(8):
            seed("run_archive", f"change-{where}-{what}", where | 128, 20, what, 0, 5, 3, 3, "abc")
    seed("run_archive", "circumstances-of-none", 1, 0, 7, 0, 2, "{}")
    magic = bytes.fromhex("28b52ffd")  # RFC 8878: a frame in one segment, without a checksum; then its blocks
    seed("run_archive", "frame-raw", 3, magic, 0x20, 3, 1 | 3 << 3, 0, 0, "abc")
    seed("run_archive", "frame-run-length", 3, magic, 0x60, 0, 1, 1 | 1 << 1 | (512 << 3 & 0xFF), 512 >> 5, 0, "a")
    seed("run_archive", "frame-empty", 3, magic, 0x20, 0, 1, 0, 0)


def policy_eval():
    values = {"i": {"int": "3"}, "u": {"uint": "18446744073709551615"}, "d": {"double": "-inf"}, "b": {"bool": True},
              "s": {"string": "\u00e9"}, "o": {"bytes": "AP8="}, "n": {"null": None}, "k": {"type": "google.protobuf.Timestamp"},
              "l": {"list": [{"int": "1"}, {"unknown": "why"}]},
              "m": {"map": [[{"string": "a"}, {"list": []}], [{"int": "1"}, {"double": "0.5"}]]},
              "t": {"timestamp": ["2026-03-01T00:00:00Z", "2026-03-15T00:00:00Z"]}, "v": {"timestamp": "never"},
              "g": {"duration": ["1s", "123.5s"]}, "x": {"unknown": "nobody looked"}}
    for i, (expression, names) in enumerate((
            ("i + int(u)", "iu"), ("d * 2.0", "d"), ("b ? s : string(o)", "bso"), ("n == null && type(t) == k", "ntk"),
            ("l.map(e, e)", "l"), ("m", "m"), ("m.a.size() + l[0]", "ml"), ("t + g", "tg"), ("[t, v, g, o, k, n]", "tvgokn"),
            ("v < t || x", "vtx"), ("{s: {u: d}}", "sud"), ("i.", "i"), ("nobody", ""), ("t - t", "t"))):
        seed("policy_eval", f"value-{i:02}", expression, "\n", json.dumps({n: values[n] for n in names}))
    seed("policy_eval", "not-an-object", "1\n[]")
    seed("policy_eval", "deep", "x\n", '{"x":' + '{"list":[' * 65 + "]}" * 65 + "}")
    seed("policy_eval", "wrong-values", "x\n", json.dumps({
        "a": {"int": 3}, "c": {"bytes": "?"}, "e": {"timestamp": ["2026-03-15T00:00:00Z", "2026-03-01T00:00:00Z"]},
        "f": {"map": [[{"double": "1"}, {"int": "1"}]]}, "h": {"list": {}}, "never": {"int": "1"}, "in": {"int": "1"},
        "a b": {"int": "1"}, "j": {"int": "1", "uint": "1"}, "q": {"duration": "1"}, "w": {"what": 1}}))


ALL = (ledger_text, disclosure, sshsig, trust_policy, witness, ledger_entry, control_protocol, changes, run_archive,
       policy_eval)
