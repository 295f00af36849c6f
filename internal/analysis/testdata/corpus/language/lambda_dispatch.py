# writes: definite
# written: exact LD:1
import epics
cmds = {"on": lambda: epics.caput("LD:1", 1), "off": lambda: epics.caput("LD:1", 0)}
cmds["on"]()
