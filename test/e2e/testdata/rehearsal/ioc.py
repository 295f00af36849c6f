"""A soft IOC with one record of each kind for each client library: T:LIBRARY:AO and so on."""

import os
import sys

from softioc import asyncio_dispatcher, builder, softioc

LIBRARIES = (
    "pyepics caproto_sync caproto_threading caproto_asyncio aioca cothread ophyd ophyd_complete ophyd_async "
    "ophyd_async_pva bluesky p4p p4p_asyncio pvapy pvapy_ca"
).split()


def main() -> None:
    """Serve until the input ends."""
    dispatcher = asyncio_dispatcher.AsyncioDispatcher()
    for library in LIBRARIES:
        builder.SetDeviceName("T:" + library)
        common = {"always_update": True, "initial_value": 0}
        builder.aOut("AO", PREC=3, DRVL=-10, DRVH=10, **common)
        builder.longOut("LONG", **common)
        builder.boolOut("BOOL", "Off", "On", **common)
        builder.mbbOut("MBB", "Zero", "One", "Two", **common)
        builder.stringOut("STR", initial_value="hello", always_update=True)
        builder.WaveformOut("SMALL", initial_value=[0.0, 0.0, 0.0, 0.0])
    builder.LoadDatabase()
    softioc.iocInit(dispatcher)
    print("ready", os.getpid(), flush=True)
    sys.stdin.read()


main()
