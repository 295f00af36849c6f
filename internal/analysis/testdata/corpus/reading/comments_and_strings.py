# writes: none
# reads: none
# access: -
# unresolved: -
# epics.caput("X", 1) would write
"""caput("X", 1)"""
import epics
text = "from epics import caput; caput('X', 1)"
print(text)
