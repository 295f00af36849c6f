# writes: definite
# access: write ophyd_async.core.SignalRW.set exact[OA:SP] constant[4] definite
# access: write ophyd_async.epics.motor.Motor.set exact[OA:m1.VAL] constant[5] definite
from ophyd_async.epics.core import epics_signal_rw
from ophyd_async.epics.motor import Motor
async def main():
    await epics_signal_rw(float, "ca://OA:SP").set(4)
    await Motor("pva://OA:m1").set(5)
import asyncio
asyncio.run(main())
