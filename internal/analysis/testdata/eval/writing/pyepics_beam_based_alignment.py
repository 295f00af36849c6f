# source: beam-based alignment procedures of light sources (quadrupole shunt against a corrector), as in LOCO and pyAML style tools
# kind: writing
# writes: yes
# channels: SI-04M2:PS-CH:Current-SP SI-04M2:PS-QS:Current-SP SI-08M1:PS-CH:Current-SP SI-08M1:PS-QS:Current-SP
# reads: yes
"""Find the BPM offset at which shunting the nearby quadrupole no longer moves the orbit."""
import dataclasses
import logging
import time

import numpy as np
from epics import PV

logging.basicConfig(level=logging.INFO, format="%(message)s")
_log = logging.getLogger("bba")


@dataclasses.dataclass
class Parameters:
    delta_quad: float = 0.4
    delta_corr: float = 0.02
    steps: int = 3
    wait: float = 0.5
    orbit_points: list = dataclasses.field(default_factory=lambda: list(range(1, 5)))


class Station:
    """One BPM with its quadrupole and the corrector that steers through it."""

    def __init__(self, section, params):
        self.section = section
        self.params = params
        self._pvs = {
            "quad": PV(f"SI-{section}:PS-QS:Current-SP"),
            "corr": PV(f"SI-{section}:PS-CH:Current-SP"),
            "bpm": PV(f"SI-{section}:DI-BPM:PosX-Mon"),
        }
        self._ring = [PV(f"SI-{n:02d}M1:DI-BPM:PosX-Mon") for n in params.orbit_points]

    @property
    def quad(self):
        return self._pvs["quad"].get()

    @quad.setter
    def quad(self, amps):
        self._set("quad", amps)

    def _set(self, key, value):
        self._pvs[key].put(float(value), wait=True)
        time.sleep(self.params.wait)

    def orbit(self):
        return np.array([p.get() for p in self._ring], float)

    def merit(self):
        q0 = self.quad
        self.quad = q0 + self.params.delta_quad / 2
        plus = self.orbit()
        self.quad = q0 - self.params.delta_quad / 2
        minus = self.orbit()
        self.quad = q0
        return float(np.sum((plus - minus) ** 2))

    def measure(self):
        start = self._pvs["corr"].get()
        half = self.params.steps // 2
        positions, merits = [], []
        try:
            for k in range(-half, half + 1):
                self._set("corr", start + k * self.params.delta_corr)
                positions.append(self._pvs["bpm"].get())
                merits.append(self.merit())
        finally:
            self._set("corr", start)
        return positions, merits


def run(sections):
    params = Parameters()
    for section in sections:
        positions, merits = Station(section, params).measure()
        best = positions[int(np.argmin(merits))]
        _log.info("%s: offset %.4f um", section, best)


if __name__ == "__main__":
    run(["04M2", "08M1"])
