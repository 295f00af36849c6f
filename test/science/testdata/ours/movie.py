"""An animation as GIF."""
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter
from PIL import Image

fig, ax = plt.subplots(figsize=(3, 2))
(line,) = ax.plot([], [])
ax.set(xlim=(0, 6.3), ylim=(-1, 1))


def frame(k):
    x = np.linspace(0, 6.3, 100)
    line.set_data(x, np.sin(x + k / 3))
    return (line,)


FuncAnimation(fig, frame, frames=8, blit=True).save("wave.gif", writer=PillowWriter(fps=10), dpi=60)
with Image.open("wave.gif") as gif:
    print(gif.n_frames, gif.size)
    gif.convert("RGB").resize((60, 40)).save("small.png")
