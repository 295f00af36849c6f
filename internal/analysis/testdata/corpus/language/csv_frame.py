# written: exact Q:1 Q:2
import io
import pandas
import epics
table = pandas.read_csv(io.StringIO("name;value\nQ:1;3\nQ:2;4\n"), sep=";")
for name in table["name"]:
    epics.caput(name, 0)
