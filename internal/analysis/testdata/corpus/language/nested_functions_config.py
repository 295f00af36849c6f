# writes: definite
# written: exact N:K1:SP
import epics
def channel(area, dev, sig="SP"):
    return ":".join((area, dev, sig))
def setv(dev, v, area="N"):
    return epics.caput(channel(area, dev), v)
setv("K1", v=3)
