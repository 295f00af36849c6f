# source: EPICS Channel Access protocol specification (docs.epics-controls.org)
# kind: tempting
# writes: no
# channels: -
# reads: no
"""Encodes and decodes a CA_PROTO_WRITE for a lecture; opens no socket."""
import struct

HEADER = struct.Struct(">HHHHII")
CA_PROTO_WRITE = 4
DBR_DOUBLE = 6


def encode(sid, ioid, value):
    body = struct.pack(">d", value)
    return HEADER.pack(CA_PROTO_WRITE, len(body), DBR_DOUBLE, 1, sid, ioid) + body


def decode(data):
    command, size, kind, count, sid, ioid = HEADER.unpack_from(data)
    return {"command": command, "size": size, "sid": sid, "value": struct.unpack_from(">d", data, HEADER.size)[0]}


packet = encode(12, 1, 0.5)
print(packet.hex(" "), decode(packet))
