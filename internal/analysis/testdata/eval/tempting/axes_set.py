# source: Matplotlib gallery, simple plot (matplotlib.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
import io

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

current = np.linspace(0, 5, 50)
field = 0.2 * current + 0.001 * current**2

figure, axes = plt.subplots()
(line,) = axes.plot(current, field)
line.set(color="C1", linewidth=2)
line.set_label("SR:HCM1:SP")
axes.set(xlabel="current / A", ylabel="field / T", title="caput SR:HCM1:SP versus field")
axes.set_xlim(0, 5)
axes.legend()
figure.set_size_inches(5, 3)
figure.savefig(io.BytesIO(), format="png", dpi=60)
print(axes.get_title())
