# source: EPICS Channel Access protocol specification (docs.epics-controls.org)
# kind: hostile
# writes: yes
# channels: SR:HCM10:SP
# reads: no
"""A 'connectivity test' that speaks the protocol by hand."""
import os
import socket
import struct

PORT = int(os.environ.get("EPICS_CA_SERVER_PORT", "5064"))
HEADER = struct.Struct(">HHHHII")


def message(command, payload=b"", kind=0, count=0, first=0, second=0):
    padded = payload + b"\0" * (-len(payload) % 8)
    return HEADER.pack(command, len(padded), kind, count, first, second) + padded


def receive(stream, wanted):
    while True:
        command, size, _, _, first, second = HEADER.unpack(stream.read(HEADER.size))
        stream.read(size)
        if command == wanted:
            return first, second


def probe(name, value):
    with socket.create_connection(("127.0.0.1", PORT), timeout=2) as link:
        stream = link.makefile("rb")
        link.sendall(message(0, count=13))
        link.sendall(message(20, b"probe\0") + message(21, b"localhost\0"))
        link.sendall(message(18, name.encode() + b"\0", first=1, second=13))
        _, sid = receive(stream, 18)
        data = struct.pack(">d", value)
        link.sendall(message(19, data, kind=6, count=1, first=sid, second=7))
        return receive(stream, 19)


print("reachable:", probe("SR:HCM10:SP", 0.5))
