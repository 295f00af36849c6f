# writes: definite
# written: exact RG:1
import epics
ACTIONS = {}
def action(name):
    def reg(fn):
        ACTIONS[name] = fn
        return fn
    return reg
@action("on")
def turn_on():
    epics.caput("RG:1", 1)
ACTIONS["on"]()
