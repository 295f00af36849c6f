# source: own, a table of optics settings applied from a DataFrame
# kind: writing
# writes: yes
# channels: GTL:QD00:SETCUR GTL:QF00:SETCUR GTL:SH00:SETCUR
# reads: yes
import io
import pandas as pd
import epics

TABLE = """device,kind,amps
GTL:QF00,quad,12.4
GTL:QD00,quad,-9.8
GTL:SH00,steerer,0.35
"""

df = pd.read_csv(io.StringIO(TABLE))
df["channel"] = df["device"] + ":SETCUR"
df["before"] = [epics.caget(c) for c in df["channel"]]

for row in df.itertuples(index=False):
    epics.caput(row.channel, float(row.amps))

df["after"] = df["channel"].map(epics.caget)
print(df.to_string(index=False))
