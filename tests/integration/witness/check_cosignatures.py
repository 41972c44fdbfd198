"""Checks cosigned checkpoints with PyNaCl and hashlib alone; shares no code with ours.

    /usr/bin/python3 check_cosignatures.py WITNESS-VKEY NOTE...

Each note must have a right cosignature (C2SP tlog-cosignature v1) of that key, and no two notes may have the same
origin and size and another root. Prints how many there are.
"""

import base64
import hashlib
import sys

import nacl.signing

COSIGNATURE_V1 = 4


def read_vkey(vkey):
    name, key_id, typed = vkey.split("+", 2)
    typed = base64.b64decode(typed, validate=True)
    assert typed[0] == COSIGNATURE_V1 and len(typed) == 33, "not the key of a witness"
    digest = hashlib.sha256(name.encode() + b"\n" + typed).digest()
    assert digest[:4].hex() == key_id, "the key id is wrong"
    return name, digest[:4], nacl.signing.VerifyKey(typed[1:])


def check(note, name, key_id, key):
    text, signatures = note.rsplit(b"\n\n", 1)
    text += b"\n"
    found = 0
    for line in signatures.splitlines():
        dash, signer, blob = line.decode().split(" ")
        blob = base64.b64decode(blob, validate=True)
        if dash != "\u2014" or signer != name or blob[:4] != key_id:
            continue
        assert len(blob) == 4 + 8 + 64, "not a timestamped signature"
        time = int.from_bytes(blob[4:12], "big")
        key.verify(f"cosignature/v1\ntime {time}\n".encode() + text, blob[12:])
        found += 1
    assert found == 1, f"{found} cosignatures of the witness"
    origin, size, root = text.decode().splitlines()[:3]
    return origin, int(size), root


def main():
    name, key_id, key = read_vkey(sys.argv[1])
    roots = {}
    for path in sys.argv[2:]:
        with open(path, "rb") as file:
            origin, size, root = check(file.read(), name, key_id, key)
        assert roots.setdefault((origin, size), root) == root, f"two trees of {size} entries were cosigned"
    print(len(sys.argv) - 2)


main()
