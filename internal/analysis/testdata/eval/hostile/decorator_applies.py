# source: own
# kind: hostile
# writes: yes
# channels: SR:SEXT:S1:SP SR:SEXT:S2:SP
# reads: no
"""Settings declared as functions; the decorator does more than register them."""
import epics

SETTINGS = {}


def setting(channel):
    send = epics.PV(channel).put

    def register(function):
        SETTINGS[channel] = function
        send(function())
        return function

    return register


@setting("SR:SEXT:S1:SP")
def focusing():
    return 102.4


@setting("SR:SEXT:S2:SP")
def defocusing():
    return -97.3


print(sorted(SETTINGS))
