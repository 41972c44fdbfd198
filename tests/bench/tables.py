"""The tables that the benchmark prints, in Markdown. Figures are medians; ratios are to the bare ldapsearch dump."""

import datetime
import pathlib
import re
import statistics

TALLYSTICK, DUMP = "tallystick audit + HTML report", "ldapsearch, a bare dump"


def machine(name, processors, load):
    text = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", text)
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / (1 << 20)
    return (f"{datetime.date.today()}, {processors} × {model[1] if model else name.machine}, {memory:.0f} GiB, "
            f"Linux {name.release}, load before {load[0]:.1f}")


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def costs(medians, accounts):
    out = row(["", "wall s", "to the dump", "Tallystick", "client CPU s", "server CPU s", "peak MB",
               "bytes an account"])
    out += row(["---"] + ["---:"] * 7)
    ours, dump = medians[TALLYSTICK], medians[DUMP]
    for name, cost in medians.items():
        speed = "" if name == TALLYSTICK else f"{cost.wall / ours.wall:.2f} × as fast"
        out += row([name, f"{cost.wall:.2f}", f"{cost.wall / dump.wall:.2f} ×", speed, f"{cost.client:.2f}",
                    f"{cost.server:.2f}", f"{cost.peak / 1e6:.0f}", f"{cost.peak / accounts:.0f}"])
    return out


def marks_of(began, shown, sources):
    """{stage: seconds at which it was over} of one run, from what its progress line showed and its report says."""
    marks, last_word = {}, {}
    for words, at in shown:
        last_word[words.split(":")[0]] = at
    (name, began_reading, _), = [source for source in sources if source[0] != "hr"]
    marks["opening the log and the store"] = began_reading - began
    if f"reading {name}" in last_word:
        marks["reading the directory, to the last ten thousand"] = last_word[f"reading {name}"]
    marks["its end, the rest of its second count and other checks"] = last_word[f"read {name}"]
    marks["joining, recording the sources"] = max(last_word["correlating"], last_word[f"read {name}"])
    marks["owners, access"] = last_word["evaluating"]
    marks["rules, findings, comparison"] = last_word["recording"]
    marks["recording, store, table on the terminal"] = last_word["end"]
    return marks


def seconds(text):
    """Of a time as reports have it, since 1970."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def stages(runs):
    """The share of each stage, of the medians of several runs: [(began, what was shown, report)]."""
    every = []
    for began, shown, report in runs:
        sources = [(s["name"], seconds(s["started"]), seconds(s["finished"])) for s in report["sources"]]
        every.append((marks_of(began, shown, sources), {name: end - start for name, start, end in sources}))
    medians = {name: statistics.median(marks[name] for marks, _ in every) for name in every[0][0]}
    end = list(medians.values())[-1]
    out = row(["stage", "s", "share"]) + row(["---", "---:", "---:"])
    before = 0
    for name, at in medians.items():
        out += row([name, f"{at - before:.3f}", f"{100 * (at - before) / end:.0f} %"])
        before = at
    read = medians["its end, the rest of its second count and other checks"]
    hr = statistics.median(took["hr"] for _, took in every)
    return out + (f"\nAfter the last byte: {100 * (end - read) / end:.0f} % of {end:.2f} s. HR took {hr:.2f} s, beside the "
                  "directory.\n")


def hr(rows, reports, counts):
    """HR alone, beside `wc -l` of the same file."""
    sources = [source for report in reports for source in report["sources"] if source["kind"] == "hr"]
    ours = statistics.median(seconds(source["finished"]) - seconds(source["started"]) for source in sources)
    wc = statistics.median(cost.wall for cost in counts)
    return f"HR alone: {rows:,} rows in {ours:.3f} s, {ours / wc:.1f} × `wc -l` ({wc:.3f} s).\n"


def truth(score):
    out = row(["rule", "planted", "found", "precision", "recall", "cannot tell"]) + row(["---"] + ["---:"] * 5)
    for rule in sorted(score.planted.keys() | score.tallies.keys()):
        unknown = score.tallies[rule]["cannot_tell"] if rule in score.tallies else "not asked"
        out += row([rule, len(score.planted[rule]), len(score.found[rule]), f"{score.precision(rule):.4f}",
                    f"{score.recall(rule):.4f}", unknown])
    return out
