"""Sockets to the ports of Channel Access and pvAccess: nothing leaves, writes are recorded.

A TCP connection to such a port is answered by a small Channel Access server; bytes
that it does not understand count as a write to a channel that nobody can name, "?".
"""

import contextlib
import socket
import struct
import threading

import _recording as rec

PORTS = {5064, 5065, 5075, 5076}
READS = {0, 1, 2, 6, 12, 13, 15, 17, 20, 21, 23}  # version, event, search, clear, read notify, names, echo ...


class Server:
    """One circuit: channels by id, and the answers due."""

    def __init__(self):
        self.names, self.pending = {}, b""

    def feed(self, data):
        """Take bytes of the client; the bytes that answer them."""
        self.pending += data
        out = b""
        while len(self.pending) >= 16:
            command, size, kind, count, one, two = struct.unpack(">HHHHII", self.pending[:16])
            if command > 30 or len(self.pending) < 16 + size:
                break
            payload, self.pending = self.pending[16:16 + size], self.pending[16 + size:]
            out += self.act(command, payload, kind, count, one, two)
        else:
            return out
        rec.write("?", self.pending.hex())
        self.pending = b""
        return out

    def act(self, command, payload, kind, count, one, two):
        """One message; the bytes that answer it."""
        if command == 18:
            self.names[one] = payload.split(b"\0")[0].decode("latin-1")
            return struct.pack(">HHHHII", 22, 0, 0, 0, one, 3) + struct.pack(">HHHHII", 18, 0, 6, 1, one, one)
        if command in (4, 19):
            name = self.names.get(one) or (list(self.names.values())[-1] if self.names else "?")
            rec.write(name, value(kind, payload))
            return struct.pack(">HHHHII", 19, 0, kind, count, 1, two) if command == 19 else b""
        if command in (1, 15):
            read = rec.number(rec.read(self.names.get(one, "?")))
            body = struct.pack(">d", float(read) if isinstance(read, (int, float)) else 0.0)
            return struct.pack(">HHHHII", command, 8, 6, 1, 1, two) + body
        if command not in READS:
            rec.write("?", payload.hex())
        return b""


def value(kind, payload):
    """The value of a write."""
    forms = {1: ">h", 2: ">f", 3: ">H", 5: ">i", 6: ">d"}
    if kind in forms and len(payload) >= struct.calcsize(forms[kind]):
        return struct.unpack_from(forms[kind], payload)[0]
    return payload.split(b"\0")[0]


def serve(end):
    """Answer a circuit until its client goes."""
    server = Server()
    with end, contextlib.suppress(OSError):
        while data := end.recv(65536):
            end.sendall(server.feed(data))


def port_of(address):
    """The port of an address that a socket is given."""
    return address[1] if isinstance(address, tuple) and len(address) > 1 else None


def install():
    """Divert the ports."""
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto

    def divert(self, address):
        ours, theirs = socket.socketpair()
        timeout = self.gettimeout()
        import os
        os.dup2(ours.fileno(), self.fileno())
        ours.close()
        self.settimeout(timeout)
        threading.Thread(target=serve, args=(theirs,), daemon=True).start()

    def new_connect(self, address):
        return divert(self, address) if port_of(address) in PORTS else connect(self, address)

    def new_connect_ex(self, address):
        return divert(self, address) or 0 if port_of(address) in PORTS else connect_ex(self, address)

    def new_sendto(self, data, *rest):
        if port_of(rest[-1]) not in PORTS:
            return sendto(self, data, *rest)
        Server().feed(bytes(data))
        return len(data)

    socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto = new_connect, new_connect_ex, new_sendto
