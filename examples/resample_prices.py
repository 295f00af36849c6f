"""pandas time series: daily prices resampled to months, with realised volatility.

Data: 1047 trading days of one share from August 2004, a file that matplotlib ships
with its examples (goog.npz).
"""

import matplotlib.cbook as cbook
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

prices = pd.DataFrame(cbook.get_sample_data("goog.npz")["price_data"]).set_index("date")
daily = np.log(prices["adj_close"]).diff()

monthly = pd.DataFrame(
    {
        "close": prices["adj_close"].resample("MS").last(),
        "volume": prices["volume"].resample("MS").sum(),
        "volatility": daily.resample("MS").std() * np.sqrt(252),
        "days": daily.resample("MS").count(),
    }
)
whole = monthly[monthly["days"] >= 15]
print(whole.tail(4).round(3).to_string())

fig, (top, bottom) = plt.subplots(2, sharex=True, layout="constrained")
top.plot(prices.index, prices["adj_close"], lw=0.7, label="daily")
top.step(monthly.index + pd.offsets.MonthEnd(0), monthly["close"], where="post", label="last of the month")
top.set(ylabel="price / USD", title=f"{len(prices)} days to {len(monthly)} months")
top.legend()
bottom.bar(whole.index, 100 * whole["volatility"], width=25)
bottom.set_ylabel("volatility / % per year")
bottom.tick_params(axis="x", labelrotation=30)

results = {
    "days": len(prices),
    "months": len(monthly),
    "volume_kept": int(monthly["volume"].sum()) == int(prices["volume"].sum()),
    "calmest": f"{whole['volatility'].idxmin():%Y-%m}",
    "wildest": f"{whole['volatility'].idxmax():%Y-%m}",
    "median_volatility": whole["volatility"].median(),
}
monthly.describe().round(3)
