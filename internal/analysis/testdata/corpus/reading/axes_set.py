# writes: none
# unresolved: -
import matplotlib.pyplot as plt
from epics import caget
fig, ax = plt.subplots()
ax.set(title="beam", xlabel="t")
ax.set_title("current")
ax.plot([caget("I")])
