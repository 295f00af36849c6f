import json, sys
from cothread.catools import caget, caput

values = json.load(sys.stdin)


def put(name, value, **how):
    try:
        print(name, value, bool(caput(name, value, **how)))
    except Exception as e:
        print(name, value, e)


for wait in (True, False):
    for v in values["numbers"]:
        put("@:AO", v, wait=wait)
    print(caget("@:AO"))
put("@:AO", 0.0, wait=True)
# --- other channels
for v in values["states"]:
    put("@:MBB", v, wait=True)
for v in values["texts"]:
    put("@:STR", v, wait=True)
for v in values["arrays"]:
    put("@:SMALL", v, wait=True)
print([bool(r) for r in caput(["@:AO", "@:STR", "@:MBB"], [1.0, "many", 2], wait=True, throw=False)])
put("@:AO", 0.0, wait=True)
