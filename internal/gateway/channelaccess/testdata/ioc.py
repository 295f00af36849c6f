"""A soft IOC for tests of the gateway that says of each put to which record it was and of what."""

import ctypes
import os
import sys
import threading

from softioc import asyncio_dispatcher, builder, softioc

PREFIX = sys.argv[1]


def say(*words: object) -> None:
    """Print one line in one piece."""
    sys.stdout.write(" ".join(str(w) for w in words) + "\n")
    sys.stdout.flush()


def log(name: str):
    """Return what prints the puts to one record."""
    return lambda value: say("put", f"{PREFIX}:{name}", value)


def main() -> None:
    """Serve until the input ends; each line of it is a call of softioc."""
    go_on = (
        threading.Event()
    )  # never: what waits for the slow record waits until the end
    dispatcher = asyncio_dispatcher.AsyncioDispatcher()
    builder.SetDeviceName(PREFIX)
    common = {"always_update": True, "initial_value": 0}
    for i in range(40):
        builder.aOut(
            f"C{i}",
            DRVL=-10,
            DRVH=10,
            EGU="A",
            PREC=3,
            on_update=log(f"C{i}"),
            **common,
        )
    builder.aOut("FLOOD", on_update=log("FLOOD"), **common)
    builder.longOut("LONG", on_update=log("LONG"), **common)
    builder.boolOut("BOOL", "Off", "On", on_update=log("BOOL"), **common)
    builder.mbbOut("MBB", "Zero", "One", "Two", on_update=log("MBB"), **common)
    builder.stringOut(
        "STR", initial_value="hello", always_update=True, on_update=log("STR")
    )
    builder.WaveformOut(
        "WAVE",
        initial_value=[float(i) for i in range(20000)],
        on_update=lambda v: say("put", f"{PREFIX}:WAVE", len(v), v[-1]),
    )
    builder.WaveformOut(
        "SHORTER",
        initial_value=[1.0, 2.0],
        length=8,
        on_update=lambda v: say("put", f"{PREFIX}:SHORTER", list(v)),
    )
    for i in (1, 2):  # a positioner: a setpoint and what reads it back
        rbv = builder.aIn(f"M{i}:RBV", initial_value=0, PREC=3)
        builder.aOut(
            f"M{i}",
            PREC=3,
            on_update=lambda v, rbv=rbv, i=i: (
                rbv.set(v),
                say("put", f"{PREFIX}:M{i}", v),
            ),
            **common,
        )
    builder.aOut(
        "SLOW",
        blocking=True,
        on_update=lambda v: (say("put", f"{PREFIX}:SLOW", v), go_on.wait()),
        **common,
    )
    builder.LoadDatabase()
    softioc.iocInit(dispatcher)
    say("ready", os.getpid())
    for line in sys.stdin:
        call, *arguments = line.split()
        getattr(softioc, call)(*map(int, arguments))
        ctypes.CDLL(None).fflush(None)  # what it printed from C
        say("called", line.strip())


main()
