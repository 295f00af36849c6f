# writes: none
import epics
class Avg:
    def __init__(self):
        self.value = 0
    def update(self, v):
        self.value = 0.9 * self.value + 0.1 * v
a = Avg()
for _ in range(10):
    a.update(epics.caget("A"))
print(a.value)
