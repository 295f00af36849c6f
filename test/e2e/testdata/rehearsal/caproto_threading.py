import json, sys, threading
from caproto.threading.client import Batch, Context

values = json.load(sys.stdin)
context = Context()


def pv(name):
    (found,) = context.get_pvs(name)
    found.wait_for_connection()
    return found


def put(name, value, **how):
    try:
        response = pv(name).write(value, **how)
        print(name, value, response and response.status.name)
    except Exception as e:
        print(name, value, e)


ao = pv("@:AO")
for v in values["numbers"]:
    put("@:AO", v)
    print(ao.read().data)
for v in values["numbers"]:
    put("@:AO", v, wait=False)
print(ao.read().data)
done = threading.Semaphore(0)
with Batch() as b:
    for v in values["numbers"]:
        b.write(ao, v, callback=lambda response: done.release())
print([done.acquire(timeout=5) for _ in values["numbers"]])
put("@:AO", 0.0)
# --- other channels
for v in values["states"]:
    put("@:MBB", v)
for v in values["texts"]:
    put("@:STR", v)
for v in values["arrays"]:
    put("@:SMALL", v)
for v in (3, 4, int(values["numbers"][3] * 100), 5, 6):
    put("@:LONG", v, wait=False)
print(pv("@:LONG").read().data)
