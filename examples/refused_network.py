"""Refused: opens a connection, and a run has no network.

What it would do: send the results of an analysis to a collector.
"""

import json
import socket

results = {"half_life_s": 153.1}
with socket.create_connection(("collector.example.org", 443), timeout=5) as connection:
    connection.sendall(json.dumps(results).encode())
