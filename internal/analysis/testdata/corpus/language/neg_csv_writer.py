# writes: none
import csv, epics, time
with open("log.csv", "w", newline="") as f:
    w = csv.writer(f)
    w.writerow(["t", "v"])
    for _ in range(3):
        w.writerow([time.time(), epics.caget("A")])
    f.flush()
