# source: own, PV values inserted into a local database
# kind: reading
# writes: no
# channels: -
# reads: yes
import sqlite3
import time
import epics

NAMES = ["AR:DCCT:I", "AR:LIFETIME:T", "AR:RF:FREQ:SET"]


class Store:
    def __init__(self, path=":memory:"):
        self.db = sqlite3.connect(path)
        self.db.execute("create table if not exists sample (t real, name text, value real)")

    def put(self, name, value):
        self.db.execute("insert into sample values (?, ?, ?)", (time.time(), name, value))

    def write(self):
        self.db.commit()


store = Store()
for _ in range(3):
    for name in NAMES:
        store.put(name, epics.caget(name))
    store.write()
    time.sleep(1)
print(store.db.execute("select name, avg(value) from sample group by name").fetchall())
