# access: write epics.caput unknown[Y:1] unknown[] definite
import queue
import epics
import pandas
names = queue.Queue()
names.put("Y:1")
names.queue.extend(pandas.read_csv("names.csv")["name"])
epics.caput(names.get(), names.qsize())
