# writes: definite
# written: exact A
import threading, epics
go = False
def worker():
    while True:
        if go:
            epics.caput("A", 1)
threading.Thread(target=worker).start()
go = True
