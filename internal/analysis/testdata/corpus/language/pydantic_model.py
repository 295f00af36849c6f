# writes: definite
# written: exact P:1
from pydantic import BaseModel, Field
import epics
class Step(BaseModel):
    pv: str = "P:1"
    value: float = Field(default=1.0, ge=0)
s = Step(value=2)
epics.caput(s.pv, s.value)
