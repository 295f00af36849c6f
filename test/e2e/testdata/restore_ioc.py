"""A soft IOC for tests of restores: records of both protocols and a group of two."""

import json
import sys

from softioc import asyncio_dispatcher, builder, softioc


def member(group: str, field: str, order: int) -> str:
    """Returns the tag that makes a record a member of a group PV."""
    tag = {"+type": "scalar", "+channel": "VAL", "+trigger": "*", "+putorder": order}
    return json.dumps({group: {field: tag}})


def main() -> None:
    """Serves until stdin ends."""
    prefix = sys.argv[1]
    builder.SetDeviceName(prefix)
    builder.aOut("AO", initial_value=1.5, always_update=True)
    builder.longOut("INT", initial_value=7, always_update=True)
    builder.stringOut("STR", initial_value="password=hunter2", always_update=True)
    builder.mbbOut("MBB", "off", "slow", "fast", initial_value=1, always_update=True)
    builder.WaveformOut("WAVE", initial_value=[1.0, 2.0, 3.0], length=8)
    builder.longStringOut("LONG", initial_value="long text", length=60)
    for order, field in enumerate(("x", "y"), 1):
        record = builder.aOut("M" + field, initial_value=1.0, always_update=True)
        record.add_info("Q:group", member(f"{prefix}:GROUP", field, order))
    builder.LoadDatabase()
    softioc.iocInit(asyncio_dispatcher.AsyncioDispatcher())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


main()
