"""A shift log in SQLite, queried with pandas."""
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pandas as pd

start = datetime(2026, 3, 1, 8)
with closing(sqlite3.connect("elog.db")) as db:
    with db:
        db.execute("CREATE TABLE IF NOT EXISTS entries (at TEXT, author TEXT, current REAL)")
        db.executemany(
            "INSERT INTO entries VALUES (?, ?, ?)",
            [((start + timedelta(hours=h)).isoformat(), "ab"[h % 2], 200 - h) for h in range(24)],
        )
    db.create_function("half", 1, lambda v: v / 2)
    print(db.execute("SELECT author, avg(half(current)) FROM entries GROUP BY author").fetchall())
    frame = pd.read_sql("SELECT * FROM entries", db, parse_dates=["at"], index_col="at")
    frame.resample("6h")["current"].mean().to_frame().to_sql("means", db)
    back = pd.read_sql_query("SELECT count(*) AS n FROM means", db)
display(frame.head())
assert back.n[0] == 5
