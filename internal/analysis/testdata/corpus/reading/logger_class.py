# writes: none
# unresolved: -
import epics
class Log:
    def __init__(self):
        self.rows = []
    def put(self, row):
        self.rows.append(row)
    def set(self, value):
        self.value = value
log = Log()
log.put(epics.caget("A"))
log.set(3)
