#include "daemon/evidence/instructions.h"

#include <fmt/format.h>

namespace tally::evidence {
namespace {

constexpr const char* kStart = R"~(How to check this pack ({run})

You need a shell, sha256sum, openssl (3.0 or later), python3, and for the sign-off ssh-keygen. Nothing of Tallystick.
The indented lines are the commands: paste them step by step into one shell, in this folder. Or all at once:

  grep '^    ' VERIFY.txt | sed 's/^    //' | sh -e

Any step that fails says so, and then the pack proves nothing. The end is "every step was passed".

What this shows: that the entries below stand in a log that its key signed, and that nothing of them was changed since.
What it cannot show: that the sources told the truth, and that the log has no other entries than you were shown. For the
second, compare the counts of step 3, and ask for a witness.

1. Nothing in this folder was changed since it was made.

    sha256sum --quiet --strict --check SHA256SUMS
    python3 - <<'END'
    import hashlib, json, os
    listed = {{f["path"]: f["sha256"] for f in json.load(open("manifest.json"))["files"]}}
    for path, digest in listed.items():
        assert hashlib.sha256(open(path, "rb").read()).hexdigest() == digest, path
    there = {{os.path.relpath(os.path.join(d, n), ".") for d, _, names in os.walk(".") for n in names}}
    more = {{p for p in there - set(listed) if not p.startswith("sign-off/")}} - {{"manifest.json", "SHA256SUMS"}}
    assert not more, f"not in the manifest: {{more}}"
    print(len(listed), "files are those of the manifest")
    END

2. The tree is signed by the log's key. The key has to come from somewhere else than this pack: compare keys/log.vkey
   with the one that you were given, and set LOG_KEY to yours.

    LOG_KEY=${{LOG_KEY:-$(cat keys/log.vkey)}}
    WORK=$(mktemp -d)
    signed_by() {{  # FILE KEY: the signed note in FILE has a good signature by KEY
      sed '/^$/,$d' "$1" > "$WORK/text"
      awk -v name="${{2%%+*}}" '$1 == "\342\200\224" && $2 == name {{ print $3; exit }}' "$1" |
        base64 -d | tail -c +5 > "$WORK/signature"
      {{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'
        echo "$2" | cut -d+ -f3- | base64 -d | tail -c 32; }} |
        openssl pkey -pubin -inform DER -out "$WORK/key.pem"
      openssl pkeyutl -verify -pubin -inkey "$WORK/key.pem" -rawin -in "$WORK/text" -sigfile "$WORK/signature"
    }}
    test "$(head -1 log/checkpoint)" = "${{LOG_KEY%%+*}}"
    signed_by log/checkpoint "$LOG_KEY"
)~";

constexpr const char* kProofs = R"~(
3. Every entry of the run and every finding stands in that tree, and what is shown of its personal values is what the
   entry committed to when it was written (docs/spec/ledger.md of Tallystick, 6 to 8; C2SP tlog-proof; RFC 9162).
   The last lines are the counts: the run's own, and those of the report.

    cat > "$WORK/check_proofs.py" <<'END'
    import base64, glob, hashlib, hmac, json
    def b64(text): return base64.b64decode(text, validate=True)
    def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
    def mac(key, *parts): return hmac.new(key, b"".join(parts), hashlib.sha256).digest()
    def jcs(value): return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    def commit(salt, data): return mac(salt, b"audit-pii-commit/v1\0", data)
    def fields(value, pointer="", depth=0):
        if depth == 3 or not isinstance(value, (dict, list)) or not value:
            yield pointer, value
            return
        for token, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from fields(inner, pointer + "/" + str(token).replace("~", "~0").replace("/", "~1"), depth + 1)
    def shown(pii, opening):
        form, digest = pii.split(":")
        if "values" in opening:
            salt, values = b64(opening["salt"]), dict(fields(opening["values"]))
            commits = {p: commit(mac(salt, b"audit-pii-field/v1\0", p.encode()), jcs(v)) for p, v in values.items()}
            top = mac(salt, b"audit-pii-top/v1\0")
        else:
            assert form == "hf256"
            values = {p: f["value"] for p, f in opening["shown"].items()}
            commits = {p: commit(b64(f["salt"]), jcs(f["value"])) for p, f in opening["shown"].items()}
            commits.update((p, b64(c)) for p, c in opening["hidden"].items())
            top = b64(opening["list_salt"])
        listed = jcs({p: base64.b64encode(c).decode() for p, c in commits.items()})
        made = commit(salt, jcs(opening["values"])) if form == "hs256" else commit(top, listed)
        assert made == b64(digest), "the values are not those committed to"
        return values
    def root_of(leaf, index, size, path):
        assert index < size
        last, result = size - 1, leaf
        for hash in path:
            assert last > 0
            if index & 1 or index == last:
                result = sha(b"\1", hash, result)
                while index and not index & 1:
                    index, last = index >> 1, last >> 1
            else:
                result = sha(b"\1", result, hash)
            index, last = index >> 1, last >> 1
        assert last == 0
        return result
    def proven(name, tree):
        head, checkpoint = open(name, "rb").read().split(b"\n\n", 1)
        magic, extra, index, *path = head.decode().split("\n")
        assert magic == "c2sp.org/tlog-proof@v1" and checkpoint == open(tree, "rb").read(), name
        origin, size, root = checkpoint.decode().split("\n")[:3]
        extra = json.loads(b64(extra.removeprefix("extra ")))
        index = int(index.removeprefix("index "))
        leaf = sha(b"\0", jcs(extra["entry"]))
        assert root_of(leaf, index, int(size), [b64(h) for h in path]) == b64(root), name
        return index, extra["entry"], shown(extra["entry"]["pii"], extra["opening"]) if "opening" in extra else {}
    def check():
        names = [n for n in glob.glob("proofs/*.tlog-proof") if not n.endswith(".epoch.tlog-proof")]
        found = {index: (entry, values) for index, entry, values in (proven(n, "log/checkpoint") for n in names)}
        manifest, report = json.load(open("manifest.json")), json.load(open("report.json"))
        for one in manifest["entries"]:
            assert found[one["index"]][0] == one["entry"]
        findings = {one["index"]: one for one in json.load(open("findings.json"))}
        for one in findings.values():
            assert found[one["index"]] == (one["entry"], one["shown"])
        for one in report["findings"] + report["exempt"] + report["resolved"]:
            told = findings.get(one["log_index"], {"shown": {}})["shown"]
            for member in ("what", "fix", "fingerprint"):
                assert told.get("/finding/" + member, one[member]) == one[member]
        end = manifest["entries"][-1]["entry"]
        assert end["type"] == "run_finished" and end["run"] == manifest["run"]
        pruned = manifest["findings"]["pruned"]
        assert sum(end["open"].values()) == len(report["findings"]) + pruned["open"], "the report lacks open findings"
        print(len(found), "entries are proven,", len(findings), "of them findings")
        print("the run: open", end["open"], "fixed", end["resolved"], "exempt", end.get("exempt", 0))
        print("the report: open", len(report["findings"]), "fixed", len(report["resolved"]), "exempt",
              len(report["exempt"]))
        if any(pruned.values()):
            print("NOT IN THE REPORT, because their entries were pruned:", pruned)
    if __name__ == "__main__":
        check()
    END
    python3 "$WORK/check_proofs.py"
)~";

constexpr const char* kSample = R"~(
{step}. The sample was drawn by the signed root, not by hand: of all findings of the report, those whose SHA-256 of
   "tallystick-sample/v1", a zero byte, the root and the entry's number in decimal is smallest. Whoever makes a pack may
   choose when, and so the root: name the checkpoint yourself, or take one that a witness signed.

    python3 - <<'END'
    import base64, hashlib, json
    root = base64.b64decode(open("log/checkpoint").read().split("\n")[2])
    sample, report = json.load(open("sample.json")), json.load(open("report.json"))
    def lot(number): return hashlib.sha256(b"tallystick-sample/v1\0" + root + str(number).encode()).digest()
    everything = sorted(f["log_index"] for l in ("findings", "exempt", "resolved") for f in report[l])
    assert bytes.fromhex(sample["seed"]) == root, "the seed is not the signed root"
    assert sample["population"] == everything, "not drawn from all findings of the report"
    drawn = sorted(sorted(everything, key=lot)[:sample["size"]])
    assert sample["chosen"] == drawn, f"the root draws {{drawn}}, not {{sample['chosen']}}"
    assert drawn == [f["index"] for f in json.load(open("findings.json"))], "findings.json has others than the sample"
    print("drawn:", sample["chosen"])
    END
)~";

constexpr const char* kEpochKeys = R"~(
{step}. The tree is signed by the key of its epoch too, and that key is one of those that the log's first entry promised. The
   key of an epoch is destroyed when it ends: whoever took the host over later cannot have signed this.

    EPOCH=$(awk -v start="— $(head -1 log/checkpoint)/epoch/" \
      'index($0, start) == 1 {{ sub(".*/", "", $2); print $2 }}' log/checkpoint)
    PYTHONPATH="$WORK" python3 - "$EPOCH" > "$WORK/epoch.vkey" <<'END'
    import base64, check_proofs, sys
    sha = check_proofs.sha
    def tree(hashes):
        if len(hashes) == 1: return hashes[0]
        k = 1 << (len(hashes) - 1).bit_length() - 1
        return sha(b"\1", tree(hashes[:k]), tree(hashes[k:]))
    index, first, _ = check_proofs.proven("proofs/0.tlog-proof", "log/checkpoint")
    assert index == 0 and first["type"] == "genesis"
    keys = open("log/epoch/keys", "rb").read()
    keys = [keys[i:i + 32] for i in range(0, len(keys), 32)]
    root = base64.b64encode(tree([sha(b"\0", k) for k in keys])).decode()
    assert len(keys) == first["epochs"]["count"], "more or fewer keys than the first entry promised"
    assert root == first["epochs"]["root"], "other keys than the first entry promised"
    name, key = first["origin"] + "/epoch/" + sys.argv[1], keys[int(sys.argv[1])]
    number = sha(name.encode(), b"\n\1", key)[:4].hex()
    print(name, number, base64.b64encode(b"\1" + key).decode(), sep="+")
    END
    signed_by log/checkpoint "$(cat "$WORK/epoch.vkey")"
)~";

constexpr const char* kCertificate = R"~(
{step}. The log has a certificate by an offline root: set ROOT_KEY to the root's key, which you were given elsewhere. It
   names the log's key, and the epoch keys as the log's first entry promised them.

    signed_by log/certificate "${{ROOT_KEY:?set it to the key of the root}}"
    test "$(sed -n 3p log/certificate)" = "$LOG_KEY"
    PYTHONPATH="$WORK" python3 - <<'END'
    import check_proofs
    epochs = check_proofs.proven("proofs/0.tlog-proof", "log/checkpoint")[1]["epochs"]
    lines = open("log/certificate").read().split("\n")
    promised = [str(epochs["count"]), str(epochs["period"]), str(epochs["start"]), epochs["root"]]
    assert lines[3:7] == promised, f"the certificate says {{lines[3:7]}}, the first entry {{promised}}"
    END
)~";

constexpr const char* kWitnesses = R"~(
{step}. Witnesses who have signed the tree too, with the time at which they saw it and everything before in it. Whom you
   trust, and how many have to sign, is yours to say: set POLICY to a trust policy of your own (C2SP tlog-policy), and
   hold what is printed against its quorum line. A signature that is there and wrong fails.

    cosigned_by() {{  # NAME VKEY: what the witness says of log/checkpoint
      awk -v name="${{2%%+*}}" '$1 == "\342\200\224" && $2 == name {{ print $3; exit }}' log/checkpoint |
        base64 -d > "$WORK/cosignature"
      test -s "$WORK/cosignature" || {{ echo "$1: has not signed this tree"; return 0; }}
      TIME=$(od -An -tu8 --endian=big -j4 -N8 "$WORK/cosignature" | tr -d ' ')
      {{ printf 'cosignature/v1\ntime %s\n' "$TIME"; sed '/^$/,$d' log/checkpoint; }} > "$WORK/text"
      tail -c +13 "$WORK/cosignature" > "$WORK/signature"
      {{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'
        echo "$2" | cut -d+ -f3- | base64 -d | tail -c 32; }} |
        openssl pkey -pubin -inform DER -out "$WORK/key.pem"
      openssl pkeyutl -verify -pubin -inkey "$WORK/key.pem" -rawin -in "$WORK/text" -sigfile "$WORK/signature"
      echo "$1: signed this tree at $(date -u -d "@$TIME" +%Y-%m-%dT%H:%M:%SZ)"
    }}
    while read -r word name vkey url; do
      if test "$word" = witness; then cosigned_by "$name" "$vkey"; fi
    done < "${{POLICY:-policy}}"
    grep '^[[:space:]]*quorum[[:space:]]' "${{POLICY:-policy}}"
)~";

constexpr const char* kEpoch = R"~(
{step}. The run's end stood in the tree of an epoch that was closed after it, and that tree is signed.

    signed_by {epoch} "$LOG_KEY"
    PYTHONPATH="$WORK" python3 -c 'import check_proofs, glob
    index, entry, _ = check_proofs.proven(glob.glob("proofs/*.epoch.tlog-proof")[0], "{epoch}")
    assert entry["type"] == "run_finished"; print("entry", index, "stands in the epoch of {epoch}")'
)~";

constexpr const char* kTimestamp = R"~(
{step}. A timestamp authority saw that tree at the time that it says. Set TSA_CA to the file of its CA certificate, which
   you were given elsewhere.

    sed '/^$/,$d' {epoch} > "$WORK/epoch.txt"
    openssl ts -verify -data "$WORK/epoch.txt" -in {timestamp} -CAfile "${{TSA_CA:?set it to the CA certificate}}"
    openssl ts -reply -in {timestamp} -text | grep 'Time stamp:'
)~";

constexpr const char* kSignOff = R"~(
{step}. Sign-off. An officer signs what stands in sign-off/, which names this manifest by its digest:

   ssh-keygen -Y sign -n tallystick-manifest -f ~/.ssh/id_ed25519 sign-off/preparer.txt

   and `tallystick sign-off` records it in the log. Who may sign is in an allowed_signers file (ssh-keygen(1)): set
   ALLOWED_SIGNERS to yours. Preparer and reviewer have to be two people.

    for role in preparer reviewer; do
      grep -qx "manifest sha256 $(sha256sum < manifest.json | cut -d' ' -f1)" sign-off/$role.txt
      grep -qx "role $role" sign-off/$role.txt
      test -e sign-off/$role.txt.sig || {{ echo "$role: not signed yet"; continue; }}
      who=$(ssh-keygen -Y find-principals -s sign-off/$role.txt.sig \
        -f "${{ALLOWED_SIGNERS:?set it to the file of those who may sign}}")
      ssh-keygen -Y verify -f "$ALLOWED_SIGNERS" -I "$who" -n tallystick-manifest -s sign-off/$role.txt.sig \
        < sign-off/$role.txt
    done
    echo "every step was passed"
)~";

constexpr const char* kEnd = R"~(
The same with Go, if you have it: golang.org/x/mod/sumdb/note opens log/checkpoint with LOG_KEY, and
golang.org/x/mod/sumdb/tlog checks a proof of proofs/ with CheckRecord.{more}
)~";

}  // namespace

std::string instructions(const InstructionsFor& pack) {
  std::string out = fmt::format(fmt::runtime(kStart), fmt::arg("run", pack.run));
  out += kProofs;
  int step = 3;
  const auto add = [&](const char* text) {
    out += fmt::format(fmt::runtime(text), fmt::arg("step", ++step), fmt::arg("epoch", pack.epoch),
                       fmt::arg("timestamp", pack.timestamp));
  };
  if (pack.is_sampled) add(kSample);
  if (pack.has_epoch_keys) add(kEpochKeys);
  if (pack.has_certificate) add(kCertificate);
  if (pack.has_policy) add(kWitnesses);
  if (!pack.epoch.empty()) add(kEpoch);
  if (!pack.timestamp.empty()) add(kTimestamp);
  add(kSignOff);
  const char* more =
      pack.is_witnessed
          ? "\nlog/witnessed is the newest checkpoint that enough witnesses had signed when this pack was "
            "made; where the run\nhad ended by then, log/checkpoint is the same."
          : "";
  return out + fmt::format(fmt::runtime(kEnd), fmt::arg("more", more));
}

}  // namespace tally::evidence
