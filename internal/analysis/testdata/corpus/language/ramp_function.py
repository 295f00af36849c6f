# writes: definite
# written: exact PS:SP
import numpy as np, time
from epics import PV
def ramp(pv, start, stop, steps=10, dwell=0.1):
    for v in np.linspace(start, stop, steps):
        pv.put(float(v), wait=True)
        time.sleep(dwell)
def main():
    ps = PV("PS:SP")
    try:
        ramp(ps, ps.get(), 10.0)
    except KeyboardInterrupt:
        pass
    finally:
        ps.put(0)
main()
