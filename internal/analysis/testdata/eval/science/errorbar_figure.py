# source: Matplotlib gallery, errorbar and subplots (matplotlib.org)
# kind: science
# writes: no
# channels: -
# reads: no
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

x = np.arange(0.1, 4, 0.5)
y = np.exp(-x)

figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3), layout="tight")
left.errorbar(x, y, yerr=0.1 + 0.1 * x, fmt="o", capsize=3)
left.set_yscale("log")
left.set(title="decay", xlabel="t / s", ylabel="counts")
right.scatter(x, y, c=y, cmap="viridis")
right.annotate("first", (x[0], y[0]), textcoords="offset points", xytext=(10, -5))
figure.savefig("decay.png", dpi=70)
plt.close(figure)
print("saved decay.png")
