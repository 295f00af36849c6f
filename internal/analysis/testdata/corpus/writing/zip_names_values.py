# writes: definite
# access: write epics.caput exact[A B] set[1 2] definite
from epics import caput
for name, value in zip(["A", "B"], [1, 2]):
    caput(name, value)
