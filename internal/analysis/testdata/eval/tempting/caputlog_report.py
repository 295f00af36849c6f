# source: EPICS caPutLog documentation, log format (docs.epics-controls.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Who wrote what: statistics over lines of a put log."""
import collections
import re

LOG = """\
03-May-26 10:15:01 cr01 op1 SR:HCM1:SP new=0.5 old=0.4
03-May-26 10:15:04 cr01 op1 SR:HCM2:SP new=0.1 old=0.4
03-May-26 10:17:44 cr02 phys SR:HCM1:SP new=0.4 old=0.5 min=0.4 max=0.6
"""
LINE = re.compile(r"^\S+ \S+ (?P<host>\S+) (?P<user>\S+) (?P<pv>\S+) new=(?P<new>\S+) old=(?P<old>\S+)")

puts = [m.groupdict() for m in map(LINE.match, LOG.splitlines()) if m]
by_user = collections.Counter(p["user"] for p in puts)
print(by_user.most_common())
for put in puts:
    change = float(put["new"]) - float(put["old"])
    print(f"{put['pv']:12s} {change:+.2f} by {put['user']}@{put['host']}")
