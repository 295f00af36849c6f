"""The event loop of bluesky's RunEngine, which ophyd-async's devices live on too."""

import asyncio
import threading

_loop = None


def get():
    """The loop, made when first asked for."""
    global _loop
    if _loop is None or _loop.is_closed():
        _loop = asyncio.new_event_loop()
    return _loop


def call(coroutine):
    """Run a coroutine to its end from synchronous code, wherever that runs."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return get().run_until_complete(coroutine)
    out = []

    def run():
        loop = asyncio.new_event_loop()
        try:
            out.append((True, loop.run_until_complete(coroutine)))
        except BaseException as e:
            out.append((False, e))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if not out[0][0]:
        raise out[0][1]
    return out[0][1]
