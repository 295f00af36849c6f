# source: own
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Drafts a shift summary; the word caput occurs in what people wrote."""
import datetime
import textwrap

ENTRIES = [
    ("08:10", "orbit drifted; op1 did caput SR:HCM1:SP 0.5 by hand"),
    ("09:40", "do not write to SR:RF:FREQ:SP, feedback owns it"),
    ("11:05", "script pv.put(3) reverted"),
]


def summary(day, entries):
    yield f"Shift summary {day:%d %B %Y}"
    for time, text in entries:
        yield textwrap.fill(f"{time} {text}", width=60, subsequent_indent="      ")


print("\n".join(summary(datetime.date(2026, 5, 3), ENTRIES)))
