import json, logging, sys
from ophyd import EpicsSignal

logging.disable()
values = json.load(sys.stdin)
s = EpicsSignal("@:AO", name="s", put_complete=True)
s.wait_for_connection()
for v in values["numbers"]:
    try:
        s.set(v).wait(5)
        print(v, s.get())
    except Exception as e:
        print(v, e, s.get())
for v in values["numbers"]:
    s.put(v)
    print(s.get())
s.set(0.0).wait(5)
