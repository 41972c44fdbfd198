"""Timestamps of a real authority: `openssl ts -reply` behind a small HTTP server on loopback.

    timestamps_test.py STAMPER        (ledger_stamp_epochs)
"""

import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from timestamp_authority import TYPE, Authority, make_authority, openssl

STAMPER = sys.argv.pop(1)


def closing(epoch):
    """A checkpoint note by format: its signature is somebody else's business."""
    text = f"audit.example.com/hostA\n{10 * epoch + 3}\n{'A' * 43}=\n"
    return text, f"{text}\n— audit.example.com/hostA {'A' * 88 + 'AAA='}\n"


class Timestamps(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = pathlib.Path(folder.name)
        make_authority(self.here)
        self.authority = Authority(self.here)
        self.addCleanup(self.authority.server_close)
        self.addCleanup(self.authority.shutdown)
        self.root = self.here / "root"
        (self.root / "log/epoch").mkdir(parents=True)
        (self.root / "state").mkdir()
        for epoch in range(3):
            (self.root / f"log/epoch/{epoch:03}").write_text(closing(epoch)[1])

    def run_stamper(self, *words, **env):
        return subprocess.run([STAMPER, *map(str, words)], capture_output=True, text=True, env={**os.environ, **env},
                              timeout=60)

    def get(self):
        return self.run_stamper("get", self.root, self.authority.url, self.here / "ca.crt")

    def check(self, **env):
        return self.run_stamper("check", self.root, self.here / "ca.crt", 3, **env)

    def tokens(self):
        return sorted(path.name for path in (self.root / "log/epoch").glob("*.tsr"))

    def test_every_closed_epoch_gets_a_token_that_openssl_accepts(self):
        got = self.get()
        self.assertEqual((got.returncode, got.stdout), (0, "stored 3 waiting 0\n"), got.stderr)
        self.assertEqual(self.tokens(), ["000.tsr", "001.tsr", "002.tsr"])
        for epoch in range(3):
            (self.here / "text").write_text(closing(epoch)[0])
            token = self.root / f"log/epoch/{epoch:03}.tsr"
            said = openssl("ts", "-verify", "-data", self.here / "text", "-in", token, "-CAfile", self.here / "ca.crt")
            self.assertIn(b"Verification: OK", said.stdout)
        self.assertEqual((self.check().returncode, self.check().stdout), (0, ""))
        self.assertEqual(self.get().stdout, "stored 0 waiting 0\n")

    def test_the_query_is_what_openssl_would_ask(self):
        queries = []
        self.authority.query_of = lambda query: queries.append(query) or query
        self.get()
        (self.here / "q").write_bytes(queries[0])
        said = openssl("ts", "-query", "-in", self.here / "q", "-text").stdout.decode()
        self.assertIn("Hash Algorithm: sha256", said)
        self.assertIn("Certificate required: yes", said)
        self.assertIn("Nonce: 0x", said)
        digest = hashlib.sha256(closing(0)[0].encode()).hexdigest()
        dumped = "".join(line.split(" - ")[1][:48].replace("-", " ").replace(" ", "")
                         for line in said.splitlines() if " - " in line)
        self.assertEqual(dumped, digest)
        self.assertNotEqual(queries[0], queries[1])

    def test_nothing_of_an_answer_is_kept_that_does_not_check_out(self):
        other = self.here / "other"
        other.mkdir()
        make_authority(other)
        reply_to = {"another text": lambda q: q.replace(hashlib.sha256(closing(0)[0].encode()).digest(), b"\1" * 32),
                    "another nonce": lambda q: q[:-5] + bytes([q[-5] ^ 1]) + q[-4:]}
        for name, query_of in reply_to.items():
            self.authority.query_of = query_of
            got = self.get()
            self.assertEqual((got.returncode, self.tokens()), (1, []), name)
            self.assertIn("not trustworthy", got.stdout, name)
        self.authority.query_of = lambda query: query
        changes = {"a byte too many": lambda r: r + b"\0", "cut": lambda r: r[:-1], "empty": lambda r: b"",
                   "too long": lambda r: r + b"\0" * 100_000}
        for name, change in changes.items():
            self.authority.change = change
            got = self.get()
            self.assertEqual((got.returncode, self.tokens()), (1, []), name)
        self.authority.change = lambda reply: reply
        for status, kind in ((404, TYPE), (302, TYPE), (200, "text/html")):
            self.authority.status, self.authority.type = status, kind
            self.assertEqual((self.get().returncode, self.tokens()), (1, []), status)
        self.authority.status, self.authority.type = 200, TYPE
        self.authority.here = other
        self.assertIn("not trustworthy", self.get().stdout, "another authority")
        self.authority.here = self.here
        self.assertEqual(self.get().stdout, "stored 3 waiting 0\n")

    def test_an_authority_that_is_away_stops_nothing(self):
        self.authority.shutdown()
        self.authority.server_close()
        got = self.get()
        self.assertIn("stored 0 waiting 3", got.stdout)
        self.assertEqual(got.returncode, 1)
        pauses = self.run_stamper("retry", self.root, self.authority.url, self.here / "ca.crt")
        self.assertEqual(pauses.stdout.split(), ["60", "120", "240", "480", "960", "1920", "3600", "3600"])

    def test_altered_tokens_are_refused(self):
        self.get()
        token = self.root / "log/epoch/001.tsr"
        whole = token.read_bytes()
        for data in (whole[:-1], whole + b"\0", b"", (self.root / "log/epoch/000.tsr").read_bytes()):
            token.write_bytes(data)
            self.assertEqual(self.check().returncode, 1)
        text = self.here / "text"
        text.write_text(closing(1)[0])
        told = whole.index(hashlib.sha256(closing(1)[0].encode()).digest())
        signed = range(told - 20, told + 60, 3)  # imprint, number and time
        for at in [*range(0, len(whole), 7), *signed]:
            token.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            if self.check().returncode == 0:  # a byte that nobody signed, as in the CA's certificate: OpenSSL takes it too
                self.assertNotIn(at, signed)
                openssl("ts", "-verify", "-data", text, "-in", token, "-CAfile", self.here / "ca.crt")
        token.write_bytes(whole)
        self.assertEqual(self.check().returncode, 0)
        (self.root / "log/epoch/001").write_text(closing(7)[1])
        self.assertIn("does not verify", self.check().stdout)

    def test_missing_and_late_tokens_are_told_and_fail_nothing(self):
        self.get()
        late = self.check(LATE="1")
        self.assertEqual(late.returncode, 0)
        self.assertIn("more than 24 h after its end", late.stdout)
        (self.root / "log/epoch/002.tsr").unlink()
        self.assertEqual(self.check().stdout, "Note: 1 of 3 ended epochs have no timestamp yet\n")


unittest.main()
