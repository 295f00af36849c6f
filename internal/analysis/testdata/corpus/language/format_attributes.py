# writes: definite
# written: exact Q:a SR:Q1:SP
import epics
class D:
    area = "SR"
    name = "Q1"
epics.caput("{0.area}:{0.name}:SP".format(D()), 1)
epics.caput("Q:{x[k]}".format(x={"k": "a"}), 1)
