"""The servers that are measured: a slapd and a Samba domain of the benchmark's own, laid out by the scripts of
tests/support. Loopback only; each ends with its `with` block, by its own process id.

    with Slapd(folder, [ldif]) as server:
        server.uri, server.bind_dn, server.password, server.inside(["ldapsearch", ...]), server.cpu_seconds()
"""

import os
import pathlib
import signal
import socket
import subprocess
import time

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"
TICKS = os.sysconf("SC_CLK_TCK")
ANSWER_SECONDS, END_SECONDS = 60, 60
SAMBA_CHUNK = 2000  # entries in one transaction: more needs memory, fewer time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_of(pid):
    """Processor seconds of a process, its living children and those that it has waited for."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        tasks = list(pathlib.Path(f"/proc/{pid}/task").iterdir())
        children = [c for task in tasks for c in (task / "children").read_text().split()]
    except OSError:
        return 0.0  # ended meanwhile
    return sum(map(int, fields[11:15])) / TICKS + sum(cpu_of(child) for child in children)


class Server:
    """A process that is ended by its id, and only by that."""

    process = None
    own_members = frozenset()  # of privileged groups, before anything is loaded

    def start(self, argv, log):
        with open(log, "wb") as out:
            # The server ends with us, however we end.
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *argv], stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=out)
        until = time.monotonic() + ANSWER_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{argv[0]} does not answer; its log ends:\n{pathlib.Path(log).read_text()[-2000:]}")
            time.sleep(0.05)

    def answers(self):
        question = ["ldapsearch", "-x", "-LLL", "-H", self.uri, "-s", "base", "-b", "", "namingContexts"]
        run = subprocess.run(self.inside(question), capture_output=True, text=True, env=self.environment(), check=False)
        return "namingContexts: " in run.stdout

    def cpu_seconds(self):
        return cpu_of(self.process.pid)

    def environment(self):
        return dict(os.environ, LDAPTLS_CACERT=str(self.ca_file))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Slapd(Server):
    kind = "openldap"
    unplanted = ()
    bind_dn, password, base = "cn=reader,dc=example,dc=test", "reader-password", "dc=example,dc=test"

    def __init__(self, folder, ldif_files):
        folder.mkdir(parents=True)
        self.uri, self.ca_file = f"ldap://127.0.0.1:{free_port()}", folder / "tls/ca.crt"
        (folder / "data").mkdir()
        (folder / "limits.ldif").write_text("olcLimits: {0}users size=unlimited time=unlimited\n")
        (folder / "access.ldif").write_text(
            "olcAccess: {0}to attrs=userPassword by self write by anonymous auth by * none\n"
            "olcAccess: {1}to * by users read by * none\n")
        size = sum(path.stat().st_size for path in ldif_files)
        for number, path in enumerate(ldif_files):
            os.symlink(path.resolve(), folder / f"data/{100 + number}.ldif")
        environment = dict(os.environ, SLAPD_MAX_BYTES=str((1 << 30) + 8 * size))
        subprocess.run([SUPPORT / "slapd.sh", folder, self.base], env=environment, check=True)
        self.start(["/usr/sbin/slapd", "-d", "0", "-F", str(folder / "slapd.d"), "-h", self.uri], folder / "slapd.log")

    def connection(self):
        """For [[directory]] of tallystick.toml."""
        return (f'uri = "{self.uri}"\nsecurity = "none"\nallow_plaintext = true\nbind_dn = "{self.bind_dn}"\n'
                'password_file = "reader.password"')

    def inside(self, argv):
        return [str(part) for part in argv]


class SambaAd(Server):
    """Needs root: it lives in a network namespace of its own."""

    kind = "active-directory"
    unplanted = ("JNR-002",)  # whenCreated is the time of loading, which is after the time that the audit is asked about
    own_members = frozenset({"CN=Administrator,CN=Users,DC=ad,DC=lab,DC=test"})
    bind_dn, password, base = "CN=reader,CN=Users,DC=ad,DC=lab,DC=test", "Reader-passw0rd", "DC=ad,DC=lab,DC=test"
    uri = "ldaps://127.0.0.1"

    def __init__(self, folder, ldif_files):
        folder.mkdir(parents=True)
        self.folder, self.ca_file = folder, folder / "tls/ca.crt"
        subprocess.run([SUPPORT / "samba_ad.sh", "prepare", folder, folder.parent / "samba-domain.tar"], check=True)
        for path in ldif_files:
            self.load(path)
        self.start([str(SUPPORT / "samba_ad.sh"), "serve", str(folder)], folder / "samba.log")

    def load(self, path):
        # ...4.3.20: pwdLastSet may be any time; without it only 0 and -1.
        command = ["ldbmodify", "-H", self.folder / "private/sam.ldb", "-o", "batch_mode:1",
                   "--controls=local_oid:1.3.6.1.4.1.7165.4.3.20:0"]
        entries = path.read_text(encoding="utf-8").split("\n\n")
        for start in range(0, len(entries), SAMBA_CHUNK):
            chunk = "\n\n".join(entries[start:start + SAMBA_CHUNK]) + "\n\n"
            run = subprocess.run(command, input=chunk, text=True, capture_output=True, check=False)
            if run.returncode != 0:
                raise RuntimeError(f"{path} could not be loaded: {run.stderr[-2000:]}")

    def connection(self):
        return (f'uri = "{self.uri}"\nsecurity = "ldaps"\nca_file = "{self.ca_file}"\nbind_dn = "{self.bind_dn}"\n'
                'password_file = "reader.password"')

    def inside(self, argv):
        return ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", "--", *(str(part) for part in argv)]
