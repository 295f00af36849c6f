# writes: none
from influxdb_client import InfluxDBClient, Point
from epics import caget
c = InfluxDBClient(url="http://h:8086", token="t", org="o")
w = c.write_api()
w.write(bucket="b", record=Point("m").field("v", caget("A")))
