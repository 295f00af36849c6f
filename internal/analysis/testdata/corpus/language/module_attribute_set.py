# writes: definite
# written: exact MS:1
import types, epics
cfg = types.SimpleNamespace()
cfg.pv = "MS:1"
class State: pass
State.value = 4
epics.caput(cfg.pv, State.value)
