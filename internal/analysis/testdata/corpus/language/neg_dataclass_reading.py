# writes: none
from dataclasses import dataclass, asdict
import epics, sqlite3
@dataclass
class R:
    pv: str
    value: float = 0
    def set(self, v):
        self.value = v
        return self
rs = [R(p).set(epics.caget(p)) for p in ("A", "B")]
con = sqlite3.connect("x.db")
con.executemany("insert into t values (?,?)", [tuple(asdict(r).values()) for r in rs])
con.commit()
