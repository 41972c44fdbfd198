"""Small companies, audited for real: does Tallystick find what was planted, all of it and nothing else?

    truth_test.py TALLYSTICK WORK_FOLDER [--people 2000]

From LDIF of both kinds of directory and from a slapd. Then the two rules about evidence: half of the HR file is cut
away, and a directory with fewer accounts than it must have.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys

import audit as audits
import generate
import servers
import truth


def run(audit):
    audit.fresh()
    run = subprocess.run(audit.argv("--quiet"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                         check=False)
    if run.returncode not in (0, 1, 3):
        raise RuntimeError(f"the audit ended with exit code {run.returncode}: {run.stderr}")
    return audit.report()


def check_truth(name, audit):
    score = truth.Score(audit.folder / "truth.tsv", run(audit))
    print(f"\n{name}", *score.lines(), sep="\n  ")
    return [f"{name}: {mistake}" for mistake in score.mistakes]


NEEDS_NO_HR = {"PRV-002", "PRV-003", "CRD-001"}
# What HR could not excuse: accounts of nobody by their names, unused, or with power.
NEED_HR_IN_PART = {"DOR-001", "PRV-001", "SVC-001"}


def check_half_a_feed(audit):
    """Nobody becomes a leaver or an orphan by it, and nobody is accused who would not be by the whole feed. In the half
    that is missing is whoever answers for the registered accounts, so SVC-001 cannot tell about those."""
    path = audit.folder / "hr.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(rows[:len(rows) // 2]), encoding="utf-8")
    found = truth.found(run(audit))
    path.write_text("".join(rows), encoding="utf-8")
    mistakes = [] if found.pop("DQ-001", None) else ["half a feed: DQ-001 is silent"]
    planted, _ = truth.planted(audit.folder / "truth.tsv")
    for rule, accused in found.items():
        innocent = accused - planted[rule] if rule in NEEDS_NO_HR | NEED_HR_IN_PART else accused
        mistakes += [f"half a feed: {rule} accuses {dn}" for dn in sorted(innocent)]
    mistakes += [f"half a feed: {rule} missed {dn}" for rule in NEEDS_NO_HR for dn in planted[rule] - found[rule]]
    return mistakes


def check_a_small_directory(audit):
    path = audit.folder / "tallystick.toml"
    settings = path.read_text(encoding="utf-8")
    path.write_text(settings.replace("\nbases = ", "\naccounts_at_least = 100000\nbases = "), encoding="utf-8")
    found = truth.found(run(audit))
    path.write_text(settings, encoding="utf-8")
    return [] if found["DQ-005"] else ["a small directory: DQ-005 is silent"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tallystick", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.work, ignore_errors=True)
    mistakes = []
    for directory in generate.WRITERS:
        folder = arguments.work / directory
        company = generate.generate(folder, arguments.people, directory, arguments.seed)
        audit = audits.Audit(arguments.tallystick, folder)
        mistakes += check_truth(f"{directory}, from LDIF", audit)
        if directory == "openldap":
            with servers.Slapd(arguments.work / "slapd", [folder / "people.ldif"]) as server:
                generate.write_settings(company, folder, server.connection())
                audit.give_password(server.password)
                mistakes += check_truth("openldap, from slapd", audit)
                mistakes += check_half_a_feed(audit) + check_a_small_directory(audit)
    shutil.rmtree(arguments.work)
    print("", *mistakes, sep="\n")
    sys.exit(1 if mistakes else 0)


if __name__ == "__main__":
    main()
