"""Runs the example scripts through the whole chain and prints what came of each.

    python3 examples/demo/main.py --interlock bin/interlock --env .interlock/env

It is what `make demo` calls. The status is 0 if every script ended as it should:
those named refused_* refused, the others succeeded.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from record import Run
from table import Table, banner, explain

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent


class Demo:
    """The program under demonstration, and the folder that its records go to."""

    def __init__(self, interlock: str, env: str, state: str) -> None:
        self.interlock = os.path.abspath(interlock)
        self.env = os.path.abspath(env)
        self.state = Path(os.path.abspath(state))
        self.settings = self.state.with_name(self.state.name + "-settings")
        self.policy = ""
        self._prepare()

    def _prepare(self) -> None:
        """Copy policies and configuration to where nobody else can write.

        Interlock refuses files that group or others can write, and in a checkout
        they may be able to.
        """
        self.settings.mkdir(parents=True, exist_ok=True)
        for name in ("policy.yaml", "policy-none.yaml"):
            self._write(name, (HERE / name).read_text(encoding="utf-8"))
        self._write("config.yml", f"state_dir: {self._quoted(self.state)}\n")
        self.policy = "policy.yaml"

    @staticmethod
    def _quoted(path: Path) -> str:
        return "'" + str(path).replace("'", "''") + "'"

    def _write(self, name: str, text: str) -> None:
        (self.settings / name).unlink(missing_ok=True)
        with open(
            os.open(self.settings / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)

    def run(self, script: Path) -> Run:
        """Run script, and once more without isolation if this host has none to offer."""
        run = self._once(script)
        if run.not_confinable() and self.policy == "policy.yaml":
            self.policy = "policy-none.yaml"
            banner("none", run.error_text(), self.interlock)
            run = self._once(script)
        return run

    def _once(self, script: Path) -> Run:
        command = [self.interlock, "run", "--format", "json", "--env", self.env]
        command += [
            "--config",
            str(self.settings / "config.yml"),
            "--policy",
            str(self.settings / self.policy),
            str(script),
        ]
        env = {**os.environ, "INTERLOCK_STATE_DIR": str(self.state)}
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return Run.parse(script, done)


def scripts() -> list[Path]:
    """Return the examples: those that run, then those that are refused."""
    found = [*EXAMPLES.glob("*.py"), EXAMPLES / "csv_report" / "report.py"]
    return sorted(found, key=lambda path: (Run.must_refuse(path), path.name))


def main(argv: list[str]) -> int:
    """Run the demo and return its exit status."""
    parser = argparse.ArgumentParser(description="Run the example scripts through Interlock.")
    parser.add_argument("--interlock", required=True, help="the interlock program, e.g. bin/interlock")
    parser.add_argument("--env", required=True, help="the Python environment, e.g. .interlock/env")
    parser.add_argument(
        "--state-dir", help="where records and notebooks go (default: INTERLOCK_STATE_DIR, .interlock/demo)"
    )
    parser.add_argument("script", nargs="*", type=Path, help="only these (default: all examples)")
    args = parser.parse_args(argv)
    state = args.state_dir or os.environ.get("INTERLOCK_STATE_DIR") or EXAMPLES.parent / ".interlock" / "demo"
    demo = Demo(args.interlock, args.env, str(state))
    chosen = [path.resolve() for path in args.script] or scripts()
    runs = []
    with Table(chosen, demo.interlock) as table:
        for script in chosen:
            table.begin(script)
            run = demo.run(script)
            table.row(run)
            runs.append(run)
    explain(runs, demo.interlock, demo.env, demo.state)
    return 0 if all(run.as_expected() for run in runs) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
