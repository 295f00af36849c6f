# writes: definite
# written: exact Q1:SP Q2:SP
import epics
NAMES = """
Q1
Q2
""".split()
for n in NAMES:
    epics.caput(n + ":RB".replace("RB", "SP"), 0)
