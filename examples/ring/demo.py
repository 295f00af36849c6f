"""A shift at the virtual ring, through Interlock: what runs, what waits for a person, what is refused.

    python3 examples/ring/demo.py --interlock bin/interlock --env .interlock/ring-env

It is what `make demo` calls last. It starts the ring on loopback, runs the scripts
beside it, and prints a line for each step. The status is 0 if each came out as it
should.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "scripts"


def free_port() -> int:
    """Return a port of loopback that nobody has."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


class Ring:
    """The soft IOC as a process."""

    def __init__(self, python: str) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [python, str(HERE), "--ca-port", str(self.port), "--no-pva"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        if self.process.stdout is None or not any(line.strip() == "ready" for line in self.process.stdout):
            raise SystemExit("the ring did not start: run it by hand, `python3 examples/ring`, to see why")

    def stop(self) -> None:
        """End the IOC and wait for it."""
        self.process.terminate()
        self.process.wait()


class Shift:
    """The program under demonstration, at one ring."""

    def __init__(self, interlock: str, env: str, folder: Path, port: int) -> None:
        self.interlock, self.env, self.folder = interlock, env, folder
        self.failures = 0
        self._write("policy.yaml", (HERE / "policy.yaml").read_text(encoding="utf-8"))
        deployment = (HERE / "config.yml").read_text(encoding="utf-8")
        servers = f'control_system: {{epics: {{channel_access: {{address_list: ["127.0.0.1:{port}"]}}}}}}\n'
        self._write("config.yml", deployment + servers)

    def _write(self, name: str, text: str) -> None:
        with open(os.open(self.folder / name, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(text)

    def call(self, *command: str) -> tuple[int, dict[str, Any]]:
        """Run one command with JSON output; return its status and its object."""
        rules = ["--config", str(self.folder / "config.yml"), "--policy", str(self.folder / "policy.yaml")]
        split = command.index("--") if "--" in command else len(command)
        line = [self.interlock, *command[:split], *rules, "--format", "json", *command[split:]]
        state = {**os.environ, "INTERLOCK_STATE_DIR": str(self.folder / "state")}
        done = subprocess.run(line, env=state, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        try:
            said = json.loads(done.stdout)
        except ValueError:
            said = {"stderr": done.stderr}
        return done.returncode, said

    def run(self, script: str, *args: str, flags: tuple[str, ...] = ()) -> tuple[int, dict[str, Any]]:
        """Run a script of the shift."""
        return self.call("run", "--env", self.env, *flags, str(SCRIPTS / script), "--", *args)

    def approved(self, asked: dict[str, Any], *flags: str) -> tuple[int, dict[str, Any]]:
        """Approve the run that waits, as its own requester, and start it."""
        self.call("approvals", "approve", asked.get("id", "-"))
        return self.call("runs", "start", *flags, asked.get("id", "-"))

    def orbit(self) -> float:
        """Return the orbit's rms in um, both planes together."""
        _, said = self.run("read_orbit.py")
        results = said.get("results") or {}
        return float((results.get("rms_x_um", 0) ** 2 + results.get("rms_y_um", 0) ** 2) ** 0.5) or 1.0

    def step(self, what: str, good: bool, how: str, said: dict[str, Any] | None = None) -> None:
        """Print what came of one step."""
        print(f"{'ok' if good else 'NOT AS EXPECTED':<4} {what:<52} {how}", flush=True)
        if not good:
            self.failures += 1
            print(json.dumps(said, indent=1)[-3000:], file=sys.stderr)


def puts(said: dict[str, Any], status: str = "done") -> list[dict[str, Any]]:
    """Return the puts of a run that ended so."""
    return [put for put in said.get("puts") or () if put["status"] == status]


def violations(said: dict[str, Any]) -> set[str]:
    """Return why the gateway refused puts of a run."""
    return {put["violation"] for put in puts(said, "refused")}


def shift(s: Shift) -> None:
    """Run the steps one after the other."""
    status, said = s.run("read_orbit.py")
    figures = [figure["png"] for figure in said.get("figures") or ()]
    s.step("read the orbit and plot it", (status, said.get("mode")) == (0, "read_only") and bool(figures),
           f"read_only; {figures[0] if figures else 'no figure'}", said)  # fmt: skip

    response = s.folder / "response"
    status, asked = s.run("response.py", "few")
    s.step("measure a response: it waits for a person", status == 4, f"exit {status}", asked)
    status, said = s.approved(asked, "--out", str(response))
    done = puts(said)
    first = {put["channel"]: put["old"] for put in reversed(done)}
    last = {put["channel"]: put["value"] for put in done}
    s.step("approved once, it runs; every corrector is back", status == 0 and bool(done) and first == last,
           f"{len(done)} puts to {len(last)} correctors", said)  # fmt: skip

    before = s.orbit()
    stored = str(response / "response.npz")
    status, asked = s.run("correct.py", stored, flags=("--rehearse", "--request", "--input", stored))
    now = s.orbit()
    s.step("rehearse a correction and ask for exactly that", status == 4 and abs(now / before - 1) < 0.05,
           f"the orbit did not move: {before:.0f} -> {now:.0f} um rms", asked)  # fmt: skip
    status, corrected = s.approved(asked)
    time.sleep(1)
    now = s.orbit()
    s.step("approved, it runs, held to the puts that were shown", status == 0 and before / max(now, 1) > 2,
           f"{len(puts(corrected))} puts; {before:.0f} -> {now:.0f} um rms, {before / max(now, 1):.1f} times better",
           corrected)  # fmt: skip
    status, said = s.call("runs", "restore", corrected.get("id", "-"))
    if status == 4:
        status, said = s.approved(said)
    time.sleep(1)
    now = s.orbit()
    s.step("restored, and read back", status == 0 and abs(now / before - 1) < 0.05, f"{now:.0f} um rms", said)

    _, asked = s.run("too_far.py")
    status, said = s.approved(asked)
    s.step("9 A where 5 is the most, chosen at run time", status == 1 and "MAX_EXCEEDED" in violations(said),
           "refused at the wire", said)  # fmt: skip
    status, said = s.run("hidden.py")
    told = (said.get("error") or {}).get("message", "")
    s.step("the bending magnets, hidden from the analysis", status == 1 and "the run is read_only" in told,
           "no put leaves a run in read_only", said)  # fmt: skip
    status, said = s.call("ledger", "verify")
    s.step("all of it is in the ledger, which verifies", status == 0, "interlock ledger query --kind put", said)


def main() -> int:
    """Run the shift."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--interlock", default="bin/interlock")
    parser.add_argument("--env", default=".interlock/ring-env")
    options = parser.parse_args()
    env = os.path.abspath(options.env)
    print(
        "\na virtual storage ring: 48 beam-position monitors, 72 correctors, bending magnets that must not be written\n"
    )
    if platform.machine() != "x86_64":
        print("not run: the accelerator toolbox has wheels for x86_64 only")
        return 0
    ring = Ring(os.path.join(env, "bin", "python3"))
    try:
        folder = Path(tempfile.mkdtemp(prefix="interlock-ring-"))
        s = Shift(os.path.abspath(options.interlock), env, folder, ring.port)
        shift(s)
        print(f"\nruns, notebooks and ledger: {folder / 'state'}")
    finally:
        ring.stop()
    return 1 if s.failures else 0


if __name__ == "__main__":
    sys.exit(main())
