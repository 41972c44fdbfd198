"""Does the source tree keep the rules that docs/design/libraries.md and the conventions state?

    /usr/bin/python3 tests/architecture/check.py [ROOT] [--only NAME]

Prints one line a violation, "file:line: what is wrong", and ends with exit code 1 when there is any. Needs
universal-ctags, clang-format-14 and a C++ compiler ($CXX, else g++).
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

SOURCE_FOLDERS = ("policy", "connectors", "daemon", "tests")
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "quickstart",
             "daemon", "policy", "connectors", "systemd", "tests", "docs", "debian"}
CODE_SUFFIXES = {".h", ".cpp"}
COUNTED_SUFFIXES = CODE_SUFFIXES | {".py", ".sh"}
MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 400
VAGUE_NAME = re.compile(r"(^|_)(utils?|commons?|misc|helpers?|managers?)$")
# A name such as common_name is fine, so "common" counts only alone or at the end.
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|GTEST_SKIP)\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
QUOTED = re.compile(r"`([^`]+)`")
FORMAT = "clang-format-14"
WORKERS = os.cpu_count() or 2


class Tree:
    """The files under one root, and the two tables of docs/design/libraries.md."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.sources = [p for f in SOURCE_FOLDERS for p in sorted((self.root / f).rglob("*"))
                        if p.is_file() and "__pycache__" not in p.parts]
        self.code = [p for p in self.sources if p.suffix in CODE_SUFFIXES]
        self.libraries_code = [p for p in self.code if self.name(p).split("/")[0] != "tests"]
        self.libraries, self.families = read_tables(self.root / "docs/design/libraries.md")

    def name(self, path):
        return path.relative_to(self.root).as_posix()

    def folder(self, path):
        return path.parent.relative_to(self.root).as_posix()


def read_tables(page):
    """{library: (own, in .cpp files, in headers too)} and {family: header patterns}."""
    libraries, families = {}, {}
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [QUOTED.findall(cell) for cell in line.strip().strip("|").split("|")]
        if not line.startswith("| `"):
            continue
        if len(cells) == 4:
            libraries[cells[0][0]] = (cells[1], cells[2], cells[3])
        elif len(cells) == 2:
            families[cells[0][0]] = cells[1]
    return libraries, families


def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace")


def includes_of(path):
    """(line number, '<' or '"', what) of each include directive."""
    for number, line in enumerate(text_of(path).splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1), found.group(2)


def folder_of(name):
    return pathlib.PurePosixPath(name).parent.as_posix()


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def exposed_headers(tree):
    """Names of the headers that are seen outside their folder, directly or through another header of that folder."""
    direct, inside = set(), {}
    for path in tree.libraries_code:
        own = [what for _, mark, what in includes_of(path) if mark == '"']
        direct.update(what for what in own if folder_of(what) != tree.folder(path))
        inside[tree.name(path)] = [what for what in own if folder_of(what) == tree.folder(path)]
    exposed, waiting = set(), list(direct)
    while waiting:
        name = waiting.pop()
        if name not in exposed:
            exposed.add(name)
            waiting.extend(inside.get(name, ()))
    return exposed


def check_includes(tree):
    """Every include of the libraries is one that the table allows."""
    tree.exposed = exposed_headers(tree)
    for path in tree.libraries_code:
        folder = tree.folder(path)
        if folder not in tree.libraries:
            yield f"{tree.name(path)}:1: the folder {folder} has no row in docs/design/libraries.md"
            continue
        for number, mark, what in includes_of(path):
            judge = own_include if mark == '"' else foreign_include
            trouble = judge(tree, path, folder, what)
            if trouble:
                yield f"{tree.name(path)}:{number}: {trouble}"


def own_include(tree, path, folder, what):
    if not (tree.root / what).is_file():
        return f'"{what}" is no file of this tree; own headers are included by their path from the top'
    target = folder_of(what)
    if target != folder and not matches(target, tree.libraries[folder][0]):
        return f"{folder} may not include {target}"
    return None


def foreign_include(tree, path, folder, what):
    family = next((name for name, patterns in tree.families.items() if matches(what, patterns)), None)
    _, in_sources, in_headers = tree.libraries[folder]
    if family is None:
        plain = "/" not in what and (not what.endswith((".h", ".hpp")) or what in ("stdlib.h", "string.h"))
        return None if plain else f"<{what}> belongs to no family of docs/design/libraries.md"
    if family in in_headers:
        return None
    if family not in in_sources:
        return f"{folder} may not include <{what}> ({family})"
    if path.suffix == ".h" and tree.name(path) in tree.exposed:
        return f"<{what}> ({family}) shows outside {folder} through this header; it may not"
    return None


def check_cycles(tree):
    """The folders that include each other form no circle."""
    graph = {}
    for path in tree.code:
        for _, mark, what in includes_of(path):
            target = folder_of(what)
            if mark == '"' and target != tree.folder(path):
                graph.setdefault(tree.folder(path), set()).add(target)
    state = {}

    def walk(folder, trail):
        if state.get(folder) == "done":
            return
        if folder in trail:
            yield f"{folder}: folders include each other: " + " -> ".join(trail[trail.index(folder):] + [folder])
            return
        for target in sorted(graph.get(folder, ())):
            yield from walk(target, trail + [folder])
        state[folder] = "done"

    for folder in sorted(graph):
        yield from walk(folder, [])


def check_headers_alone(tree):
    """A header compiles by itself. Building proves it where a source includes it first; the others are compiled here."""
    proven = {next(includes_of(p), (1, "", ""))[2] for p in tree.code if p.suffix == ".cpp"}
    lonely = []
    for header in (p for p in tree.code if p.suffix == ".h"):
        if "#pragma once" not in text_of(header):
            yield f"{tree.name(header)}:1: no #pragma once"
        source = header.with_suffix(".cpp")
        if not source.exists():
            lonely += [] if tree.name(header) in proven else [header]
            continue
        first = next(includes_of(source), (1, "", ""))
        if first[2] != tree.name(header):
            yield f'{tree.name(source)}:{first[0]}: the first include must be "{tree.name(header)}"'
    yield from in_parallel(lambda header: compile_alone(tree, header), lonely)


def compile_alone(tree, header):
    command = [os.environ.get("CXX", "g++"), "-std=c++20", "-fsyntax-only", f"-I{tree.root}",
               f'-DTALLY_SOURCE_DIR="{tree.root}"', "-x", "c++", "-"]
    run = subprocess.run(command, cwd=tree.root, input=f'#include "{tree.name(header)}"\n', capture_output=True, text=True,
                         check=False)
    if run.returncode == 0:
        return None
    reason = next((line for line in run.stderr.splitlines() if "error:" in line), run.stderr.strip())
    return f"{tree.name(header)}:1: does not stand alone: {reason}"


def check_function_length(tree):
    """No function is longer than MAX_FUNCTION_LINES, its braces included."""
    if not tree.code:
        return
    command = ["ctags", "--languages=C++", "--langmap=C++:.cpp.h", "--kinds-C++=f", "--fields=+ne",
               "--output-format=json", "-o", "-", "-L", "-"]
    listing = "\n".join(map(str, tree.code))
    run = subprocess.run(command, input=listing, capture_output=True, text=True, check=True)
    for line in run.stdout.splitlines():
        tag = json.loads(line)
        length = tag.get("end", 0) - tag.get("line", 0) + 1
        if tag.get("_type") == "tag" and length > MAX_FUNCTION_LINES:
            where = tree.name(pathlib.Path(tag["path"]))
            yield f"{where}:{tag['line']}: {tag['name']} has {length} lines, {MAX_FUNCTION_LINES} are allowed"


def check_file_length(tree):
    """No source is longer than MAX_FILE_LINES."""
    for path in tree.sources:
        if path.suffix in COUNTED_SUFFIXES:
            count = text_of(path).count("\n")
            if count > MAX_FILE_LINES:
                yield f"{tree.name(path)}:{MAX_FILE_LINES}: {count} lines, {MAX_FILE_LINES} are allowed"


def check_names(tree):
    """Files and folders say what they hold."""
    for folder in SOURCE_FOLDERS:
        for path in sorted((tree.root / folder).rglob("*")):
            if VAGUE_NAME.search(path.name.split(".")[0].lower()):
                yield f"{tree.name(path)}:1: the name says nothing about what is in it"


def check_top_level(tree):
    """Nothing new at the top: the layout is fixed. What .gitignore names there (/build/) is not looked at."""
    ignore = tree.root / ".gitignore"
    lines = text_of(ignore).splitlines() if ignore.exists() else []
    ignored = {line.strip("/") for line in lines if line.startswith("/")}
    for path in sorted(tree.root.iterdir()):
        if path.name not in TOP_LEVEL | ignored and not path.name.startswith("."):
            yield f"{path.name}:1: is not part of the fixed layout of the top level"


def check_format(tree):
    """Every source is as clang-format leaves it."""
    if shutil.which(FORMAT) is None:
        yield f"{FORMAT} is not installed"
        return
    yield from in_parallel(lambda path: differs_from_format(tree, path), tree.code)


def differs_from_format(tree, path):
    command = [FORMAT, "--dry-run", "--Werror", "--style=file", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode == 0:
        return None
    found = re.search(r":(\d+):\d+: error", run.stderr)
    return f"{tree.name(path)}:{found.group(1) if found else 1}: not formatted; run {FORMAT} -i"


def check_unfinished(tree):
    """Nothing is left for later without a reason: known holes say KNOWN GAP and why."""
    for path in tree.sources:
        if path.suffix in COUNTED_SUFFIXES and tree.folder(path) != "tests/architecture":
            for number, line in enumerate(text_of(path).splitlines(), 1):
                found = UNFINISHED.search(line)
                if found:
                    yield f"{tree.name(path)}:{number}: {found.group(1)}; finish it, or say KNOWN GAP: and the reason"


def in_parallel(judge, paths):
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        yield from (trouble for trouble in pool.map(judge, paths) if trouble)


CHECKS = {"includes": check_includes, "cycles": check_cycles, "headers": check_headers_alone,
          "functions": check_function_length, "files": check_file_length, "names": check_names,
          "top-level": check_top_level, "format": check_format, "unfinished": check_unfinished}


def violations(root, only=None):
    tree = Tree(root)
    return [line for name, check in CHECKS.items() if only in (None, name) for line in check(tree)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", nargs="?", default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--only", choices=CHECKS)
    arguments = parser.parse_args()
    found = violations(arguments.root, arguments.only)
    print("\n".join(found) if found else "The tree keeps its rules.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
