# writes: definite
# written: exact SR:Q1:SP
import epics
TEMPLATE = "{area}:{dev}:SP"
epics.caput(TEMPLATE.format_map({"area": "SR", "dev": "Q1"}), 1)
