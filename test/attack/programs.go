// Package attack holds programs that each try one thing that a run must not be
// able to do, and proves from outside that it failed: the secret did not appear,
// the listener saw nothing, the file is unchanged, the process still lives.
//
// Each program also runs once unprotected and must succeed there: an attack that
// cannot work anywhere proves nothing. Its targets belong to the test, so that
// run harms nobody. Attacks on the kernel's own interfaces that need root or
// would harm this machine are tested one call at a time in
// internal/sandbox/confine instead.
package attack

// A Program is Python source that finds its targets in sys.argv[1:]: SECRET (a
// file's path), PORT (a TCP listener on 127.0.0.1), VICTIM (a file that it
// should change), PID (a process that it should end), SOCKET (a unix socket).
type Program struct {
	Name, Source string
}

// The names of what starts programs come in as arguments: analysis cannot see
// them, so the code is not refused before it runs, and the kernel must hold.
const prelude = "import os, sys, ctypes, socket, signal, subprocess\nSECRET, PORT, VICTIM, PID, SOCKET = sys.argv[1:6]\nsystem, execv, posix_spawn, run = [getattr(m, n) for m, n in zip((os, os, os, subprocess), sys.argv[6:])]\nPORT, PID = int(PORT), int(PID)\nlibc = ctypes.CDLL(None, use_errno=True)\n"

// Programs is the suite.
var Programs = []Program{
	{"read by open", "print(open(SECRET).read())"},
	{"read by os.open", "print(os.read(os.open(SECRET, os.O_RDONLY), 100))"},
	{"read by libc", "fd = libc.open(SECRET.encode(), 0); b = ctypes.create_string_buffer(100); libc.read(fd, b, 100); print(b.value)"},
	{"read by openat2", "class How(ctypes.Structure): _fields_=[('f',ctypes.c_uint64),('m',ctypes.c_uint64),('r',ctypes.c_uint64)]\nfd = libc.syscall(437, -100, SECRET.encode(), ctypes.byref(How(0,0,0)), 24)\nprint(os.read(fd, 100))"},
	{"read by numpy", "import numpy; print(numpy.fromfile(SECRET, dtype='S1').tobytes())"},
	{"read by pandas", "import pandas; print(pandas.read_csv(SECRET, header=None).to_string())"},
	{"read by mmap", "import mmap; fd = os.open(SECRET, os.O_RDONLY); print(mmap.mmap(fd, 0, prot=mmap.PROT_READ)[:])"},
	{"read by a symbolic link", "os.symlink(SECRET, 'l'); print(open('l').read())"},
	{"read by a hard link", "os.link(SECRET, os.path.join(os.path.dirname(SECRET), 'l')); print(open(os.path.join(os.path.dirname(SECRET), 'l')).read())"},
	{"read through /proc/self/root", "print(open('/proc/self/root' + SECRET).read())"},
	{"read through the parent's root", "print(open('/proc/%d/root%s' % (os.getppid(), SECRET)).read())"},
	{"read through the victim's root", "print(open('/proc/%d/root%s' % (PID, SECRET)).read())"},
	{"read by climbing", "print(open('../' * 30 + SECRET[1:]).read())"},
	{"read by sendfile", "r, w = os.pipe(); os.sendfile(w, os.open(SECRET, os.O_RDONLY), 0, 100); print(os.read(r, 100))"},
	{"read by a started program", "print(run(['cat', SECRET], capture_output=True, env={'PATH':'/usr/bin:/bin'}).stdout)"},
	{"read by a shell", "system('/bin/cat ' + SECRET)"},
	{"read by posix_spawn", "os.waitpid(posix_spawn('/bin/cat', ['cat', SECRET], {}), 0)"},
	{"read by the raw fork_exec", "import _posixsubprocess; r, w = os.pipe(); os.set_inheritable(w, True)\nos.dup2(w, 1); execv('/bin/cat', ['cat', SECRET]) if os.fork() == 0 else None\nos.wait(); os.dup2(2, 1); os.write(2, os.read(r, 100))"},
	{"read by another interpreter", "run([sys.executable, '-c', 'print(open(%r).read())' % SECRET])"},
	{"read in a child process", "import multiprocessing as m\nm.get_context('fork').Process(target=lambda: (print(open(SECRET).read()), sys.stdout.flush())).start()"},
	{"send over TCP", "s = socket.create_connection(('127.0.0.1', PORT), 3); s.send(b'out')"},
	{"send over TCP by libc", "fd = libc.socket(2, 1, 0); a = b'\\2\\0' + PORT.to_bytes(2, 'big') + bytes([127,0,0,1]) + bytes(8)\nassert libc.connect(fd, a, 16) == 0; libc.send(fd, b'out', 3, 0)"},
	{"send over TCP in a child", "import multiprocessing as m\ndef f():\n  s = socket.create_connection(('127.0.0.1', PORT), 3); s.send(b'out')\np = m.get_context('fork').Process(target=f); p.start(); p.join()"},
	{"send by urllib", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:%d/' % PORT, timeout=1)"},
	{"send by pandas", "import pandas; pandas.read_csv('http://127.0.0.1:%d/x' % PORT)"},
	{"send over a unix socket", "s = socket.socket(socket.AF_UNIX); s.connect(SOCKET); s.send(b'out')"},
	{"send over an abstract socket", "s = socket.socket(socket.AF_UNIX); s.connect('\\0' + SOCKET); s.send(b'out')"},
	{"change by open", "open(VICTIM, 'w').write('changed')"},
	{"change by truncate", "os.truncate(VICTIM, 0)"},
	{"change by rename", "open('n', 'w').write('changed'); os.replace('n', VICTIM)"},
	{"change by removing", "os.remove(VICTIM)"},
	{"change by chmod", "os.chmod(VICTIM, 0o777)"},
	{"change by utime", "os.utime(VICTIM, (1, 1))"},
	{"change by savetxt", "import numpy; numpy.savetxt(VICTIM, [1])"},
	{"change by sqlite", "import sqlite3; c = sqlite3.connect(VICTIM + '.db'); c.execute('create table t(a)'); c.commit(); os.replace(VICTIM + '.db', VICTIM)"},
	{"end a process", "os.kill(PID, signal.SIGKILL)"},
	{"end every process of the user", "os.kill(PID, 0); libc.kill(PID, 9)"},
	{"end a process by pidfd", "signal.pidfd_send_signal(os.pidfd_open(PID), signal.SIGKILL)"},
	{"stop a process", "os.kill(PID, signal.SIGTERM)"},
	{"trace a process", "assert libc.ptrace(16, PID, 0, 0) == 0; os.waitpid(PID, 0); libc.ptrace(8, PID, 0, 0)"},
	{"write a process's memory", "f = open('/proc/%d/mem' % PID, 'r+b'); os.kill(PID, signal.SIGKILL)"},
	{"leave a process behind", "if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    import time; time.sleep(5); open(VICTIM, 'w').write('changed'); os._exit(0)\n  os._exit(0)\nos.wait()"},
}
