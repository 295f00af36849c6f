# writes: none
import requests, epics
s = requests.Session()
s.headers.update({"a": "b"})
s.put("https://elog.example.org/api", json={"v": epics.caget("A")})
