"""What people use today for the part of the job that a script can do: who left and can still sign in, which accounts
belong to nobody, who is in effect in the privileged groups. rivals/ has the programs; each writes its answer to $OUT,
lines of kind, tab, DN. Bare `ldapsearch` does not answer anything: it is what reading alone costs.
"""

import os
import pathlib
import re

import company as model
import files

FOLDER = pathlib.Path(__file__).resolve().parent / "rivals"
SCRIPTS = {"shell pipeline": "pipeline.sh", "python-ldap, tuned": "tuned.py", "python-ldap, plain": "plain.py"}
KINDS = ("leaver", "orphan", "member")


def environment(folder, server):
    """For the programs: where everything is, and from which day on somebody's last day is out of the grace period."""
    work = folder / "pipeline"
    work.mkdir(exist_ok=True)
    settings = {"DIRECTORY": server.kind, "URI": server.uri, "BIND_DN": server.bind_dn,
                "PASSWORD": server.password, "BASE": server.base,
                "HR": folder / "hr.csv", "REGISTERED": folder / "registered.txt",
                "PRIVILEGED": folder / "privileged.txt", "WORK": work, "OUT": folder / "answer.tsv",
                "CUTOFF": files.date(-model.LEAVER_CUTOFF_DAYS), "NOW": files.generalized_time(model.AS_OF),
                "NOW_FILETIME": (model.AS_OF + 11644473600) * 10_000_000}
    return server.environment() | {name: str(value) for name, value in settings.items()}


def ldapsearch(server, report):
    """The dump of what the audit asks for, as its own report names it, in pages of 1,000."""
    query = next(source["query"] for source in report["sources"] if source["kind"] == "directory")
    parts = re.search(r"filter (.*?); attributes (.*?); pages", query)
    return ["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", server.uri, "-D", server.bind_dn, "-w",
            server.password, "-b", server.base, "-E", "pr=1000/noprompt", parts[1], *parts[2].split()]


def answer(folder):
    """{kind: {DNs}} of what the last program wrote."""
    out = {kind: set() for kind in KINDS}
    for line in (folder / "answer.tsv").read_text(encoding="utf-8").splitlines():
        kind, dn = line.split("\t")
        out[kind].add(dn)
    os.unlink(folder / "answer.tsv")
    return out


def right_answer(folder, server, findings, truth):
    """What the answer must be: Tallystick's findings where it reports all that is asked, else what was planted."""
    members = set((folder / "members.tsv").read_text(encoding="utf-8").splitlines()) | server.own_members
    accused = findings["PRV-001"] - truth["PRV-003"]  # powerful primary groups are not in the scripts' part
    if not accused <= members:
        raise RuntimeError(f"PRV-001 accuses accounts without power: {sorted(accused - members)[:5]}")
    return {"leaver": findings["LVR-001"] | findings["LVR-005"], "orphan": findings["ORP-001"], "member": members}
