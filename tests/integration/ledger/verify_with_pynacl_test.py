"""Checkpoints and proofs that our programs wrote, verified with PyNaCl and hashlib alone; shares no code with ours.

    verify_with_pynacl_test.py WRITER TALLYSTICK CONFIGURATION      (ledger_write_log, tallystick, any valid one)
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import nacl.exceptions
import nacl.signing

CONFIGURATION, TALLYSTICK, WRITER = sys.argv.pop(), sys.argv.pop(), sys.argv.pop()
ENTRIES, STEP, EPOCHS = 700, 200, 5
NEWEST = EPOCHS - 2  # the epoch whose key signed the newest checkpoint, which ended it
ED25519, COSIGNATURE = 1, 4


def b64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("bits behind the end")
    return data


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree(leaves):
    """RFC 6962 section 2.1, word for word."""
    if len(leaves) == 1:
        return sha(b"\0", leaves[0])
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha(b"\1", tree(leaves[:k]), tree(leaves[k:]))


def root_by(leaf, index, size, path):
    """RFC 9162 section 2.1.3.2; nothing when the path has another length."""
    if index >= size:
        return None
    last, result = size - 1, sha(b"\0", leaf)
    for step in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            result = sha(b"\1", step, result)
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            result = sha(b"\1", result, step)
        index, last = index // 2, last // 2
    return result if last == 0 else None


class Key:
    """A vkey of C2SP signed-note."""

    def __init__(self, vkey):
        self.name, number, typed = vkey.split("+", 2)
        typed = b64(typed)
        assert sha(self.name.encode(), b"\n", typed)[:4].hex() == number, "the key id is wrong"
        self.id, self.type, self.key = bytes.fromhex(number), typed[0], nacl.signing.VerifyKey(typed[1:])

    @classmethod
    def of(cls, name, public):
        typed = bytes([ED25519]) + public
        number = sha(name.encode(), b"\n", typed)[:4].hex()
        return cls(f"{name}+{number}+{base64.b64encode(typed).decode()}")

    def verify(self, note):
        """The note's text. Raises unless the key has signed it exactly once."""
        text, lines = note.rsplit(b"\n\n", 1)
        text += b"\n"
        found = 0
        for line in lines.decode().removesuffix("\n").split("\n"):
            dash, name, blob = line.split(" ")
            blob = b64(blob)
            if dash != "\u2014" or name != self.name or blob[:4] != self.id:
                continue
            signed, signature = text, blob[4:]
            if self.type == COSIGNATURE:
                time, signature = int.from_bytes(blob[4:12], "big"), blob[12:]
                signed = f"cosignature/v1\ntime {time}\n".encode() + text
            self.key.verify(signed, signature)
            found += 1
        if found != 1:
            raise nacl.exceptions.BadSignatureError(f"{found} signatures of {self.name}")
        return text.decode()


def proven(proof, *keys):
    """Index and entry of a .tlog-proof, whose checkpoint is signed by all of the keys."""
    head, note = proof.split(b"\n\n", 1)
    magic, extra, index, *path = head.decode().split("\n")
    assert magic == "c2sp.org/tlog-proof@v1"
    for key in keys:
        origin, size, root = key.verify(note).splitlines()
        assert origin == keys[0].name
    entry = json.loads(b64(extra.removeprefix("extra ")))["entry"]
    leaf = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    index = int(index.removeprefix("index "))
    assert root_by(leaf, index, int(size), [b64(step) for step in path]) == b64(root), "not in the tree"
    return index, entry


class PyNaCl(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.here = pathlib.Path(folder.name)
        said = cls.run_it(WRITER, cls.here, ENTRIES, STEP, EPOCHS).split()
        cls.log_key, cls.root_key, cls.witness = map(Key, said)
        cls.log = cls.here / "root/log"
        cls.checkpoint = (cls.log / "checkpoint").read_bytes()

    @staticmethod
    def run_it(*words):
        return subprocess.run([str(word) for word in words], check=True, capture_output=True, timeout=120, text=True).stdout

    def prove(self, entry):
        file = self.here / "proof"
        self.run_it(TALLYSTICK, "prove", entry, "--state", self.here / "root", "--config", CONFIGURATION, "--output", file)
        return file.read_bytes()

    def epoch_keys(self):
        """As the first entry, which is proven to be the log's, promises them."""
        index, genesis = proven(self.prove(0), self.log_key)
        self.assertEqual((index, genesis["type"]), (0, "genesis"))
        data = (self.log / "epoch/keys").read_bytes()
        keys = [data[at:at + 32] for at in range(0, len(data), 32)]
        self.assertEqual(len(keys), genesis["epochs"]["count"])
        self.assertEqual(tree(keys), b64(genesis["epochs"]["root"]))
        return [Key.of(f"{self.log_key.name}/epoch/{epoch}", key) for epoch, key in enumerate(keys)]

    def test_every_checkpoint_is_signed_by_the_log_and_by_its_epoch(self):
        keys, ended, size = self.epoch_keys(), sorted((self.log / "epoch").glob("[0-9][0-9][0-9]")), 0
        self.assertEqual(len(ended), EPOCHS - 1)
        for epoch, path in enumerate(ended):
            note = path.read_bytes()
            self.assertEqual(self.log_key.verify(note), keys[epoch].verify(note))
            origin, now, _ = self.log_key.verify(note).splitlines()
            self.assertEqual(origin, self.log_key.name)
            self.assertGreater(int(now), size)
            size = int(now)
            for other in (keys[epoch - 1], keys[(epoch + 1) % EPOCHS], self.root_key, self.witness):
                with self.assertRaises(nacl.exceptions.BadSignatureError):
                    other.verify(note)
        self.assertGreaterEqual(size, ENTRIES)
        # The writer's last act was to end an epoch: the newest checkpoint is that epoch's last.
        self.assertEqual(self.log_key.verify(self.checkpoint), keys[NEWEST].verify(self.checkpoint))
        self.assertEqual(self.checkpoint, ended[-1].read_bytes())
        self.witness.verify((self.log / "witnessed").read_bytes())
        certificate = self.root_key.verify((self.log / "certificate").read_bytes()).splitlines()
        self.assertEqual(certificate[6], base64.b64encode(tree([bytes(key.key) for key in keys])).decode())

    def test_no_changed_checkpoint_is_taken(self):
        keys = self.log_key, self.epoch_keys_once()[NEWEST]
        self.assertEqual(*[key.verify(self.checkpoint) for key in keys])
        for at in range(0, len(self.checkpoint) - 1, 3):
            changed = bytearray(self.checkpoint)
            changed[at] ^= 1
            # One of the two signatures may lose its name, and the other still verifies: so both are demanded.
            with self.assertRaises((nacl.exceptions.CryptoError, ValueError), msg=at):
                for key in keys:
                    key.verify(bytes(changed))

    def epoch_keys_once(self):
        cls = type(self)
        if not hasattr(cls, "kept_keys"):
            cls.kept_keys = self.epoch_keys()
        return cls.kept_keys

    def test_entries_are_proven_by_the_witnessed_tree_or_the_newest(self):
        keys = self.epoch_keys_once()
        seen = int(self.log_key.verify((self.log / "witnessed").read_bytes()).splitlines()[1])
        for entry in (0, 1, 255, 256, seen - 1):
            index, leaf = proven(self.prove(entry), self.log_key, keys[1], self.witness)
            self.assertEqual((index, leaf["v"]), (entry, 1))
        for entry in (seen, ENTRIES - 1):
            self.assertEqual(proven(self.prove(entry), self.log_key, keys[NEWEST])[0], entry)

    def test_no_changed_proof_is_taken(self):
        keys = (self.log_key, self.epoch_keys_once()[1], self.witness)
        proof = self.prove(300)
        lines = proof.split(b"\n")
        index = next(at for at, line in enumerate(lines) if line.startswith(b"index "))
        entry = json.loads(b64(lines[1].decode().removeprefix("extra ")))
        entry["entry"]["rule"] = "LVR-002"
        swapped = [b"extra " + base64.b64encode(json.dumps(entry).encode())]
        changes = {
            "another entry": lines[:1] + swapped + lines[2:],
            "another place": lines[:index] + [b"index 301"] + lines[index + 1:],
            "a step less": lines[:index + 1] + lines[index + 2:],
            "a step twice": lines[:index + 2] + lines[index + 1:],
            "steps swapped": lines[:index + 1] + [lines[index + 2], lines[index + 1]] + lines[index + 3:],
        }
        self.assertEqual(proven(proof, *keys)[0], 300)
        for what, changed in changes.items():
            with self.assertRaises(AssertionError, msg=what):
                proven(b"\n".join(changed), *keys)
        other = proof.replace(self.log_key.name.encode(), b"audit.example.com/hostB")
        with self.assertRaises(nacl.exceptions.BadSignatureError):
            proven(other, *keys)


unittest.main()
