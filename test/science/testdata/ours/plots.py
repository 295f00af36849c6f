"""Figures of many kinds, saved and shown."""
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_pdf import PdfPages

x = np.linspace(0, 10, 200)
fig, axes = plt.subplots(2, 2, figsize=(6, 5), constrained_layout=True)
axes[0, 0].plot(x, np.sin(x), label=r"$\sin x$")
axes[0, 0].legend()
axes[0, 1].imshow(np.outer(np.sin(x), np.cos(x)), cmap="viridis")
axes[1, 0].hist(np.random.default_rng(0).normal(size=500), bins=30)
axes[1, 1].errorbar(x[::20], x[::20], yerr=0.5, fmt="o")
fig.savefig("four.png", dpi=80)
fig.savefig("four.svg")
with PdfPages("book.pdf") as pdf:
    pdf.savefig(fig)
plt.show()
with plt.style.context("ggplot"), plt.rc_context({"font.size": 8}):
    fig3 = plt.figure()
    ax = fig3.add_subplot(projection="3d")
    ax.plot_surface(*np.meshgrid(x[:20], x[:20]), np.ones((20, 20)))
    plt.show()
print(matplotlib.get_backend(), open("four.png", "rb").read(4))
