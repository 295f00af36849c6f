"""The ring as it lives: currents that follow their setpoints, beam that decays and is lost.

Nothing here knows of EPICS or of clocks: who owns a Machine calls tick with the
time that has passed, from one thread.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ring import faults
from ring.optics import DIPOLE, Beam, Optics

SEED = 17
CORRECTOR_LIMIT = 5.0  # A, either way
CORRECTOR_SLEW = 10.0  # A/s
DIPOLE_LIMIT = 1100.0  # A
DIPOLE_SLEW = 50.0  # A/s
FULL = 200.0  # mA, after a fill
GAS_LIFETIME = 30.0  # h, of scattering on the rest gas, in a chamber with all its room
TOUSCHEK_LIFETIME = 15.0  # h, of scattering within the bunch, at full current

BPM_NOISE = 1e-6  # m
CORRECTOR_NOISE = 2e-4  # A
DIPOLE_NOISE = 2e-3  # A
TUNE_NOISE = 2e-5
CURRENT_NOISE = 2e-3  # mA
LIFETIME_NOISE = 0.01  # of the lifetime


class RefusedValueError(ValueError):
    """A setpoint that no power supply can follow."""


@dataclass(frozen=True)
class Reading:
    """What the instruments show at one moment. Without beam, orbit and tunes are NaN and the rest 0."""

    stored: bool
    orbit: np.ndarray  # m, a row for each BPM, x and y
    correctors: np.ndarray  # A, a row for each corrector, x and y
    dipole: float  # A
    tunes: tuple[float, float]  # fractional
    current: float  # mA
    lifetime: float  # h


class Machine:
    """A ring with beam in it. The same seed gives the same faults and the same noise."""

    def __init__(self, seed: int = SEED, *, perfect: bool = False) -> None:
        """Build a ring, with the faults of seed or, if perfect, as designed, and fill it."""
        building, self._noise = np.random.default_rng(seed).spawn(2)
        self._optics = Optics(None if perfect else building)
        bpms, correctors = len(self._optics.magnets.bpms), len(self._optics.magnets.correctors)
        self._offsets = np.zeros((bpms, 2)) if perfect else faults.spread(building, faults.OFFSET, (bpms, 2))
        self._wanted, self._kicks = np.zeros((correctors, 2)), np.zeros((correctors, 2))
        self._wanted_dipole = self._dipole = DIPOLE
        self._current = 0.0
        self._beam: Beam | None = None
        self.fill()

    def set_corrector(self, index: int, plane: int, amperes: float) -> None:
        """Let a corrector go to amperes, as far as its supply can. Raises RefusedValueError on NaN and infinities."""
        self._wanted[index, plane] = _held(amperes, -CORRECTOR_LIMIT, CORRECTOR_LIMIT)

    def set_dipole(self, amperes: float) -> None:
        """Let all dipoles go to amperes, as far as their supply can. Raises RefusedValueError on NaN and infinities."""
        self._wanted_dipole = _held(amperes, 0.0, DIPOLE_LIMIT)

    def fill(self) -> bool:
        """Inject to full current and return whether any beam stayed."""
        self._beam = self._optics.beam(self._kicks, self._dipole)
        self._current = FULL if self._beam else 0.0
        return self._beam is not None

    def tick(self, seconds: float) -> None:
        """Let seconds pass. An orbit that moves is looked up where it ends, so ticks should be short."""
        if self._slew(seconds) and self._beam:  # lost beam does not come back by itself
            self._beam = self._optics.beam(self._kicks, self._dipole)
        lifetime = self.lifetime()
        self._current = self._current * math.exp(-seconds / 3600 / lifetime) if lifetime else 0.0

    def lifetime(self) -> float:
        """Return the beam's lifetime in hours, 0 without beam. It falls with the square of the room left."""
        if self._beam is None:
            return 0.0
        return 1 / (1 / (GAS_LIFETIME * self._beam.room**2) + self._current / FULL / TOUSCHEK_LIFETIME)

    def read(self) -> Reading:
        """Return what the instruments show now: a second call shows other noise."""
        noise = self._noise.standard_normal
        orbit, tunes = np.full(self._offsets.shape, np.nan), (math.nan, math.nan)
        if self._beam:
            orbit = self._beam.orbit - self._offsets + BPM_NOISE * noise(self._offsets.shape)
            tunes = (self._beam.tunes[0] + TUNE_NOISE * noise(), self._beam.tunes[1] + TUNE_NOISE * noise())
        return Reading(
            stored=self._beam is not None,
            orbit=orbit,
            correctors=self._kicks + CORRECTOR_NOISE * noise(self._kicks.shape),
            dipole=self._dipole + DIPOLE_NOISE * noise(),
            tunes=tunes,
            current=max(0.0, self._current + CURRENT_NOISE * noise()) if self._beam else 0.0,
            lifetime=self.lifetime() * (1 + LIFETIME_NOISE * noise()),
        )

    def bpm_positions(self) -> np.ndarray:
        """Return where along the ring the BPMs are, in metres."""
        return self._optics.bpm_positions()

    def _slew(self, seconds: float) -> bool:
        """Move the currents towards their setpoints and return whether any moved."""
        step = CORRECTOR_SLEW * seconds
        kicks = self._kicks + np.clip(self._wanted - self._kicks, -step, step)
        step = DIPOLE_SLEW * seconds
        dipole = self._dipole + min(max(self._wanted_dipole - self._dipole, -step), step)
        moved = dipole != self._dipole or bool((kicks != self._kicks).any())
        self._kicks, self._dipole = kicks, dipole
        return moved


def _held(amperes: float, low: float, high: float) -> float:
    # A NaN that got into the model would stay: every sum with it is NaN.
    if not math.isfinite(amperes):
        raise RefusedValueError(f"a current of {amperes} A is not a number a supply can follow; put a finite one")
    return min(max(float(amperes), low), high)
