"""200 counters at 10 Hz: PREFIX:M0 and so on.

Each counts from its own million, so that a value says whose it is, and which
updates before it never came.
"""

import sys

from softioc import asyncio_dispatcher, builder, softioc

dispatcher = asyncio_dispatcher.AsyncioDispatcher()
builder.SetDeviceName(sys.argv[1])
for i in range(200):
    first, last = f"{i + 1}000000", f"{i + 1}999999"
    builder.records.calc(
        f"M{i}",
        CALC=f"A>={first}&&A<{last}?A+1:{first}",
        INPA=f"{sys.argv[1]}:M{i}.VAL NPP",
        SCAN=".1 second",
    )
builder.LoadDatabase()
softioc.iocInit(dispatcher)
print("ready", flush=True)
sys.stdin.read()
