"""A soft IOC with a record, or an array, of each kind of element.

It says ready once it serves, and ends when stdin does.
"""

import sys
import tempfile

from softioc import asyncio_dispatcher, softioc

ARRAYS = ["CHAR", "UCHAR", "SHORT", "USHORT", "LONG", "ULONG", "INT64", "UINT64"]
ARRAYS += ["FLOAT", "DOUBLE", "STRING"]


def main() -> None:
    """Serves until stdin ends."""
    prefix = sys.argv[1]
    lines = [
        f'record(ao, "{prefix}:DBL") {{}}',
        f'record(longout, "{prefix}:INT") {{}}',
        f'record(int64out, "{prefix}:LONG") {{}}',
        f'record(stringout, "{prefix}:STR") {{}}',
        f'record(mbbo, "{prefix}:MBB") {{field(ZRST, "off") field(ONST, "on")}}',
        f'record(bo, "{prefix}:BO") {{field(ZNAM, "shut") field(ONAM, "open")}}',
    ]
    lines += [
        f'record(waveform, "{prefix}:W{kind}") {{field(FTVL, "{kind}") field(NELM, 4)}}'
        for kind in ARRAYS
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".db") as file:
        file.write("\n".join(lines))
        file.flush()
        softioc.dbLoadDatabase(file.name, "", "")
    softioc.iocInit(asyncio_dispatcher.AsyncioDispatcher())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


main()
