"""What pyepics calls, and when, as granted puts are done: printed, to be compared with and without the shim.

callbacks.py SHIM CHANNEL: SHIM is a folder with the runner's modules, or "".
"""

import sys
import threading

SHIM, CHANNEL = sys.argv[1:]
if SHIM:
    sys.path.insert(0, SHIM)
    from interlock_runner import clients

    clients.explain(lambda *words: None)

import epics  # noqa: E402

print(epics.ca.put.__name__, epics.ca.put.__doc__[:40].split())
pv = epics.PV(CHANNEL, auto_monitor=False)
pv.wait_for_connection()
done = threading.Event()
said = []


def told(*args, **words):
    """Keep what a callback gets."""
    said.append((args, sorted(words.items()), pv.put_complete))
    done.set()


print("wait", pv.put(1.0, wait=True), pv.put_complete)
for data in (None, 5, {"a": 1}):
    done.clear()
    print(
        "callback", pv.put(2.0, callback=told, callback_data=data), done.wait(5), said
    )
done.clear()
print("both", pv.put(3.0, wait=True, callback=told), done.wait(5), len(said))
print("data alone", epics.ca.put(pv.chid, 3.5, True, 5, None, {"a": 1}))
print("positional", epics.ca.put(pv.chid, 3.5, True, 5))
print("thrown", pv.put(3.5), epics.caput(CHANNEL, 4.0), pv.get())
print("many", epics.caput_many([CHANNEL], [4.5], wait="all"), pv.get())
for wrong in ("text", [1, 2], None):
    try:
        print("wrong", pv.put(wrong, wait=True), pv.get())
    except Exception as e:  # noqa: BLE001  whatever it is, it is to be the same
        print("wrong", type(e).__name__, e)
pv.put(0.0, wait=True)
stop = threading.Event()


def refused():
    """Put again and again what is refused, and wait for nothing.

    The pause keeps a busy machine from a queue of them, in which every put waits.
    """
    epics.ca.use_initial_context()
    while not stop.wait(0.001):
        pv.put(9.0, callback=lambda **words: None)


stderr, sys.stderr = sys.stderr, open("/dev/null", "w")  # says what is refused
thread = threading.Thread(target=refused)
thread.start()
raised = []
for i in range(200):
    try:
        pv.put(i % 5 / 10, wait=True)
    except Exception as e:  # noqa: BLE001  as above
        raised.append(e)
stop.set()
thread.join()
print("raised beside a thread of refused puts", raised)
print("the end")
