# What every program may use. The targets' names stand above this: SECRET, VICTIM
# (files of the host), HOST (their folder), SOCKET, DATAGRAM, SHOWN (unix sockets),
# INPUT (a folder shown), HOME (of the person), PID (a process of the host), PORT,
# PORT6, UDP (on the loopback), NONCE and KEY (to name things by), PHASE,
# OUTER and OUTERPORT (a listener at the host's outer address).
import ctypes, os, sys

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
X86 = os.uname().machine == "x86_64"


def won():
    os.write(1, ("done-" + NONCE[::-1] + "\n").encode())


def must(result):
    """Return what a C function answered, or raise what went wrong."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def syscall(x86, arm, *args):
    """Call the kernel by number, without the C library's help."""
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in args]
    return must(libc.syscall(ctypes.c_long(x86 if X86 else arm), *words))


def text(name):
    with open(name, "rb") as file:
        return file.read()


def show(b):
    """Print bytes wherever they came from, with zero bytes made spaces."""
    os.write(1, bytes(b).replace(b"\0", b" ")[:4000] + b"\n")


def child(function):
    """Run function in a forked process and wait for it."""
    pid = os.fork()
    if pid == 0:
        try:
            function()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def others():
    """Return every process that may be there by its number, but this one and its threads."""
    own = {0, os.getpid(), *map(int, os.listdir("/proc/self/task"))}
    return [pid for pid in [os.getppid(), *range(1, 200)] if pid not in own]
