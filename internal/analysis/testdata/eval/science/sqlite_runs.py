# source: Python documentation, sqlite3 (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
import pathlib
import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY, energy REAL NOT NULL);
CREATE TABLE IF NOT EXISTS point (run INTEGER REFERENCES run(id), x REAL, y REAL);
"""


class Database:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        self.connection.executescript(SCHEMA)

    def add(self, energy, points):
        with self.connection as c:
            run = c.execute("INSERT INTO run (energy) VALUES (?)", (energy,)).lastrowid
            c.executemany("INSERT INTO point VALUES (?, ?, ?)", [(run, x, y) for x, y in points])
        return run

    def means(self):
        query = "SELECT energy, AVG(y), COUNT(*) FROM run JOIN point ON run.id = point.run GROUP BY run.id"
        return self.connection.execute(query).fetchall()


path = pathlib.Path("runs.sqlite")
database = Database(path)
for energy in (7.1, 7.2):
    database.add(energy, [(x, x * energy) for x in range(10)])
print(database.means())
database.connection.close()
path.unlink()
