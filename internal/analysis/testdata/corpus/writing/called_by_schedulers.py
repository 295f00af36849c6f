# writes: definite
# written: exact A B
import multiprocessing

import epics
import trio


async def main():
    await trio.to_thread.run_sync(epics.caput, "A", 1)


trio.run(main)
multiprocessing.get_context("spawn").Process(target=epics.caput, args=("B", 1)).start()
