# writes: none
import epics
import numpy as np
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation
fig, ax = plt.subplots()
line, = ax.plot([], [])
xs, ys = [], []
def update(frame):
    ys.append(epics.caget("A"))
    xs.append(frame)
    line.set_data(xs, ys)
    ax.set_xlim(0, len(xs))
    return line,
ani = FuncAnimation(fig, update, interval=500)
plt.show()
