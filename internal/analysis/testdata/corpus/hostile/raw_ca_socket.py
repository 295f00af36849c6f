# writes: unresolved
# endpoint: ioc1:5064
import socket
s = socket.create_connection(("ioc1", 5064))
s.sendall(b"\x00\x04")
