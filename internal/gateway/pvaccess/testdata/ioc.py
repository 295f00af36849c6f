"""A soft IOC with one record of each kind, for tests of the PV Access gateway.

It says READY on stdout once it serves, and ends when stdin does.
"""

import json
import sys

from softioc import asyncio_dispatcher, builder, softioc


def group(name: str, field: str, order: int) -> dict[str, object]:
    """Returns the tag that makes a record a member of a group PV."""
    member = {"+type": "scalar", "+channel": "VAL", "+trigger": "*", "+putorder": order}
    return {name: {field: member}}


def main() -> None:
    """Serves until stdin ends."""
    start = float(sys.argv[1]) if len(sys.argv) > 1 else 1.5
    prefix = sys.argv[2] if len(sys.argv) > 2 else "T"
    builder.SetDeviceName(prefix)
    limits = {"DRVL": -10.0, "DRVH": 10.0, "LOPR": -10.0, "HOPR": 10.0}
    builder.aOut(
        "DBL", initial_value=start, always_update=True, PREC=3, EGU="A", **limits
    )
    builder.aOut("OTHER", initial_value=2.5, always_update=True)
    builder.aOut("DENIED", initial_value=4.0, always_update=True)
    builder.longOut("INT", initial_value=7, always_update=True)
    builder.stringOut("STR", initial_value="hello", always_update=True)
    builder.mbbOut("ENUM", "off", "slow", "fast", initial_value=1, always_update=True)
    builder.boolOut("BOOL", "closed", "open", initial_value=0, always_update=True)
    builder.WaveformOut(
        "WAVE", initial_value=[1.0, 2.0, 3.0], length=20_000, always_update=True
    )
    builder.longStringOut(
        "LSTR", initial_value="long text", length=200, always_update=True
    )
    for order, field in enumerate(("x", "y"), 1):
        record = builder.aOut(
            "M" + field.upper(), initial_value=1.0, always_update=True
        )
        record.add_info("Q:group", json.dumps(group(f"{prefix}:GROUP", field, order)))
    table = [1.0, 2.0, 3.0]
    for order, column in enumerate(("a", "b"), 1):
        record = builder.WaveformOut(
            "COL" + column.upper(), initial_value=table, length=8
        )
        member = {"+type": "plain", "+channel": "VAL", "+trigger": "*"}
        entry: dict[str, object] = {f"value.{column}": {**member, "+putorder": order}}
        if column == "a":
            entry["+id"] = "epics:nt/NTTable:1.0"
        record.add_info("Q:group", json.dumps({f"{prefix}:TABLE": entry}))
    builder.LoadDatabase()
    softioc.iocInit(asyncio_dispatcher.AsyncioDispatcher())
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    sys.stdin.read()


main()
