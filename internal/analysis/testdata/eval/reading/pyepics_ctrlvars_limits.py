# source: pyepics docs, "get_ctrlvars and PV attributes" (pyepics.github.io)
# kind: reading
# writes: no
# channels: -
# reads: yes
import epics

limits = {}
for name in ("XXX:m1.VAL", "XXX:m2.VAL", "XXX:ao1"):
    pv = epics.PV(name)
    ctrl = pv.get_ctrlvars() or {}
    limits.setdefault(name, (ctrl.get("lower_ctrl_limit"), ctrl.get("upper_ctrl_limit")))
    print(pv.pvname, pv.get(as_string=True), limits[name])
