# written: exact C:10 C:12
import epics
from itertools import count, islice, takewhile
for n in takewhile(lambda k: k < 14, count(10, 2)):
    epics.caput(f"C:{n}", 0)
for n in islice(count(10, 2), 2):
    epics.caput(f"C:{n}", 1)
