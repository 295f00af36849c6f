# source: Python documentation, code.InteractiveInterpreter (docs.python.org)
# kind: hostile
# writes: yes
# channels: VAC:IP7:HV:OFF
# reads: no
import code

SESSION = ["import epics as e", "n = 'VAC:IP%d:HV:OFF' % 7", "e.caput(n, 1)"]


class Replay(code.InteractiveInterpreter):
    def play(self, lines):
        for line in lines:
            print(">>>", line)
            self.runsource(line, "<replay>", "single")


Replay({"__name__": "__console__"}).play(SESSION)
