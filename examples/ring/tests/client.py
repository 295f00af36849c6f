"""What test_ioc.py types at the ring, with pyepics: CHECK, from a process of its own."""

import math
import sys
import threading

import epics

TIMEOUT = 10


def channel(name, **options):
    pv = epics.PV(name, **options)
    assert pv.wait_for_connection(TIMEOUT), f"{name} does not connect"
    return pv


def read(name):
    """Return what the server has now: pyepics' own caget may return what it was told last."""
    return epics.caget(name, use_monitor=False)


def until(name, right):
    """Return the first value of a channel and its severity for which right says yes."""
    came, seen = threading.Event(), []

    def look(value=None, severity=None, **_):
        if not came.is_set() and right(value, severity):
            seen.append((value, severity))
            came.set()

    pv = epics.PV(name, callback=look, form="time")
    assert came.wait(TIMEOUT), f"{name} stays at {pv.value}"
    return seen[0]


def near(wanted, by):
    return lambda value, severity: severity == 0 and abs(value - wanted) < by


def setpoints():
    pv = channel("SR07A-PC-VSTR-02:SETI", form="ctrl")
    ctrl = pv.get_ctrlvars()
    assert (ctrl["units"], ctrl["precision"]) == ("A", 4)
    assert (ctrl["lower_ctrl_limit"], ctrl["upper_ctrl_limit"]) == (-5, 5)
    before = epics.caget("SR07C-DI-EBPM-01:SA:Y")
    assert epics.caput("SR07A-PC-VSTR-02:SETI", 0.5, wait=True) == 1
    until("SR07A-PC-VSTR-02:I", near(0.5, 0.01))
    until("SR07C-DI-EBPM-01:SA:Y", lambda value, _: abs(value - before) > 0.05)
    epics.caput("SR07A-PC-VSTR-02:SETI", 50, wait=True)  # clamped, silently, as a real one does
    assert read("SR07A-PC-VSTR-02:SETI") == 5


def nan():
    for name in ("SR01A-PC-HSTR-01:SETI", "SR-PC-DIPOL-01:SETI"):
        before = read(name)
        epics.caput(name, math.nan, wait=True)
        assert read(name) == before
    epics.caput("SR01A-PC-HSTR-01:SETI", 0.1, wait=True)
    until("SR01A-PC-HSTR-01:I", near(0.1, 0.01))
    assert all(math.isfinite(x) for x in epics.caget("SR-DI-EBPM-01:SA:X"))


def names():
    wanted = [f"SR{c:02d}C-DI-EBPM-{n:02d}:SA:{p}" for c in range(1, 13) for n in range(1, 5) for p in "XY"]
    steerers = [f"SR{c:02d}A-PC-{p}STR-{n:02d}" for c in range(1, 13) for n in range(1, 4) for p in "HV"]
    wanted += [f"{name}:{what}" for name in [*steerers, "SR-PC-DIPOL-01"] for what in ("SETI", "I")]
    assert len(wanted) == 242
    values = epics.caget_many(wanted, connection_timeout=TIMEOUT)
    assert all(value is not None for value in values)


def dipole():
    tune = epics.caget("SR-DI-TUNE-01:X")
    epics.caput("SR-PC-DIPOL-01:SETI", 1005, wait=True)
    until("SR-DI-TUNE-01:X", near(tune - 0.08, 0.02))
    epics.caput("SR-PC-DIPOL-01:SETI", 1050, wait=True)
    for name in ("SR03C-DI-EBPM-02:SA:X", "SR-DI-EBPM-01:SA:Y", "SR-DI-TUNE-01:Y", "SR-DI-DCCT-01:LIFETIME"):
        until(name, lambda _, severity: severity == 3)
    assert until("SR-DI-DCCT-01:SIGNAL", lambda value, _: value == 0)[1] == 2
    epics.caput("SR-PC-DIPOL-01:SETI", 1000, wait=True)
    until("SR-PC-DIPOL-01:I", near(1000, 0.1))
    epics.caput("SR-CS-INJEC-01:FILL", 1, wait=True)
    until("SR-DI-DCCT-01:SIGNAL", near(200, 0.1))
    until("SR03C-DI-EBPM-02:SA:X", lambda _, severity: severity == 0)


if __name__ == "__main__":
    {check.__name__: check for check in (setpoints, nan, names, dipole)}[sys.argv[1]]()
