"""Runs `tallystick audit` over the files that generate.py wrote, each time with a log and a store of its own."""

import json
import shutil
import subprocess

import company as model


class Audit:
    def __init__(self, tallystick, folder):
        self.tallystick, self.folder, self.runs = tallystick, folder, 0
        self.state = None
        subprocess.run([tallystick, "keygen", "--origin", "bench.example.test/log", "--output", folder / "log.key"],
                       check=True, capture_output=True)

    def give_password(self, password):
        path = self.folder / "reader.password"
        path.write_text(password + "\n")
        path.chmod(0o600)

    def fresh(self):
        """A new state folder with the key; the one before is deleted."""
        if self.state is not None:
            shutil.rmtree(self.state)
        self.runs += 1
        self.state = self.folder / f"state-{self.runs}"
        self.state.mkdir(mode=0o700)
        shutil.copy(self.folder / "log.key", self.state / "log.key")

    def argv(self, *more, settings="tallystick.toml"):
        return [self.tallystick, "audit", "--config", self.folder / settings, "--state", self.state, "--as-of",
                model.AS_OF_TEXT, *more]

    def report_argv(self, form, output):
        return [self.tallystick, "report", "--config", self.folder / "tallystick.toml", "--state", self.state,
                "--format", form, "--output", output]

    def report(self):
        """The newest run as `tallystick report --format json` has it."""
        path = self.state / "report.json"
        subprocess.run(self.report_argv("json", path), check=True, capture_output=True)
        return json.loads(path.read_text(encoding="utf-8"))
