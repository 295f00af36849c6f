# endpoint: archiver.example.org:443
# endpoint: example.org:80
# endpoint: 10.0.0.1:8080
# endpoint: api.example.com:443
# endpoint: db.example.com:22
import http.client, socket, urllib.request
import requests
import pandas as pd
HOST = "archiver.example.org"
requests.get(f"https://{HOST}/data?pv=x", timeout=3)
urllib.request.urlopen("http://example.org/")
socket.create_connection(("10.0.0.1", 8080))
with requests.Session() as s:
    s.get("https://api.example.com/v1")
sock = socket.socket()
sock.connect(("db.example.com", 22))
