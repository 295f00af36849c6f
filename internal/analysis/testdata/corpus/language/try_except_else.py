# writes: definite
# written: exact TE:1
import epics
try:
    cur = epics.caget("TE:RB")
    target = cur + 1
except TypeError:
    target = 0
else:
    epics.caput("TE:1", target)
