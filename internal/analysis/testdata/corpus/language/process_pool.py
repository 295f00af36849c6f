# writes: definite
# written: exact PP:1 PP:2
from multiprocessing import Pool, Process
import epics
def w(pv):
    epics.caput(pv, 1)
if __name__ == "__main__":
    with Pool(2) as p:
        p.map(w, ["PP:1"])
    Process(target=w, args=("PP:2",)).start()
