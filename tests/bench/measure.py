"""How long a program runs and what it takes: wall time, processor time of client and server, peak memory; and the
stages of an audit, by the progress that `tallystick audit` shows to a terminal.
"""

import os
import pty
import re
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Cost:
    wall: float  # seconds
    client: float  # processor seconds, of the program and all that it started
    server: float  # processor seconds of the server meanwhile
    peak: int  # bytes, of the largest single process

    def __add__(self, other):
        return Cost(self.wall + other.wall, self.client + other.client, self.server + other.server,
                    max(self.peak, other.peak))


def median(costs):
    fields = ("wall", "client", "server", "peak")
    return Cost(*(statistics.median(getattr(cost, field) for cost in costs) for field in fields))


def run(argv, server=None, environment=None, output=subprocess.DEVNULL, good=(0,)):
    """Runs it to its end and says what it cost. Below time(1), because the memory of whoever forks counts as the
    child's (getrusage(2), ru_maxrss), and time is small."""
    before = server.cpu_seconds() if server else 0
    with tempfile.NamedTemporaryFile("r") as told:
        begin = time.perf_counter()
        command = ["/usr/bin/time", "-q", "-o", told.name, "-f", "%U %S %M", *(str(part) for part in argv)]
        process = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE,
                                 env=environment, check=False)
        wall = time.perf_counter() - begin
        if process.returncode not in good:
            raise RuntimeError(f"{argv[:3]} ended with {process.returncode}: {process.stderr[-2000:].decode()}")
        user, system, peak = told.read().split()
    after = server.cpu_seconds() if server else 0
    return Cost(wall, float(user) + float(system), after - before, int(peak) * 1024)


def stages(argv):
    """When an audit on a terminal began, in seconds since 1970, and [(what it showed, seconds since then)]; the last one
    is ("end", all of it)."""
    ours, theirs = pty.openpty()
    begin, began = time.perf_counter(), time.time()
    process = subprocess.Popen([str(part) for part in argv], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=theirs)
    os.close(theirs)
    shown = []
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # EIO: the other side is closed
            break
        at = time.perf_counter() - begin
        for text in re.split(rb"\r\x1b\[K|\r\n", data):
            words = text.decode("utf-8", "replace").strip()
            if words:
                shown.append((words, at))
    os.close(ours)
    process.wait()
    return began, shown + [("end", time.perf_counter() - begin)]
