import asyncio, json, sys
from ophyd_async.epics.core import epics_signal_rw

values = json.load(sys.stdin)


async def main():
    s, n = epics_signal_rw(float, "ca://@:AO"), epics_signal_rw(float, "ca://@:AO", wait=False)
    await s.connect()
    await n.connect()
    for signal in (s, n):
        for v in values["numbers"]:
            try:
                await signal.set(v)
                print(v, await s.get_value())
            except Exception as e:
                print(v, e)
        print(await s.get_value())
    await s.set(0.0)


asyncio.run(main())
