"""The machine as EPICS records: setpoints that move it, readings that follow it.

A setpoint (SETI) and its reading (I) are two records, as at a real power supply: the
setpoint jumps, the reading slews after it and has noise. Setpoints clamp to their
drive limits silently, because real ones do. Without beam the readings that need it
keep their last value with severity INVALID.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np
from softioc import alarm, builder

from ring import names
from ring.machine import CORRECTOR_LIMIT, CORRECTOR_NOISE, DIPOLE_LIMIT, FULL, Machine, Reading
from ring.optics import DIPOLE

MM = 1e3  # in a metre
TURNS = 10  # ticks until every corrector's reading was refreshed
MOVES = 10 * CORRECTOR_NOISE  # A: a reading that differs by more is no noise


class Records:
    """All channels of one machine. Make it before the database is loaded, publish after."""

    def __init__(self, machine: Machine) -> None:
        """Create the records of machine. Their updates must run in the thread that ticks it."""
        self._machine = machine
        self._turn = 0
        self._bpms = [[_position(f"{bpm}:SA:{plane}") for plane in names.PLANES] for bpm in names.BPMS]
        self._orbit = [
            builder.WaveformIn(f"{names.ALL_BPMS}:SA:{plane}", length=len(names.BPMS), EGU="mm", PREC=4)
            for plane in names.PLANES
        ]
        builder.WaveformIn(f"{names.ALL_BPMS}:S", initial_value=machine.bpm_positions(), EGU="m", PREC=3)
        self._correctors = [
            [self._corrector(i, k) for k in range(len(names.PLANES))] for i in range(len(names.CORRECTORS["X"]))
        ]
        self._dipole = _supply(names.DIPOLE, machine.set_dipole, 0, DIPOLE_LIMIT, DIPOLE, "all bending magnets")
        self._tunes = [
            builder.aIn(f"{names.TUNE}:{plane}", PREC=5, LOPR=0, HOPR=1, DESC="fractional tune")
            for plane in names.PLANES
        ]
        self._current = _reading(
            f"{names.DCCT}:SIGNAL", "mA", 3, 0, 1.25 * FULL, LOLO=1, LLSV="MAJOR", DESC="beam current"
        )
        self._lifetime = _reading(f"{names.DCCT}:LIFETIME", "h", 2, 0, 100, DESC="beam lifetime")
        self._fill = builder.boolOut(
            f"{names.INJECTION}:FILL", "Idle", "Fill", initial_value=0, always_update=True, on_update=self._inject
        )

    def publish(self, reading: Reading) -> None:
        """Let every channel show reading."""
        now = time.time()
        self._publish_correctors(reading, now)
        self._dipole.set(reading.dipole, timestamp=now)
        self._current.set(reading.current, timestamp=now)
        if reading.stored:
            self._publish_beam(reading, now)
        else:
            self._no_beam(now)

    def _publish_correctors(self, reading: Reading, now: float) -> None:
        # An update costs 40 us, and mostly nothing but noise is new: a tenth of them
        # in turn, so that each has 1 Hz, and at once those that move.
        self._turn = (self._turn + 1) % TURNS
        for i, (supplies, currents) in enumerate(zip(self._correctors, reading.correctors, strict=True)):
            for record, current in zip(supplies, currents, strict=True):
                if i % TURNS == self._turn or abs(current - record.get()) > MOVES:
                    record.set(float(current), timestamp=now)

    def _publish_beam(self, reading: Reading, now: float) -> None:
        orbit = MM * reading.orbit
        for bpm, position in zip(self._bpms, orbit, strict=True):
            for record, value in zip(bpm, position, strict=True):
                record.set(float(value), timestamp=now)
        for record, values in zip(self._orbit, orbit.T, strict=True):
            record.set(np.ascontiguousarray(values), timestamp=now)
        for record, value in zip(self._tunes, reading.tunes, strict=True):
            record.set(value, timestamp=now)
        self._lifetime.set(reading.lifetime, timestamp=now)

    def _no_beam(self, now: float) -> None:
        for record in (*chain(*self._bpms), *self._orbit, *self._tunes, self._lifetime):
            record.set(record.get(), severity=alarm.INVALID_ALARM, alarm=alarm.READ_ALARM, timestamp=now)

    def _corrector(self, index: int, plane: int) -> Any:
        name = names.CORRECTORS[names.PLANES[plane]][index]
        way = "horizontal" if plane == 0 else "vertical"

        def move(amperes: float) -> None:
            self._machine.set_corrector(index, plane, amperes)

        return _supply(name, move, -CORRECTOR_LIMIT, CORRECTOR_LIMIT, 0.0, f"{way} corrector")

    def _inject(self, wanted: int) -> None:
        if wanted:
            self._machine.fill()
            self._fill.set(0)


def _position(name: str) -> Any:
    return _reading(name, "mm", 4, -20, 20, DESC="beam position, slow")


def _reading(name: str, unit: str, precision: int, low: float, high: float, **fields: Any) -> Any:
    return builder.aIn(name, EGU=unit, PREC=precision, LOPR=low, HOPR=high, **fields)


def _supply(name: str, move: Callable[[float], None], low: float, high: float, start: float, what: str) -> Any:
    """Create setpoint and reading of a power supply and return the reading."""
    builder.aOut(
        f"{name}:SETI",
        initial_value=start,
        on_update=move,
        validate=lambda _, amperes: math.isfinite(amperes),  # a drive limit does not stop a NaN
        EGU="A",
        PREC=4,
        DRVL=low,
        DRVH=high,
        LOPR=low,
        HOPR=high,
        DESC=f"{what}, setpoint",
    )
    return _reading(f"{name}:I", "A", 4, low, high, DESC=f"{what}, current")
