# A careless warm server, for the programs of warm.txtar to succeed against: it
# holds a secret, a shared page, a socket and folders, and either forks a copy of
# itself for each run ("zygote") or runs one after the other itself ("reused").
import ctypes, os, signal, socket, sys


def run(phase):
    path = sys.argv[2].replace(".py", ".txt")
    exec(compile(open(path).read(), "attack", "exec"), {"__name__": "__main__", "LATER": phase})
    sys.stdout.flush()


def serve(token):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    at = libc.mmap(ctypes.c_void_p(0x30_0000_0000), 4096, 3, 0x100021, -1, ctypes.c_long(0))
    ctypes.memmove(at, token.encode(), len(token))
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    held = [os.open("/", os.O_RDONLY), os.open("/proc/self/ns/mnt", os.O_RDONLY)]
    if (sibling := os.fork()) == 0:
        signal.pause()
    for phase in (1, 2):
        pid = os.fork()
        if pid == 0:
            try:
                run(phase)
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
    try:
        os.kill(sibling, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return ours, theirs, held


if sys.argv[1] == "reused":
    run(1), run(2)
elif os.fork() == 0:  # so that it is not process 1, which no signal reaches
    serve(os.environ.pop("TOKEN"))
else:
    os.wait()
