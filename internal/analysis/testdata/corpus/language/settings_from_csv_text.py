# writes: definite
# written: exact C:1 C:2
import csv, io, epics
TABLE = """pv,value
C:1,1.0
C:2,2.0
"""
for row in csv.DictReader(io.StringIO(TABLE)):
    epics.caput(row["pv"], float(row["value"]))
