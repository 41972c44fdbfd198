"""Makes epochs.json: keys of epochs, their root, the certificate and the end of an epoch, out of docs/spec/ledger.md
alone, with Python's hashlib (BLAKE2b, SHA-256) and PyNaCl's Ed25519. `python3 epochs.py` prints it; `python3 epochs.py
--check` compares it with the file, and the step of the ratchet with libsodium's crypto_kdf; `python3 epochs.py --log
FOLDER` writes the log that the file describes, and prints the vkeys of log and root."""

import base64
import ctypes
import hashlib
import json
import pathlib
import sys

import nacl.signing

FILE = pathlib.Path(__file__).with_name("epochs.json")
ORIGIN = "audit.example.com/hostA"
SECRET = bytes(range(0x40, 0x60))
LOG_SEED = bytes(range(0x20))
ROOT_SEED = bytes(range(0x60, 0x80))
COUNT, PERIOD, START = 5, 3600, 1790000000  # 2026-09-21T14:13:20Z


def b64(data):
    return base64.b64encode(data).decode()


def crypto_kdf(key, subkey):
    """libsodium's documentation: BLAKE2b of nothing, with the number as salt and the context as person."""
    return hashlib.blake2b(b"", digest_size=32, key=key, salt=subkey.to_bytes(8, "little"), person=b"epochsig").digest()


def sodium_kdf(key, subkey):
    derived = ctypes.create_string_buffer(32)
    derive = ctypes.CDLL("libsodium.so.23").crypto_kdf_derive_from_key
    if derive(derived, ctypes.c_size_t(32), ctypes.c_uint64(subkey), b"epochsig", key) != 0:
        sys.exit("libsodium derives nothing")
    return derived.raw


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def tree_root(leaves):
    """RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + tree_root(leaves[:k]) + tree_root(leaves[k:])).digest()


class Key:
    def __init__(self, name, seed):
        self.name = name
        self.private = nacl.signing.SigningKey(seed)
        self.public = bytes(self.private.verify_key)
        self.id = hashlib.sha256(name.encode() + b"\n\x01" + self.public).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(bytes([1]) + self.public)}"

    def line(self, text):
        return f"\u2014 {self.name} {b64(self.id + self.private.sign(text.encode()).signature)}\n"


def note(text, *keys):
    return text + "\n" + "".join(key.line(text) for key in keys)


def checkpoint(entries):
    return f"{ORIGIN}\n{len(entries)}\n{b64(tree_root([e.encode() for e in entries]))}\n"


def entry(members):
    return json.dumps({**members, "v": 1}, sort_keys=True, separators=(",", ":"))


def path(epoch):
    digits = f"{epoch:0{-(-len(str(epoch)) // 3) * 3}d}"
    groups = [digits[i:i + 3] for i in range(0, len(digits), 3)]
    return "epoch/" + "/".join(["x" + group for group in groups[:-1]] + groups[-1:])


def secrets(kdf):
    out = [SECRET]
    while len(out) < COUNT:
        out.append(kdf(out[-1], 2))
    return out


def everything():
    log, root = Key(ORIGIN, LOG_SEED), Key("root.example.com", ROOT_SEED)
    seeds = [crypto_kdf(secret, 1) for secret in secrets(crypto_kdf)]
    keys = [Key(f"{ORIGIN}/epoch/{i}", seed) for i, seed in enumerate(seeds)]
    publics = [key.public for key in keys]
    plan = {"count": COUNT, "period": PERIOD, "root": b64(tree_root(publics)), "start": START}
    text = f"tallystick-log-certificate/v1\n{ORIGIN}\n{log.vkey}\n{COUNT}\n{PERIOD}\n{START}\n{plan['root']}\n"
    entries = [entry({"epochs": plan, "origin": ORIGIN, "ts": "2026-09-21T14:13:20Z", "type": "genesis"}),
               entry({"boot_id": "", "epoch": 0, "mono_ms": 3600000, "size": 1, "ts": "2026-09-21T15:13:20Z",
                      "type": "epoch_closed"}),
               entry({"ts": "2026-09-21T15:13:21Z", "type": "run_started"})]
    end, newest = checkpoint(entries[:2]), checkpoint(entries)
    return json.dumps({
        "origin": ORIGIN, "log_vkey": log.vkey, "root_vkey": root.vkey, "plan": plan,
        "epochs": [{"secret_hex": secret.hex(), "seed_hex": seed.hex(), "public_hex": key.public.hex(),
                    "name": key.name, "id": int.from_bytes(key.id, "big"), "vkey": key.vkey}
                   for secret, seed, key in zip(secrets(crypto_kdf), seeds, keys)],
        "keys_hex": b"".join(publics).hex(),
        "roots_hex": [tree_root(publics[:n]).hex() for n in range(1, COUNT + 1)],
        "paths": [{"epoch": n, "path": path(n)} for n in (0, 7, 999, 1000, 1234, 87599, 1048575)],
        "certificate": {"text": text, "note": note(text, root)},
        "entries": entries,
        "end": {"text": end, "note": note(end, log, keys[0])},
        "checkpoint": note(newest, log, keys[1]),
    }, indent=1, ensure_ascii=False) + "\n"


def write_log(folder):
    vectors = json.loads(FILE.read_text())
    entries = [leaf.encode() for leaf in vectors["entries"]]
    files = {"tile/entries/000.p/3": b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in entries),
             "tile/0/000.p/3": b"".join(map(leaf_hash, entries)), "epoch/keys": bytes.fromhex(vectors["keys_hex"]),
             "epoch/000": vectors["end"]["note"].encode(), "certificate": vectors["certificate"]["note"].encode(),
             "checkpoint": vectors["checkpoint"].encode()}
    for name, data in files.items():
        target = pathlib.Path(folder, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    print(vectors["log_vkey"], vectors["root_vkey"], sep="\n")


if sys.argv[1:2] == ["--log"]:
    write_log(sys.argv[2])
elif sys.argv[1:] == ["--check"]:
    if secrets(crypto_kdf) != secrets(sodium_kdf) or crypto_kdf(SECRET, 1) != sodium_kdf(SECRET, 1):
        sys.exit("the ratchet is not libsodium's crypto_kdf")
    if FILE.read_text() != everything():
        sys.exit("epochs.json is not what epochs.py makes")
else:
    print(everything(), end="")
