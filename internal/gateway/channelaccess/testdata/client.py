"""Does as it is told with one client library, and prints what came of each: one JSON object a line.

client.py LIBRARY SHIM OPERATIONS: SHIM is a folder with the runner's modules, or "";
OPERATIONS a JSON list of ["get", channel], ["put", channel, value], which waits, and
["throw", channel, value], which does not.
"""

import asyncio
import json
import sys
import time

NAME, SHIM, OPERATIONS = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
TIMEOUT = 5


def pyepics():
    import epics

    return (
        lambda n: epics.caget(n, use_monitor=False, timeout=TIMEOUT),
        lambda n, v: epics.caput(n, v, wait=True, timeout=TIMEOUT),
        epics.caput,
    )


def caproto_sync():
    from caproto.sync.client import read, write

    return (
        lambda n: data(read(n, timeout=TIMEOUT)),
        lambda n, v: status(write(n, v, notify=True, timeout=TIMEOUT)),
        lambda n, v: write(n, v, timeout=TIMEOUT),
    )


def caproto_threading():
    from caproto.threading.client import Context

    context = Context()

    def pv(name):
        (found,) = context.get_pvs(name)
        found.wait_for_connection(timeout=TIMEOUT)
        return found

    return (
        lambda n: data(pv(n).read(timeout=TIMEOUT)),
        lambda n, v: status(pv(n).write(v, wait=True, timeout=TIMEOUT)),
        lambda n, v: pv(n).write(v, wait=False),
    )


def caproto_asyncio():
    from caproto.asyncio.client import Context

    made = []

    async def pv(name):
        if not made:
            made.append(Context())
        (found,) = await made[0].get_pvs(name)
        await found.wait_for_connection(timeout=TIMEOUT)
        return found

    async def get(name):
        return data(await (await pv(name)).read(timeout=TIMEOUT))

    async def put(name, value):
        return status(await (await pv(name)).write(value, wait=True, timeout=TIMEOUT))

    async def throw(name, value):
        return await (await pv(name)).write(value, wait=False)

    return get, put, throw


def aioca():
    from aioca import caget, caput

    async def put(name, value):
        return (await caput(name, value, wait=True, timeout=TIMEOUT)).ok

    async def throw(name, value):
        return (await caput(name, value, timeout=TIMEOUT)).ok

    return lambda n: caget(n, timeout=TIMEOUT), put, throw


def cothread():
    from cothread.catools import caget, caput

    return (
        lambda n: caget(n, timeout=TIMEOUT),
        lambda n, v: bool(caput(n, v, wait=True, timeout=TIMEOUT)),
        lambda n, v: bool(caput(n, v, timeout=TIMEOUT)),
    )


def ophyd():
    from ophyd import EpicsSignal

    made = {}

    def signal(name):
        if name not in made:
            made[name] = EpicsSignal(name, name="s")
            made[name].wait_for_connection(timeout=TIMEOUT)
        return made[name]

    return (
        lambda n: signal(n).get(),
        lambda n, v: signal(n).set(v).wait(timeout=TIMEOUT),
        lambda n, v: signal(n).put(v),
    )


def ophyd_complete():
    from ophyd import EpicsSignal

    made = {}

    def signal(name):
        if name not in made:
            made[name] = EpicsSignal(name, name="s", put_complete=True)
            made[name].wait_for_connection(timeout=TIMEOUT)
        return made[name]

    return (
        lambda n: signal(n).get(),
        lambda n, v: signal(n).set(v).wait(timeout=TIMEOUT),
        lambda n, v: signal(n).put(v, use_complete=False),
    )


def ophyd_async():
    from ophyd_async.epics.core import epics_signal_rw

    made = {}

    async def signal(name, wait=True):
        if (name, wait) not in made:
            made[name, wait] = epics_signal_rw(float, "ca://" + name, wait=wait)
            await made[name, wait].connect(timeout=TIMEOUT)
        return made[name, wait]

    async def get(name):
        return await (await signal(name)).get_value()

    async def put(name, value):
        await (await signal(name)).set(value, timeout=TIMEOUT)

    async def throw(name, value):
        await (await signal(name, wait=False)).set(value, timeout=TIMEOUT)

    return get, put, throw


def data(response):
    """The value of a reply, or what caproto says in place of one, which it does not raise either."""
    return list(response.data) if response.status.success else response.status.name


def status(response):
    """What caproto says of a put, which it does not raise."""
    return response.status.name if hasattr(response, "status") else str(response)


async def main():
    if SHIM:
        sys.path.insert(0, SHIM)
        from interlock_runner import clients

        clients.explain(lambda *words: None)
    get, put, throw = globals()[NAME]()
    for op, name, *value in OPERATIONS:
        out, began = {"op": op, "channel": name}, time.monotonic()
        try:
            result = {"get": get, "put": put, "throw": throw}[op](name, *value)
            if asyncio.iscoroutine(result):
                result = await result
            if hasattr(result, "tolist"):
                result = result.tolist()
            json.dumps(result)
            out["value"] = result
        except TypeError:
            out["value"] = repr(result)
        except BaseException as e:  # noqa: BLE001  all that a library raises is an answer
            out["raised"] = f"{type(e).__name__}: {e}"
        out["seconds"] = time.monotonic() - began
        print("\n" + json.dumps(out), flush=True)


asyncio.run(main())
