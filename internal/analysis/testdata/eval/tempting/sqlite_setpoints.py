# source: Python documentation, sqlite3 tutorial (docs.python.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import sqlite3

with sqlite3.connect(":memory:") as database:
    database.execute("CREATE TABLE setpoint (pv TEXT PRIMARY KEY, value REAL, written_by TEXT)")
    database.executemany(
        "INSERT INTO setpoint VALUES (?, ?, 'caput')",
        [("SR:HCM1:SP", 0.1), ("SR:HCM2:SP", 0.2)],
    )
    database.execute("UPDATE setpoint SET value = value * 2 WHERE pv = ?", ("SR:HCM1:SP",))
    for row in database.execute("SELECT pv, value FROM setpoint ORDER BY pv"):
        print(*row)
