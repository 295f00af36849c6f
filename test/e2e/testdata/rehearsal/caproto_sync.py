import json, sys
from caproto.sync.client import read, read_write_read, write

values = json.load(sys.stdin)


def put(name, value, **how):
    try:
        print(name, value, write(name, value, **how))
    except Exception as e:
        print(name, value, e)


for v in values["numbers"]:
    put("@:AO", v, notify=True)
    print(read("@:AO").data)
_, _, last = read_write_read("@:AO", 0.0, notify=True)
print(last.data)
# --- other channels
for v in values["states"]:
    put("@:MBB", v, notify=True)
for v in values["texts"]:
    put("@:STR", v, notify=True)
for v in values["arrays"]:
    put("@:SMALL", v, notify=True)
# A circuit for each call: nothing that comes next may overtake what nobody waits for.
write("@:LONG", 7)
