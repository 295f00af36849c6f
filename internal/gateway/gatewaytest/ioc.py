"""A real soft IOC for tests: records of every type, on loopback, until its input ends."""

import os
import sys

from softioc import asyncio_dispatcher, builder, softioc


def main() -> None:
    dispatcher = asyncio_dispatcher.AsyncioDispatcher()
    prefix = sys.argv[1]
    builder.SetDeviceName(prefix)
    common = {"always_update": True, "initial_value": 0}
    builder.aOut("AO", LOPR=-100, HOPR=100, DRVL=-10, DRVH=10, EGU="A", PREC=3, **common)
    builder.aOut("FREE", **common)
    builder.aIn("AI", initial_value=1.5)
    builder.longOut("LONG", DRVL=-1000, DRVH=1000, **common)
    builder.boolOut("BOOL", "Off", "On", **common)
    builder.mbbOut("MBB", "Zero", "One", "Two", **common)
    builder.stringOut("STR", initial_value="hello", always_update=True)
    builder.WaveformOut("WAVE", initial_value=[float(i) for i in range(20000)])
    builder.WaveformOut("SMALL", initial_value=[0.0, 0.0, 0.0, 0.0])
    who = builder.stringIn("WHO", initial_value="")
    builder.aOut("COUNT", on_update=lambda value: log(value), **common)
    builder.LoadDatabase()
    softioc.iocInit(dispatcher)
    del who

    def log(value: float) -> None:
        print("put", value, flush=True)

    print("ready", os.getpid(), flush=True)
    sys.stdin.read()


main()
