"""Scan a corrector and fit the orbit response."""

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

import epics
import numpy as np
from scipy.optimize import curve_fit as fit

CORRECTOR = "SR:HCM{n:02d}:SP"
MONITORS = [f"SR:BPM{i:02d}:X" for i in range(1, 97) if i % 8]


@dataclass
class Scan:
    name: str
    low: float = -1.0
    high: float = 1.0
    steps: int = 11
    data: dict[str, list[float]] = field(default_factory=dict)

    @property
    def points(self) -> np.ndarray:
        return np.linspace(self.low, self.high, self.steps)

    def run(self, *, settle=0.5, dry: bool = True) -> None:
        start = epics.caget(self.name)
        try:
            for k, x in enumerate(self.points):
                if not dry:
                    epics.caput(self.name, start + x, wait=True, timeout=settle * 2)
                rows = {m: epics.caget(m) for m in MONITORS}
                self.data.setdefault("x", []).append(float(x))
                print(f"step {k + 1}/{self.steps}: {x:+.3f} {np.std(list(rows.values())):.{3}g}")
        except (TimeoutError, KeyboardInterrupt) as stop:
            print("stopped:", stop, file=sys.stderr)
        finally:
            epics.caput(self.name, start)


def line(x, a, b):
    return a * x + b


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("scan.json"))
    options = parser.parse_args(argv)
    scan = Scan(CORRECTOR.format(n=4), steps=21)
    scan.run(dry="--live" not in sys.argv)
    (a, b), _ = fit(line, scan.data["x"], scan.data.get("y", scan.data["x"]))
    options.out.write_text(json.dumps({"slope": a, "offset": b, "n": len(scan.data)}))
    return 0 if abs(a) < 10 and b != 0 else 1
