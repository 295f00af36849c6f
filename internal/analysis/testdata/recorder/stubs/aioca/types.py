"""Types of aioca."""
from typing import Any, Protocol

AugmentedValue = Any
Datatype = Format = Count = Timeout = Dbe = Any
