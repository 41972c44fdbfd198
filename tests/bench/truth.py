"""Does a report say what the company's makers know? Precision and recall of every rule; both must be 1.

    score = Score(folder / "truth.tsv", json.loads(report))
    score.lines()    # rule by rule
    score.mistakes   # one sentence each; empty when everything is as it must be
"""

import collections


def planted(path):
    """{rule: {DNs of violations}} and {rule: number of "cannot tell"}."""
    violations, unknown = collections.defaultdict(set), collections.Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        rule, dn, verdict = line.split("\t")
        if verdict == "violation":
            violations[rule].add(dn)
        else:
            unknown[rule] += 1
    return violations, unknown


def found(report):
    """{rule: {DNs}} of the open findings of a `tallystick report --format json`."""
    out = collections.defaultdict(set)
    for finding in report["findings"]:
        out[finding["rule"]].add(finding["subject"]["dn"] or finding["subject"]["key"])
    return out


class Score:
    def __init__(self, truth_path, report, unplanted=()):
        """`unplanted`: rules whose facts the server does not let anybody write."""
        self.planted, self.unknown = planted(truth_path)
        for rule in unplanted:
            self.planted.pop(rule, None)
        self.found = found(report)
        self.tallies = {rule["rule"]: rule for rule in report["rules"]}
        self.mistakes = []
        for rule in sorted(self.planted.keys() | self.found.keys() | self.tallies.keys()):
            self._compare(rule)
        if report["unseen"] and not sum(self.unknown.values()):
            self.mistakes.append(f"not everything was seen: {report['unseen']}")

    def _compare(self, rule):
        planted, found, tally = self.planted[rule], self.found[rule], self.tallies.get(rule)
        self.mistakes += [f"{rule}: false alarm: {dn}" for dn in sorted(found - planted)]
        self.mistakes += [f"{rule}: missed: {dn}" for dn in sorted(planted - found)]
        if tally is None:
            self.mistakes.append(f"{rule}: was not asked")
        elif tally["cannot_tell"] != self.unknown[rule]:
            self.mistakes.append(f"{rule}: cannot tell {tally['cannot_tell']} times, not {self.unknown[rule]}")
        elif tally["asked"] != tally["clear"] + tally["violations"] + tally["cannot_tell"]:
            self.mistakes.append(f"{rule}: the counts do not tie out: {tally}")

    def precision(self, rule):
        return len(self.found[rule] & self.planted[rule]) / len(self.found[rule]) if self.found[rule] else 1.0

    def recall(self, rule):
        return len(self.found[rule] & self.planted[rule]) / len(self.planted[rule]) if self.planted[rule] else 1.0

    def lines(self):
        return [f"{rule}  planted {len(self.planted[rule]):6}  found {len(self.found[rule]):6}  "
                f"precision {self.precision(rule):.4f}  recall {self.recall(rule):.4f}  "
                f"cannot tell {self.tallies[rule]['cannot_tell'] if rule in self.tallies else '-'}"
                for rule in sorted(self.planted.keys() | self.tallies.keys())]
