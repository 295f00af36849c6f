"""The program: serves the ring over Channel Access and PV Access until it is told to stop.

It listens on loopback unless --interface says otherwise, because anybody who reaches
it can put to it. libpvxs binds its port for UDP searches (--pva-broadcast-port) on
all interfaces whatever it is told; --no-pva leaves PV Access out.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from typing import TextIO

PERIOD = 0.1  # s between readings
LONGEST = 0.5  # s: after a stall the ring goes on slowly rather than in a leap


def arguments(argv: list[str]) -> argparse.Namespace:
    """Parse argv. What it leaves out comes from the variables that EPICS servers take, then from here."""
    env = os.environ.get
    parser = argparse.ArgumentParser(prog="ring", description="Serve a virtual storage ring over EPICS.")
    add = parser.add_argument
    add("--interface", default=env("EPICS_CAS_INTF_ADDR_LIST", "127.0.0.1"), help="address to listen on (%(default)s)")
    add("--ca-port", type=int, default=env("EPICS_CAS_SERVER_PORT", "5064"), help="Channel Access (%(default)s)")
    add("--pva-port", type=int, default=env("EPICS_PVAS_SERVER_PORT", "5075"), help="PV Access (%(default)s)")
    add("--pva-broadcast-port", type=int, default=env("EPICS_PVAS_BROADCAST_PORT", "5076"), help="(%(default)s)")
    add("--no-pva", action="store_true", help="serve Channel Access only")
    add("--seed", type=int, help="of the ring's faults and noise (default: always the same ring)")
    return parser.parse_args(argv)


def configure(args: argparse.Namespace) -> None:
    """Tell the EPICS libraries where to listen. They read their environment once, when they are loaded."""
    os.environ.update(
        EPICS_CAS_INTF_ADDR_LIST=args.interface,
        EPICS_CAS_SERVER_PORT=str(args.ca_port),
        EPICS_CAS_AUTO_BEACON_ADDR_LIST="NO",
        EPICS_CAS_BEACON_ADDR_LIST=args.interface,
        EPICS_PVAS_INTF_ADDR_LIST=args.interface,
        EPICS_PVAS_SERVER_PORT=str(args.pva_port),
        EPICS_PVAS_BROADCAST_PORT=str(args.pva_broadcast_port),
        EPICS_PVAS_AUTO_BEACON_ADDR_LIST="NO",
        EPICS_PVAS_BEACON_ADDR_LIST=args.interface,
        EPICS_PVA_BROADCAST_PORT=str(args.pva_broadcast_port),  # of the client that follows links between records
        EPICS_PVA_ADDR_LIST=args.interface,
        EPICS_PVA_AUTO_ADDR_LIST="NO",
        # For root, EPICS locks all memory (300 MB instead of 160) and takes real-time
        # priority. This ring has no deadline.
        EPICS_ALLOW_POSIX_THREAD_PRIORITY_SCHEDULING="NO",
    )


async def serve(args: argparse.Namespace, out: TextIO) -> None:
    """Serve the ring until SIGTERM or SIGINT. Writes "ready" to out once every channel has its first reading."""
    from softioc import asyncio_dispatcher, builder, softioc

    from ring.machine import SEED, Machine
    from ring.records import Records

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    machine = Machine(SEED if args.seed is None else args.seed)
    records = Records(machine)
    builder.LoadDatabase()
    # Updates are dispatched to this loop, so machine has one thread to it.
    softioc.iocInit(asyncio_dispatcher.AsyncioDispatcher(loop), enable_pva=not args.no_pva)
    records.publish(machine.read())
    print("ready", file=out, flush=True)
    last = loop.time()
    while not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), PERIOD - (loop.time() - last) % PERIOD)
        except TimeoutError:
            now = loop.time()
            machine.tick(min(now - last, LONGEST))
            last = now
            records.publish(machine.read())


def main(argv: list[str]) -> int:
    """Run the program and return its exit status."""
    args = arguments(argv)
    configure(args)
    # EPICS has much to say on standard output. Whoever started this reads one line there.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        asyncio.run(serve(args, out))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
