package sandbox

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
)

// TestLimits (P17): each limit ends the run and is named with its value.
func TestLimits(t *testing.T) { eachLevel(t, testLimits) }

func testLimits(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
	r := func(f func(r *interlock.Resources)) func(*interlock.Grant, *interlock.Submission) {
		return func(g *interlock.Grant, _ *interlock.Submission) { f(&g.Resources) }
	}
	for _, tc := range []struct {
		name, source, limit string
		adjust              func(*interlock.Grant, *interlock.Submission)
	}{
		{"sleeps for ever", "import time; time.sleep(1000)", "wall", r(func(r *interlock.Resources) { r.Wall = 300 * time.Millisecond })},
		{"ignores signals", "import signal\nfor n in range(1,65):\n  try: signal.signal(n, signal.SIG_IGN)\n  except (OSError, ValueError): pass\nwhile True: pass",
			"wall", r(func(r *interlock.Resources) { r.Wall = 500 * time.Millisecond })},
		{"computes for ever", "while True: pass", "cpu", r(func(r *interlock.Resources) { r.CPU = time.Second })},
		{"computes for ever in children", "import os\nfor _ in range(3):\n  if os.fork()==0: break\nwhile True: pass", "cpu", r(func(r *interlock.Resources) { r.CPU = time.Second })},
		{"allocates without end", "x=[]\nwhile True: x.append(bytearray(1<<20))", "memory", nil},
		{"allocates in children", "import os,time\nfor _ in range(4):\n  if os.fork()==0:\n    x=b'x'*(200<<20); time.sleep(10)\ntime.sleep(10)", "memory", nil},
		{"shared memory", "import mmap\nx=mmap.mmap(-1,1<<30)\nfor i in range(0,1<<30,4096): x[i]=1", "memory", nil},
		{"forks without end", "import os\nwhile True: os.fork()", "processes", nil},
		{"threads without end", "import threading,time\nwhile True: threading.Thread(target=time.sleep,args=(9,),daemon=True).start()", "processes", nil},
		{"prints without end", "while True: print('x'*10000)", "output", nil},
		{"prints to stderr without end", "import os\nwhile True: os.write(2,b'x'*10000)", "output", nil},
		{"fills the workspace", "i=0\nwhile True:\n  i+=1\n  open(f'f{i}','wb').write(b'x'*(4<<20))", "workspace", nil},
		{"fills the temporary folder", "import tempfile; d=tempfile.gettempdir(); i=0\nwhile True:\n  i+=1\n  open(f'{d}/f{i}','wb').write(b'x'*(4<<20))", "workspace", nil},
		{"one large file", "open('f','wb').write(b'x'*(9<<20))", "file", nil},
		{"files without end", "i=0\nwhile True:\n  i+=1\n  open(f'f{i}','w')", "inodes", nil},
		{"descriptors without end", "x=[]\nwhile True: x.append(open('/dev/null'))", "open_files", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := run(t, tc.source, func(g *interlock.Grant, s *interlock.Submission) {
				at(g, s)
				if tc.adjust != nil {
					tc.adjust(g, s)
				}
			})
			if o.err != nil {
				t.Fatal(o.err)
			}
			if o.Limit == nil || o.Limit.Name != tc.limit {
				t.Fatalf("limit %+v, want %s (exit %+v, claims %+v, stderr %.300s)", o.Limit, tc.limit, o.Exit, o.Claims.Error, o.Stderr)
			}
			if o.Limit.Value == "" || o.Limit.By == "" {
				t.Errorf("limit %+v lacks its value or what held it", o.Limit)
			}
			if int64(len(o.Stdout)+len(o.Stderr)) > 1<<20 {
				t.Errorf("kept %d bytes of output", len(o.Stdout)+len(o.Stderr))
			}
		})
	}
}

// TestEnds: how a run ends is what the kernel saw, whatever the code reports.
func TestEnds(t *testing.T) { eachLevel(t, testEnds) }

func testEnds(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
	for _, tc := range []struct {
		name, source string
		code         int
		signal       string
	}{
		{"empty", "", 0, ""},
		{"exit 3", "import sys; sys.exit(3)", 3, ""},
		{"os._exit 4", "import os; os._exit(4)", 4, ""},
		{"raises", "1/0", 1, ""},
		{"kills itself", "import os,signal; os.kill(os.getpid(), signal.SIGKILL)", 137, "SIGKILL"},
		{"terminates itself", "import os,signal; os.kill(os.getpid(), signal.SIGTERM)", 143, "SIGTERM"},
		{"aborts", "import os; os.abort()", 134, "SIGABRT"},
		{"kills init", "import os,signal; os.kill(1, signal.SIGKILL)", 1, ""},
		{"kills everything", "import os,signal\ntry: os.kill(-1, signal.SIGKILL)\nexcept ProcessLookupError: pass", 0, ""},
		{"leaves orphans", "import os,time\nif os.fork()==0:\n  os.setsid()\n  if os.fork()==0: time.sleep(1000)\n", 0, ""},
		{"forges an end", "import os\nfor fd in range(3,64):\n  try: os.write(fd, b'\\0\\0\\0\\x12{\"t\":\"end\",\"exit\":0}')\n  except OSError: pass\nos._exit(7)", 7, ""},
		{"floods the channel", "import os\nfor fd in range(3,64):\n  try: os.write(fd, b'\\xff'*100000)\n  except OSError: pass\nos._exit(8)", 8, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			o := run(t, tc.source, at)
			if o.err != nil {
				t.Fatal(o.err)
			}
			if o.Exit.Code != tc.code || o.Exit.Signal != tc.signal {
				t.Errorf("exit %+v, want %d %s; stderr %s", o.Exit, tc.code, tc.signal, o.Stderr)
			}
			if time.Since(began) > 10*time.Second {
				t.Errorf("took %v", time.Since(began))
			}
		})
	}
}

// TestHeld (P4, P5, P6, P9, P16): what is not in the grant does not exist for the run.
func TestHeld(t *testing.T) { eachLevel(t, testHeld) }

func testHeld(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
	secret := t.TempDir() + "/secret"
	if err := os.WriteFile(secret, []byte("beam"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]string{
		"reads a file outside":     "open('" + secret + "').read()",
		"reads /etc/shadow":        "open('/etc/shadow').read()",
		"lists the host's home":    "import os; assert os.listdir('/root')==[] or not os.path.exists('/root/.bashrc'); raise SystemExit(1)",
		"connects to the network":  "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)",
		"resolves a name":          "import socket; socket.getaddrinfo('example.org', 80)",
		"starts a shell":           "import os; raise SystemExit(os.system('/bin/sh -c true') >> 8 or 0)",
		"starts a program":         "import subprocess; subprocess.run(['/bin/true'], check=True)",
		"executes its own file":    "import os; open('t','w').write('#!/usr/bin/env python3\\n'); os.chmod('t',0o755); os.execv('t',['t'])",
		"opens a raw socket":       "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
		"opens netlink":            "import socket; socket.socket(16, socket.SOCK_RAW, 0)",
		"opens vsock":              "import socket; socket.socket(40, socket.SOCK_STREAM, 0)",
		"writes /proc/sys":         "open('/proc/sys/kernel/core_pattern','w').write('x')",
		"writes to the root":       "open('/x','w')",
		"writes to /usr":           "open('/usr/lib/x','w')",
		"reads init's environment": "open('/proc/1/environ').read()",
		"reads init's memory":      "open('/proc/1/mem','rb').read(1)",
		"makes a user namespace":   "import ctypes,os; l=ctypes.CDLL(None,use_errno=True); assert l.unshare(0x10000000)==0",
		"mounts":                   "import ctypes; l=ctypes.CDLL(None,use_errno=True); assert l.mount(b'x',b'/tmp',b'tmpfs',0,None)==0",
		"traces":                   "import ctypes; l=ctypes.CDLL(None,use_errno=True); assert l.ptrace(16,1,0,0)==0",
		"adds a key":               "import ctypes; l=ctypes.CDLL(None,use_errno=True); assert l.syscall(248,b'user',b'k',b'v',1,-3)>0",
		"io_uring":                 "import ctypes; l=ctypes.CDLL(None,use_errno=True); assert l.syscall(425,1,0)>=0",
		"memfd":                    "import os; os.memfd_create('x')",
		"injects terminal input":   "import fcntl; fcntl.ioctl(0,0x5412,b'x')",
		"gains capabilities":       "import os; os.setuid(0)",
		"raises its limits":        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE,(4096,4096))",
		"changes the script":       "import os; assert not os.access('/root/.bashrc', os.R_OK); raise SystemExit(1)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := run(t, source, at)
			if o.err != nil {
				t.Fatal(o.err)
			}
			if o.Exit.Code == 0 {
				t.Errorf("it succeeded: %s%s", o.Stdout, o.Stderr)
			}
			if strings.Contains(string(o.Stdout), "beam") {
				t.Error("the secret came out")
			}
		})
	}
}

// TestOrdinaryWork (P14): what scientific code needs works.
func TestOrdinaryWork(t *testing.T) {
	for name, source := range map[string]string{
		"files in the workspace": "open('a','w').write('1'); import os,shutil; shutil.copy('a','b'); os.rename('b','c'); os.remove('a'); assert os.listdir('.')",
		"copying with metadata":  "import shutil,os; os.mkdir('t'); open('t/a','w').write('1'); shutil.copy2('t/a','b'); shutil.copytree('t','u'); shutil.move('u','v'); assert open('v/a').read()=='1'",
		"temporary files":        "import tempfile; tempfile.NamedTemporaryFile().write(b'x'); tempfile.mkdtemp()",
		"threads":                "import concurrent.futures as f; assert list(f.ThreadPoolExecutor(4).map(abs,[-1]))==[1]",
		"a process pool":         "import multiprocessing as m\ndef f(x): return x*x\nif __name__=='__main__':\n  with m.Pool(2) as p: assert p.map(f,[1,2,3])==[1,4,9]",
		"a spawned pool":         "import multiprocessing as m\ndef f(x): return x*x\nif __name__=='__main__':\n  with m.get_context('spawn').Pool(2) as p: assert p.map(f,[1,2,3])==[1,4,9]",
		"a fork server":          "import multiprocessing as m\ndef f(x): return x*x\nif __name__=='__main__':\n  with m.get_context('forkserver').Pool(2) as p: assert p.map(f,[1,2,3])==[1,4,9]",
		"asyncio":                "import asyncio; asyncio.run(asyncio.sleep(0.01))",
		"loopback":               "import socket\ns=socket.create_server(('127.0.0.1',0)); c=socket.create_connection(s.getsockname()); a,_=s.accept(); a.send(b'x'); assert c.recv(1)==b'x'",
		"sqlite":                 "import sqlite3; c=sqlite3.connect('d.db'); c.execute('create table t(a)'); c.commit()",
		"shared memory":          "from multiprocessing import shared_memory as s; m=s.SharedMemory(create=True,size=100); m.close(); m.unlink()",
		"time zones":             "import time; time.tzset(); time.localtime()",
		"user names":             "import getpass,pwd,os; assert pwd.getpwuid(os.getuid()).pw_name=='run'; getpass.getuser(); os.path.expanduser('~')",
		"random":                 "import random,os,uuid; os.urandom(8); uuid.uuid4()",
		"host names":             "import socket; socket.gethostname(); assert socket.gethostbyname('localhost')=='127.0.0.1'",
		"cpu count":              "import os; assert os.cpu_count()>0",
		"raising the soft limit": "import resource; resource.getrlimit(resource.RLIMIT_AS)",
	} {
		t.Run(name, func(t *testing.T) {
			o := run(t, source, nil)
			if o.err != nil || o.Exit.Code != 0 {
				t.Errorf("%v exit %+v\n%s%s", o.err, o.Exit, o.Stdout, o.Stderr)
			}
		})
	}
}
