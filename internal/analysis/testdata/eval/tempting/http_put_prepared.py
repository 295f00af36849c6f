# source: requests documentation, quickstart (requests.readthedocs.io)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Shows what a PUT to the settings service would look like; it is not sent."""
import json
from urllib.request import Request

EXAMPLE = """
import requests
requests.put("https://settings.example.org/api/SR:HCM1:SP", json={"value": 1.0})
"""


def prepare(channel, value):
    url = f"https://settings.example.org/api/{channel}"
    body = json.dumps({"value": value}).encode()
    request = Request(url, data=body, method="PUT")
    request.add_header("Content-Type", "application/json")
    return request


request = prepare("SR:HCM1:SP", 1.0)
print(request.get_method(), request.full_url, request.data)
print(EXAMPLE)
