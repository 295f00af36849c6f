# source: own
# kind: hostile
# writes: yes
# channels: SR:HCM13:SP SR:VCM13:SP
# reads: no
"""Only a format string; attribute and item lookups do the rest."""
import epics


class Level:
    def __init__(self, name):
        self.name = name

    def __getitem__(self, value):
        epics.caput(self.name, float(value))
        return value


class Ring:
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return Level("SR:%s:SP" % name)


report = "corrector {r.HCM13[0.25]} A, {r.VCM13[-0.25]} A"
print(report.format(r=Ring()))
