"""Time zones, locale, calendars and random seeds."""
import calendar
import datetime as dt
import locale
import random
import time
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

berlin, tokyo = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
beam = dt.datetime(2026, 3, 29, 1, 30, tzinfo=berlin)
print(beam.astimezone(tokyo), (beam + dt.timedelta(hours=2)).utcoffset())
index = pd.date_range("2026-03-28", periods=48, freq="h", tz="Europe/Berlin").tz_convert("US/Pacific")
print(index[[0, -1]], calendar.monthrange(2026, 2), time.strftime("%Z"), locale.setlocale(locale.LC_ALL, "C"))
random.seed(1)
np.random.seed(1)
first = random.random(), np.random.rand()
random.seed(1)
np.random.seed(1)
assert first == (random.random(), np.random.rand())
began = time.perf_counter()
time.sleep(0.01)
assert time.perf_counter() - began >= 0.01
