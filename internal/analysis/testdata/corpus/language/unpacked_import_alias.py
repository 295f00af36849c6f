# writes: definite
# written: exact UA:1
import epics as e
caput, caget = e.caput, e.caget
put = caput
put("UA:1", caget("UA:2"))
