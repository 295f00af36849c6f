import json, sys
from p4p.client.thread import Context

values = json.load(sys.stdin)
context = Context("pva")


def put(name, value, **how):
    try:
        print(name, value, context.put(name, value, **how))
    except Exception as e:
        print(name, value, e)


for how in ({"wait": True}, {}, {"get": False}):
    for v in values["numbers"]:
        put("@:AO", v, **how)
        print(float(context.get("@:AO")))
put("@:AO", 0.0)
# --- other channels
for v in (1, 2, "Zero"):
    put("@:MBB", v)
for v in values["texts"]:
    put("@:STR", v)
for v in values["arrays"]:
    put("@:SMALL", v)
for v in (3, 4, int(values["numbers"][3] * 100), 5, 6):
    put("@:LONG", v)
put(["@:AO", "@:STR"], [1.0, "many"])
put(["@:AO"], [values["numbers"][3]])
put("@:AO", 0.0)
