"""CSV report: three thermistors calibrated from data.csv, with a module beside the script.

Data: data.csv in this folder. It was generated from the Steinhart-Hart equation of three
10 kOhm thermistors, spread by 1 % in R(25 C), with 5 mK of noise on the bath's thermometer
and one bad row, as bath calibrations tend to have.
"""

import csv
from pathlib import Path

import calibration
import matplotlib.pyplot as plt
import numpy as np

rows = list(csv.DictReader(open(Path(__file__).parent / "data.csv", newline="")))
report, curves = [], {}
for sensor in sorted({row["sensor"] for row in rows}):
    bath = np.array([float(r["bath_C"]) for r in rows if r["sensor"] == sensor]) + 273.15
    ohm = np.array([float(r["ohm"]) for r in rows if r["sensor"] == sensor])
    good = np.ones(bath.size, dtype=bool)
    for _ in range(3):  # leave out what lies far off, and fit again
        coefficients = calibration.fit(ohm[good], bath[good])
        off = calibration.temperature(ohm, coefficients) - bath
        good = np.abs(off) < 5 * np.median(np.abs(off)) / 0.6745
    curves[sensor] = (bath - 273.15, 1e3 * off, good)
    report.append(
        {
            "sensor": sensor,
            "points": bath.size,
            "left_out": int(np.sum(~good)),
            "rms_mK": round(1e3 * float(np.std(off[good])), 2),
            "T_at_10k_C": round(float(calibration.temperature(10e3, coefficients)) - 273.15, 3),
        }
    )

with open("report.csv", "w", newline="") as file:
    writer = csv.DictWriter(file, report[0])
    writer.writeheader()
    writer.writerows(report)
print(Path("report.csv").read_text(), end="")

fig, axes = plt.subplots(layout="constrained")
for sensor, (celsius, off, good) in curves.items():
    axes.plot(celsius[good], off[good], ".-", lw=0.5, label=sensor)
axes.axhline(0, color="0.6")
axes.set(xlabel="bath / °C", ylabel="fit - bath / mK", title="Thermistor calibration")
axes.legend()

results = {"sensors": report}
