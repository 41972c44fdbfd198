"""What tests/faults/run does: each function is one campaign against the session of session.cpp.

    calls   one call of the session fails, or the session dies there; for every call and every kind of fault
    kills   sessions on one log, each killed at a random moment
    cuts    the power is cut after each change that a session makes, also one that follows upon a killed one
    flips   each bit of a published log, by our verifier and by the one in Go

Every trial ends with `faults_session check`, which opens the log and holds it against the file of promises.
"""

import concurrent.futures
import os
import pathlib
import signal
import subprocess
import time

from power_cut import Chance, Disk, Everything, Nothing, read_journal

DEADLINE = 300  # seconds for any one program: the machine may be busy
KILLED, FINE, REFUSED = -signal.SIGKILL, 0, 3
# Which faults make sense at which kind of call (faults.h): reading needs no room, only a write can be done by half.
FAULTS = {"eio": "rcwst", "eio_on": "rcwst", "enospc": "cwst", "enospc_on": "cwst", "short": "w", "half": "w",
          "before": "rcwst", "after": "cwst", "within": "w"}
ENTRIES_OF_64_KIB = 300
KILLS_OF_A_LOG = 250  # then it is checked, and another one begins: on a fast machine it has a million entries by then
SHORT_STRIDE = 199  # no divisor of anything


class Broken(Exception):
    """A promise was not kept."""


class Bench:
    """Where the programs are, and a folder to use them in."""

    def __init__(self, programs, work, long, lie):
        self.programs, self.work, self.long, self.lie = programs, work, long, lie
        os.mkdir(work)
        self.key = f"{work}/key"
        self.vkey = self.run("keygen", self.key).stdout.strip()

    def place(self, name):
        """A new place for a log."""
        place = Place(self, f"{self.work}/{name}")
        os.makedirs(place.folder)
        return place

    def run(self, *words, **settings):
        done = subprocess.run([self.programs / "faults_session", *map(str, words)], capture_output=True, text=True,
                              env=os.environ | settings, timeout=DEADLINE, check=False)
        if words[0] == "keygen" and done.returncode != 0:
            raise Broken(f"no key: {done.stderr}")
        return done


class Place:
    """A log, the file of its promises, and what happens to them."""

    def __init__(self, bench, path):
        self.bench, self.path, self.folder, self.promises = bench, path, f"{path}/disk", f"{path}/promises"

    def words(self, what):
        return what, f"{self.folder}/root", self.bench.key, self.promises

    def session(self, what="script", **settings):
        """A session with faults. Settings: AT, HOW, CALLS, JOURNAL (faults.h)."""
        faults = {f"FAULTS_{name}": str(value) for name, value in settings.items()}
        if self.bench.lie:
            faults["FAULTS_LIE"] = "sync"
        done = self.bench.run(*self.words(what), LD_PRELOAD=str(self.bench.programs / "faults_preload.so"),
                              FAULTS_FOLDER=self.folder, FAULTS_ACKNOWLEDGED=self.promises, **faults)
        if done.returncode not in (FINE, REFUSED, KILLED):
            raise Broken(f"{settings}: the session ended with {done.returncode}: {done.stderr.strip()}")
        return done

    def check(self, what):
        """What the log says about itself, all promises kept."""
        done = self.bench.run(*self.words("check"))
        if done.returncode != 0:
            raise Broken(f"{what}: {done.stderr.strip() or done.returncode}\n  see: "
                         f"{self.bench.programs}/faults_session {' '.join(self.words('check'))}")
        return done.stdout.strip()

    def remove(self):
        subprocess.run(["rm", "-rf", self.path], check=True)


def everywhere(function, items):
    """function(item) for all, a few at a time; the first broken promise ends it."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(function, item) for item in items]
        try:
            return [done.result() for done in waiting]
        except Broken:
            pool.shutdown(cancel_futures=True)
            raise


def calls_of_session(bench):
    """One letter for every call of an undisturbed session."""
    place = bench.place("undisturbed")
    report = f"{place.path}/calls"
    if place.session(CALLS=report).returncode != FINE:
        raise Broken("an undisturbed session does not come to its end")
    if " 512 of them pruned" not in place.check("undisturbed"):
        raise Broken("an undisturbed session prunes nothing")
    letters = pathlib.Path(report).read_text(encoding="ascii").strip()
    place.remove()
    return letters


def chosen(bench, random, items, short):
    """All of them, or about `short` at equal distances from a random start."""
    stride = 1 if bench.long else max(1, len(items) // short)
    return items[random.randrange(stride)::stride]


def calls(bench, random):
    letters = calls_of_session(bench)
    trials = [(at, how) for how, kinds in FAULTS.items() for at, letter in enumerate(letters, 1) if letter in kinds]
    trials = chosen(bench, random, trials, 300)

    def trial(where):
        at, how = where
        place = bench.place(f"{how}-{at}")
        place.session(AT=at, HOW=how)
        place.check(f"{how} at call {at} ({letters[at - 1]})")
        place.remove()

    everywhere(trial, trials)
    return f"{len(trials)} faults at {len(letters)} calls, nothing lost"


def kills(bench, random):
    """Half of the deaths while a log is opened, half of them while it is written: the delay finds its own way there."""
    times, delay, torn, opened, entries = (10_000 if bench.long else 150), 0.02, 0, 0, 0
    for number in range(times):
        if number % KILLS_OF_A_LOG == 0:
            place = bench.place(f"log-{number}")
        words = [bench.programs / "faults_session", *place.words("forever"), str(number)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as session:
            time.sleep(random.uniform(0, 2 * delay))
            session.kill()
            told, trouble = session.communicate(timeout=DEADLINE)
        if session.returncode != KILLED:
            raise Broken(f"kill {number}: the session gave up by itself: {trouble.strip()}")
        torn += "torn" in told
        opened += bool(told)
        delay *= 0.95 if told else 1 / 0.95
        if number % KILLS_OF_A_LOG == KILLS_OF_A_LOG - 1 or number == times - 1:
            found = place.check(f"after {number + 1} kills")
            torn += "torn" in found
            entries += int(found.split()[0])
            place.remove()
    return f"{times} kills, {opened} of them while it was written, {torn} torn tails mended; {entries} entries, none lost"


def cuts(bench, random):
    seen = set()
    place = bench.place("session")
    journal = f"{place.path}/journal"
    place.session(JOURNAL=journal)
    told = b"".join(data for letter, _, data in read_journal(pathlib.Path(journal).read_bytes()) if letter == "A")
    if not told or told != pathlib.Path(place.promises).read_bytes():
        raise Broken("the journal lacks promises, so nothing would be held against the log")
    cut_everywhere(bench, random, journal, seen, lambda records: chosen(bench, random, range(len(records)), 200),
                   6 if bench.long else 2)
    letters = calls_of_session(bench)
    deaths = [(at, "after") for at, letter in enumerate(letters, 1) if letter in FAULTS["after"]]
    failures = [(at, "eio") for at, letter in enumerate(letters, 1) if letter == "s"]
    if not bench.long:
        deaths, failures = random.sample(deaths, 12), random.sample(failures, 6)
    for at, how in deaths + failures:
        cut_after(bench, random, at, how, seen)
    place.remove()
    return (f"{len(seen)} states of the disk, of sessions that followed upon {len(deaths)} deaths and "
            f"{len(failures)} failed syncs too, nothing lost")


def cut_everywhere(bench, random, journal, seen, cuts_at, chances):
    """The power is cut after those records of a journal that cuts_at(all of them) says."""
    records = list(read_journal(pathlib.Path(journal).read_bytes()))
    after = set(cuts_at(records))
    disk = Disk()
    states = []
    for index, record in enumerate(records):
        disk.apply(record)
        if index in after:
            choices = [Nothing(), Everything()] + [Chance(random) for _ in range(chances)]
            states += [(f"cut after change {index} of {journal}", disk.left_behind(choice)) for choice in choices]
    begin = len(seen)
    fresh = [(what, state) for what, state in states if new(state, seen)]
    everywhere(lambda numbered: check_state(bench, *numbered), list(enumerate(fresh, begin)))


def new(state, seen):
    identity = state.identity()
    return identity not in seen and not seen.add(identity)


def check_state(bench, number, what_and_state):
    what, state = what_and_state
    place = bench.place(f"cut-{number}")
    put(place, state)
    place.check(what)
    place.remove()


def put(place, state):
    os.rmdir(place.folder)
    state.write(place.folder)
    pathlib.Path(place.promises).write_bytes(state.promises)


def cut_after(bench, random, at, how, seen):
    """A session is killed, or a sync fails; the next one goes on with what was not synced; then the power goes."""
    place = bench.place(f"{how}-{at}")
    journal = f"{place.path}/journal"
    place.session(JOURNAL=journal, AT=at, HOW=how)
    place.session(JOURNAL=journal)

    def soon(records):  # the next start is what matters, so most of the cuts are there
        begin = max(index for index, record in enumerate(records) if record[0] == ("P" if how == "after" else "F"))
        return [min(len(records) - 1, begin + int(random.expovariate(1 / 80))) for _ in range(20 if bench.long else 8)]

    cut_everywhere(bench, random, journal, seen, soon, 2)
    place.remove()


def flips(bench, random):
    """Entries of three epochs until the log has 64 KiB; a part of all changes is every so manieth of them."""
    folder = f"{bench.work}/published"
    os.mkdir(folder)
    writer = bench.programs / "ledger_write_log"
    vkey, root, witness = output(writer, folder, ENTRIES_OF_64_KIB, ENTRIES_OF_64_KIB // 3 + 1, 3).split("\n")
    log = pathlib.Path(folder, "root/log")
    size = sum(file.stat().st_size for file in log.rglob("*") if file.is_file())
    if size < 2**16:
        raise Broken(f"the log has only {size} bytes")
    ours, theirs = bench.programs / "faults_changes", go_verifier(bench)
    verifiers = [lambda *part: output(ours, log, vkey, *part, root, witness),
                 lambda *part: output(theirs, "-root", root, "-witness", witness, log, vkey, *part)]
    parts = os.cpu_count()
    stride = parts * (1 if bench.long else SHORT_STRIDE)
    first = random.randrange(stride)
    everywhere(lambda trial: trial[0](stride, first + trial[1] * (stride // parts)),
               [(verifier, part) for verifier in verifiers for part in range(parts)])
    return f"one in {stride // parts} of all changes of {size} bytes, all refused by both verifiers"


def go_verifier(bench):
    sources = pathlib.Path(__file__).resolve().parents[1] / "integration/ledger"
    program = f"{bench.work}/verify_log"
    output("go", "build", "-o", program, *sources.glob("*.go"), GO111MODULE="off", GOPATH="/usr/share/gocode",
           GOFLAGS="", GOCACHE=f"{bench.work}/go", GOTOOLCHAIN="local")
    return program


def output(*words, **settings):
    """What a program prints that must succeed; the long form may take its time."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, env=os.environ | settings, check=False)
    if done.returncode != 0:
        raise Broken(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout.strip()
