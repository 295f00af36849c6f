# writes: definite
# written: exact T:1
from typing import TypedDict
import epics
class Row(TypedDict):
    pv: str
    value: float
rows: list[Row] = [Row(pv="T:1", value=1.0), {"pv": "T:1", "value": 2.0}]
for row in rows:
    epics.caput(row["pv"], row["value"])
