# writes: definite
# written: exact RC:1
import epics
def ramp(n):
    if n == 0:
        return
    epics.caput("RC:1", n)
    ramp(n - 1)
ramp(5)
