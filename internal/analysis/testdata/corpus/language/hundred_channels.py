# writes: definite
import epics
def put(i):
    epics.caput(f"H:{i:03d}", 0)
for i in range(100):
    put(i)
