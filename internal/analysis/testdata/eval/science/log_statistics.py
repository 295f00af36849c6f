# source: Python documentation, collections Counter recipes (docs.python.org)
# kind: science
# writes: no
# channels: -
# reads: no
import collections
import datetime
import re

LOG = """\
2026-05-03T08:00:01 INFO vacuum ok
2026-05-03T08:03:11 WARNING vacuum gauge 7 noisy
2026-05-03T08:03:40 ERROR cooling flow low
2026-05-03T09:14:02 INFO cooling flow ok
2026-05-03T09:15:59 WARNING vacuum gauge 7 noisy
"""
LINE = re.compile(r"(?P<time>\S+) (?P<level>[A-Z]+) (?P<system>\w+) (?P<text>.*)")

Entry = collections.namedtuple("Entry", "time level system text")
entries = [Entry(**m.groupdict()) for m in LINE.finditer(LOG)]
levels = collections.Counter(e.level for e in entries)
by_hour = collections.defaultdict(list)
for entry in entries:
    by_hour[datetime.datetime.fromisoformat(entry.time).hour].append(entry)

print(levels.most_common())
print({hour: len(found) for hour, found in by_hour.items()})
print(collections.Counter(e.system for e in entries if e.level != "INFO"))
