"""A soft IOC to measure with: PREFIX:FREE, PREFIX:WAVE, and a hundred counters at 10 Hz."""

import sys

from softioc import asyncio_dispatcher, builder, softioc

dispatcher = asyncio_dispatcher.AsyncioDispatcher()
builder.SetDeviceName(sys.argv[1])
builder.aOut("FREE", initial_value=0, always_update=True)
builder.WaveformOut("WAVE", initial_value=[float(i) for i in range(20000)])
for i in range(100):
    builder.records.calc(f"M{i}", CALC="A+1", INPA=f"{sys.argv[1]}:M{i}.VAL NPP", SCAN=".1 second")
for i in range(1000):
    builder.aOut(f"K{i}", initial_value=0)
builder.LoadDatabase()
softioc.iocInit(dispatcher)
print("ready", flush=True)
sys.stdin.read()
