# writes: none
# unresolved: -
import sqlite3
import epics
db = sqlite3.connect("orbit.db")
db.execute("insert into t values (?)", (epics.caget("X"),))
db.commit()
