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


def marks_of(shown):
    """{stage: seconds at which it was over} of one run, from what the progress line showed."""
    marks, last_word = {}, {}
    for words, at in shown:
        last_word[words.split(":")[0]] = at
    sources = {words[5:]: at for words, at in last_word.items() if words.startswith("read ")}
    for name, at in sources.items():
        if f"reading {name}" in last_word and name != "hr":
            marks[f"reading {name}, until near the last entry"] = last_word[f"reading {name}"]
    marks |= {f"reading {name}, with its checks": at for name, at in sources.items() if name != "hr"}
    marks["joining, sources recorded"] = last_word["correlating"]
    marks["correlating, access"] = last_word["evaluating"]
    marks["rules, findings, comparison"] = last_word["recording"]
    marks["recording, store, table"] = last_word["end"]
    return marks, sources


def stages(runs):
    """The share of each stage, of the medians of several runs; HR is read beside the directory."""
    every = [marks_of(shown) for shown in runs]
    medians = {name: statistics.median(marks[name] for marks, _ in every) for name in every[0][0]}
    end = list(medians.values())[-1]
    out = row(["stage", "s", "share"]) + row(["---", "---:", "---:"])
    before = 0
    for name, at in sorted(medians.items(), key=lambda item: item[1]):
        out += row([name, f"{at - before:.3f}", f"{100 * (at - before) / end:.0f} %"])
        before = at
    last_byte = statistics.median(max(sources.values()) for _, sources in every)
    hr = statistics.median(sources["hr"] for _, sources in every)
    return out + (f"\nAfter the last byte: {100 * (end - last_byte) / end:.0f} % of {end:.2f} s. HR was read after "
                  f"{hr:.2f} s, beside the directory.\n")


def truth(score):
    out = row(["rule", "planted", "found", "precision", "recall", "cannot tell"]) + row(["---"] + ["---:"] * 5)
    for rule in sorted(score.planted.keys() | score.tallies.keys()):
        unknown = score.tallies[rule]["cannot_tell"] if rule in score.tallies else "not asked"
        out += row([rule, len(score.planted[rule]), len(score.found[rule]), f"{score.precision(rule):.4f}",
                    f"{score.recall(rule):.4f}", unknown])
    return out
