# writes: none
# reads: definite
# access: read epics.caget exact[SR:DCCT] unknown[] definite
# unresolved: -
import epics
import matplotlib.pyplot as plt
current = [epics.caget("SR:DCCT") for _ in range(10)]
plt.plot(current)
plt.savefig("current.png")
