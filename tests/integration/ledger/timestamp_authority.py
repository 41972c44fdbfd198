"""A real time stamping authority on loopback: `openssl ts -reply` behind a small HTTP server.

    timestamp_authority.py make FOLDER          a CA (FOLDER/ca.crt) and an authority under it
    timestamp_authority.py serve FOLDER PORT    until it is killed
"""

import http.server
import pathlib
import subprocess
import sys
import threading

CONFIG = """
[tsa]
default_tsa = tsa_config
[tsa_config]
serial = {here}/serial
signer_cert = {here}/tsa.crt
certs = {here}/ca.crt
signer_key = {here}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[tsa_ext]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,timeStamping
"""
TYPE = "application/timestamp-reply"


def openssl(*words, **more):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, **more)


def make_authority(here):
    """A CA and a TSA under it, with ECDSA keys."""
    (here / "tsa.cnf").write_text(CONFIG.format(here=here))
    (here / "serial").write_text("01\n")
    for name in ("ca", "tsa"):
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", here / f"{name}.key")
    openssl("req", "-x509", "-key", here / "ca.key", "-out", here / "ca.crt", "-days", 30, "-subj", "/CN=Test CA")
    openssl("req", "-new", "-key", here / "tsa.key", "-out", here / "tsa.csr", "-subj", "/CN=Test TSA")
    openssl("x509", "-req", "-in", here / "tsa.csr", "-CA", here / "ca.crt", "-CAkey", here / "ca.key", "-days", 30,
            "-CAcreateserial", "-extfile", here / "tsa.cnf", "-extensions", "tsa_ext", "-out", here / "tsa.crt")


class Authority(http.server.ThreadingHTTPServer):
    """Answers as a TSA; `change` may spoil the answer."""

    def __init__(self, here, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.here, self.status, self.type = here, 200, TYPE
        self.query_of = self.change = lambda data: data
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/tsa"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/timestamp-query"
        here = self.server.here
        (here / "query").write_bytes(self.server.query_of(body))
        openssl("ts", "-reply", "-config", here / "tsa.cnf", "-section", "tsa_config", "-queryfile", here / "query",
                "-out", here / "reply")
        reply = self.server.change((here / "reply").read_bytes())
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.type)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


def main(what, folder, port="0"):
    here = pathlib.Path(folder)
    if what == "make":
        make_authority(here)
    else:
        Authority(here, int(port))
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
