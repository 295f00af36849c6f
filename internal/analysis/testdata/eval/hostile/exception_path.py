# source: own
# kind: hostile
# writes: yes
# channels: SR:SCRAPER:IN SR:SCRAPER:OUT
# reads: no
"""Nothing in the try block matters."""
import epics


class Move(Exception):
    def __init__(self, name, value):
        super().__init__(name, value)


def plan(step):
    if step < 0:
        raise Move("SR:SCRAPER:IN", 3)
    return {}["SR:SCRAPER:OUT"]


for step in (-1, 1):
    try:
        plan(step)
    except Move as move:
        epics.caput(*move.args)
    except KeyError as error:
        (name,) = error.args
        epics.caput(name, 0)
