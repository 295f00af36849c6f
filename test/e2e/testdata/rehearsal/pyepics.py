import json, sys, epics

values = json.load(sys.stdin)


def put(name, value, **how):
    try:
        print(name, value, epics.caput(name, value, **how))
    except Exception as e:
        print(name, value, e)


for v in values["numbers"]:
    put("@:AO", v, wait=True)
    print(epics.caget("@:AO", use_monitor=False))
for v in values["numbers"]:
    put("@:AO", v)
pv = epics.PV("@:AO", auto_monitor=False)
pv.wait_for_connection()
for v in values["numbers"]:
    pv.put(v, use_complete=True)
    pv.get(use_monitor=False)
put("@:AO", 0.0, wait=True)
print(epics.caget("@:AO", use_monitor=False))
# --- other channels
for v in values["states"]:
    put("@:MBB", v, wait=True)
for v in (1, "Off", "On", 0):
    put("@:BOOL", v, wait=True)
for v in values["texts"]:
    put("@:STR", v, wait=True)
for v in values["arrays"]:
    put("@:SMALL", v, wait=True)
for v in (3, 4, values["numbers"][3] * 100, 5, 6):
    put("@:LONG", v)
print(epics.caget("@:LONG", use_monitor=False))
print(epics.caput_many(["@:AO", "@:STR"], [1.5, "many"], wait="all"), epics.caput_many(["@:AO", "@:MBB"], [values["numbers"][3], 1], wait="all"))
put("@:AO", 0.0, wait=True)
