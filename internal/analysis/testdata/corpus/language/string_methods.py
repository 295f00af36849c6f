# writes: definite
# written: exact A:B:C A:b:SP DIP:01 SR01:SP T:X:1 U:5 V:07
import string, epics
epics.caput(":".join(["A", "B", "C"]), 1)
epics.caput("%s:%s" % ("A", "b:SP"), 1)
epics.caput("DIP:%02d" % 1, 1)
epics.caput("SR{:02d}:SP".format(1), 1)
epics.caput(string.Template("T:$x:$n").substitute(x="X", n=1), 1)
epics.caput("U:{n}".format(**{"n": 5}), 1)
epics.caput("V:" + str(7).zfill(2), 1)
