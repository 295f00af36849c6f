# writes: unresolved
import os, socket
port = int(os.getenv("PORT", "5064"))
s = socket.socket()
s.connect(("10.0.0.1", port))
s.sendall(b"x")
