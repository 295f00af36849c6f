# source: own, names from string templates as in site scripts that translate EPICS database macros
# kind: writing
# writes: yes
# channels: TST:PS1:ON TST:PS2:ON TST:PS3:ON
# reads: yes
from itertools import count, takewhile
from string import Template
import epics

record = Template("$(P):$(R)".replace("(", "{").replace(")", "}"))


def names(p="TST"):
    for n in takewhile(lambda k: k <= 3, count(1)):
        yield record.substitute(P=p, R=f"PS{n}")


for base in names():
    epics.caput(base + ":ON", 1)
    print(base, epics.caget(base + ":STATUS"))
