# writes: definite
# access: write epics.caput exact[Q1 Q2] set[1.5 2.5] definite
from epics import caput
settings = {"Q1": 1.5, "Q2": 2.5}
for name, value in settings.items():
    caput(name, value)
