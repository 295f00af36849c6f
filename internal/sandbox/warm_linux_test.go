package sandbox

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/test/require"
)

// warmUp waits until sb's pool for g's environment is up.
func warmUp(t testing.TB, sb *Sandbox, g interlock.Grant) {
	t.Helper()
	l, err := sb.layout(&interlock.Submission{ID: "warming", Name: "x.py", Folder: g.Files.Folder}, g)
	if err != nil {
		t.Fatal(err)
	}
	p, deadline := sb.pool(l), time.Now().Add(zygoteStart)
	for !p.status().Up {
		if time.Now().After(deadline) {
			t.Fatal("no zygote")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// cacheDir is kept between tests where it can be: to make matplotlib's list of
// fonts takes seconds.
func cacheDir(t testing.TB) string {
	if dir, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(dir, "interlock-test", "sandbox")
		if os.MkdirAll(dir, 0o700) == nil {
			return dir
		}
	}
	return t.TempDir()
}

// warmSandbox returns a Sandbox whose pool for g's environment is up.
func warmSandbox(t testing.TB, g interlock.Grant) *Sandbox {
	t.Helper()
	sb := New(Options{Getenv: os.Getenv, CacheDir: cacheDir(t), Pool: 2, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	t.Cleanup(func() { sb.Close() })
	warmUp(t, sb, g)
	return sb
}

// runWarm runs source in a child of sb's pool.
func runWarm(t testing.TB, sb *Sandbox, g interlock.Grant, source string) outcome {
	t.Helper()
	sub := &interlock.Submission{ID: "warm", Name: "x.py", Source: []byte(source), Folder: g.Files.Folder}
	c, err := sb.Prepare(context.Background(), sub, g)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.(*child).loaded == nil {
		t.Error("the run started an interpreter of its own")
	}
	out := outcome{workspace: t.TempDir()}
	out.Observed, out.Claims, out.err = c.Run(context.Background(), sub, out.workspace, interlock.Streams{}, nil)
	return out
}

// TestWarm: P14, a warm child runs a script as an interpreter of its own does.
func TestWarm(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "data.txt"), []byte("beside"), 0o644); err != nil {
		t.Fatal(err)
	}
	g := grant(folder)
	g.Environment.Interpreter = testPython(t)
	sb := warmSandbox(t, g)
	for range 3 { // confined now, and ahead
		o := runWarm(t, sb, g, "import os\nprint(os.getuid(), os.getpid(), open('data.txt').read(), os.path.exists('/tmp/left'))\n"+
			"for p in ('out.txt', '/tmp/left', '/dev/shm/left'): open(p, 'x').write('x')\nresults={'a':1}\n1+1\n")
		if o.err != nil || o.Exit.Code != 0 || string(o.Stdout) != "1000 2 beside False\n" || string(o.Results) != `{"a":1}` || len(o.Artifacts) != 1 {
			t.Errorf("%v %+v %s %s", o.err, o.Exit, o.Stdout, o.Stderr)
		}
		waitReady(t, sb)
	}
}

// waitReady waits until a child was confined ahead.
func waitReady(t testing.TB, sb *Sandbox) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); sb.Pools()[0].Ready == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("no child was confined ahead")
		}
	}
}

// TestWarmIsLikeCold: P9, what can be seen of a run is the same either way.
func TestWarmIsLikeCold(t *testing.T) {
	for name, source := range map[string]string{
		"end of objects":   "class A:\n def __del__(self): print('del', self.n)\n def __init__(self, n): self.n = n; self.me = self\na, _b = A('a'), A('b')\nimport atexit\natexit.register(print, 'atexit')\n",
		"exit with text":   "import sys\nsys.exit('that is why')\n",
		"exit with number": "raise SystemExit(300)\n",
		"exit with none":   "raise SystemExit\n",
		"exception":        "def f(): raise ValueError('no')\nf()\n",
		"recursion":        "def f(): f()\ntry: f()\nexcept RecursionError as e: print(e)\n",
		"threads":          "import threading, time\nthreading.Thread(target=lambda: (time.sleep(.1), print('joined'))).start()\nprint('main')\n",
		"daemon thread":    "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
		"os._exit":         "import os\nprint('lost?', end='')\nos._exit(7)\n",
		"abort":            "import os\nos.abort()\n",
		"own signal":       "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n",
		"interrupt":        "raise KeyboardInterrupt\n",
		"fork":             "import os\nif os.fork() == 0:\n print('child', flush=True); os._exit(3)\nprint(os.wait()[1] >> 8)\n",
		"fork that ends":   "import os, sys\nif os.fork() == 0:\n sys.exit(4)\nprint(os.wait()[1] >> 8)\n",
		"multiprocessing":  "import multiprocessing as mp\nif __name__ == '__main__':\n with mp.get_context('spawn').Pool(2) as p: print(p.map(abs, [-1, 2]))\n",
		"input":            "print(len(__import__('sys').stdin.read()))\n",
		"who":              "import sys, os\nprint(__name__, __file__, sys.argv, sys.path[0] == os.getcwd(), sorted(os.environ), sys.flags.isolated, threading_count() if 0 else '')\n",
		"threads at start": "import threading, os\nprint(threading.active_count(), threading.current_thread() is threading.main_thread())\n",
		"descriptors":      "import os\nprint(sorted(os.listdir('/proc/self/fd'))[:3], len(os.listdir('/proc/self/fd')) < 12)\n",
		"closed stdout":    "import sys, os\nprint('x')\nos.close(1)\n",
		"mounts":           "print(sorted(line.split()[1] for line in open('/proc/mounts') if '.runner' not in line))\n",
		"identity":         "import os\nprint(os.getuid(), os.getgroups(), os.getpgrp(), os.getsid(0), os.nice(0), os.umask(0))\n",
		"capabilities":     "print([l for l in open('/proc/self/status') if l[:3] in ('Cap', 'NoN', 'Sec')])\n",
		"limits":           "import resource\nprint([resource.getrlimit(getattr(resource, n)) for n in sorted(dir(resource)) if n.startswith('RLIMIT_')])\n",
		"signals":          "import signal\nprint([(s.name, str(signal.getsignal(s))) for s in signal.valid_signals() if isinstance(s, signal.Signals)], [l for l in open('/proc/self/status') if l.startswith(('SigBlk', 'SigIgn'))])\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixed := t.TempDir() // the same path, for what is printed
			see := func(front string) outcome {
				return run(t, source, func(g *interlock.Grant, s *interlock.Submission) {
					s.Front, s.Folder, s.Stdin = front, fixed, []byte("12345")
					g.Files.Folder = fixed
				})
			}
			cold, warm := see(""), see(warmFront)
			if cold.err != nil || warm.err != nil {
				t.Fatal(cold.err, warm.err)
			}
			if string(cold.Stdout) != string(warm.Stdout) || string(cold.Stderr) != string(warm.Stderr) || cold.Exit != warm.Exit {
				t.Errorf("an own interpreter: %+v %s%s\na warm child: %+v %s%s", cold.Exit, cold.Stdout, cold.Stderr, warm.Exit, warm.Stdout, warm.Stderr)
			}
		})
	}
}

// TestWarmDiffers: P9, copies of one interpreter do not draw the same numbers.
func TestWarmDiffers(t *testing.T) {
	g := grant(t.TempDir())
	g.Environment.Interpreter = testPython(t)
	sb := warmSandbox(t, g)
	seen := map[string]bool{}
	for range 3 {
		o := runWarm(t, sb, g, "import random, uuid, secrets, tempfile, multiprocessing\nprint(random.random())\nprint(uuid.uuid4())\nprint(secrets.token_hex(8))\n"+
			"print(tempfile.mktemp())\nprint(bytes(multiprocessing.current_process().authkey).hex())\n")
		for _, line := range strings.Split(strings.TrimSpace(string(o.Stdout)), "\n") {
			if seen[line] || line == "" {
				t.Errorf("two runs drew %q", line)
			}
			seen[line] = true
		}
	}
}

// TestWarmSeesWhatIsThere: a child that was confined ahead does not keep what has
// been replaced since, nor show what has been hidden since.
func TestWarmSeesWhatIsThere(t *testing.T) {
	folder, input := t.TempDir(), filepath.Join(t.TempDir(), "in.txt")
	write := func(name, text string) { // as editors do: a new file in place of the old
		if err := os.WriteFile(name+".new", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(name+".new", name); err != nil {
			t.Fatal(err)
		}
	}
	write(input, "first")
	g := grant(folder)
	g.Files.Inputs, g.Environment.Interpreter = []string{input}, testPython(t)
	sb := warmSandbox(t, g)
	for i, text := range []string{"first", "second", "third"} {
		write(input, text)
		write(filepath.Join(folder, "beside.txt"), text)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(".hidden", i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		o := runWarm(t, sb, g, fmt.Sprintf("import os\nprint(open(%q).read(), open('beside.txt').read(), [n for n in os.listdir() if n[0] == '.'])\n", input))
		if got, want := string(o.Stdout), text+" "+text+" []\n"; got != want {
			t.Errorf("got %q %s, want %q", got, o.Stderr, want)
		}
		waitReady(t, sb)
	}
	if err := os.Rename(folder, folder+".old"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if o := runWarm(t, sb, g, "import os\nprint(sorted(os.listdir()))\n"); string(o.Stdout) != "['x.py']\n" {
		t.Errorf("a folder that was replaced shows %s", o.Stdout)
	}
}

// TestWarmShadow: a module beside the script that has the name of a loaded one is
// the one that is imported.
func TestWarmShadow(t *testing.T) {
	g := grant(t.TempDir())
	g.Environment.Interpreter = testPython(t)
	sb := New(Options{Getenv: os.Getenv, Pool: 1, Preload: []string{"colorsys"}})
	defer sb.Close()
	warmUp(t, sb, g)
	own := []byte("def mark(): print('own')\n")
	sub := &interlock.Submission{ID: "shadow", Name: "x.py", Folder: g.Files.Folder, Source: []byte("import colorsys\ncolorsys.mark()\n"),
		Modules: []interlock.Module{{Name: "colorsys", Path: "colorsys.py", Source: own}}}
	if err := os.WriteFile(filepath.Join(g.Files.Folder, "colorsys.py"), own, 0o644); err != nil {
		t.Fatal(err)
	}
	early, err := sb.Prepare(t.Context(), &interlock.Submission{ID: "early", Name: "x.py", Folder: g.Files.Folder}, g)
	if err != nil || early.Fits(sub, g) {
		t.Errorf("a child that was prepared before the modules were known fits: %v", err)
	}
	early.Close()
	c, err := sb.Prepare(t.Context(), sub, g)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	o, _, err := c.Run(t.Context(), sub, t.TempDir(), interlock.Streams{}, nil)
	if string(o.Stdout) != "own\n" {
		t.Errorf("%v %s %s", err, o.Stdout, o.Stderr)
	}
}

// TestWarmDead: P17, a child or zygote that was killed is never handed out, and
// the pool recovers.
func TestWarmDead(t *testing.T) {
	g := grant(t.TempDir())
	g.Environment.Interpreter = testPython(t)
	sb := warmSandbox(t, g)
	runWarm(t, sb, g, "")
	waitReady(t, sb)
	p := onlyPool(sb)
	p.mu.Lock()
	for _, c := range p.kept[0].ready {
		c.proc.Kill()
		<-c.proc.Ended()
	}
	p.mu.Unlock()
	if o := runWarm(t, sb, g, "print('after a child')"); string(o.Stdout) != "after a child\n" {
		t.Errorf("%v %+v %s", o.err, o.Exit, o.Stdout)
	}
	z := p.up()
	z.Kill()
	<-z.Gone()
	for restarted := false; !restarted; time.Sleep(time.Millisecond) {
		sub := &interlock.Submission{ID: "again", Name: "x.py", Source: []byte("print('good')"), Folder: g.Files.Folder}
		c, err := sb.Prepare(t.Context(), sub, g)
		if err != nil {
			t.Fatal(err)
		}
		o, _, err := c.Run(t.Context(), sub, t.TempDir(), interlock.Streams{}, nil)
		if err != nil || string(o.Stdout) != "good\n" {
			t.Fatalf("%v %+v %s", err, o.Exit, o.Stdout)
		}
		restarted = c.(*child).loaded != nil && p.status().Restarts > 0
		c.Close()
	}
}

func onlyPool(sb *Sandbox) *pool {
	sb.warm.mu.Lock()
	defer sb.warm.mu.Unlock()
	for _, p := range sb.warm.pools {
		return p
	}
	return nil
}

// TestWarmZygoteDiesDuringRun: a run whose zygote is killed ends, and says why.
func TestWarmZygoteDiesDuringRun(t *testing.T) {
	g := grant(t.TempDir())
	g.Environment.Interpreter = testPython(t)
	sb := warmSandbox(t, g)
	sub := &interlock.Submission{ID: "orphan", Name: "x.py", Source: []byte("print(1, flush=True)\nimport time\ntime.sleep(60)"), Folder: g.Files.Folder}
	c, err := sb.Prepare(t.Context(), sub, g)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p := onlyPool(sb)
	o, _, err := c.Run(t.Context(), sub, t.TempDir(), interlock.Streams{Stdout: onWrite(func() { p.up().Kill() })}, nil)
	if e := interlock.AsError(err); err == nil || e.Kind != interlock.Infrastructure || e.Name != "zygote" || !o.Started {
		t.Errorf("%v %+v", err, o)
	}
}

type onWrite func()

func (f onWrite) Write(b []byte) (int, error) { f(); return len(b), nil }

// TestWarmEnvironment: a package that is installed is seen by the next run.
func TestWarmEnvironment(t *testing.T) {
	venv, site := testVenv(t)
	g := grant(t.TempDir())
	g.Environment.Interpreter = venv
	sb := warmSandbox(t, g)
	if o := runWarm(t, sb, g, "import fresh"); o.Exit.Code == 0 {
		t.Fatal("a package that is not there was imported")
	}
	if err := os.WriteFile(site+"/fresh.py", []byte("print('installed')\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	warmUp(t, sb, g)
	if o := runWarm(t, sb, g, "import fresh"); string(o.Stdout) != "installed\n" {
		t.Errorf("%s%s", o.Stdout, o.Stderr)
	}
}

// testVenv makes a virtual environment and returns it and its site-packages.
func testVenv(t *testing.T) (venv, site string) {
	t.Helper()
	venv = filepath.Join(t.TempDir(), "env")
	if out, err := exec.Command("/usr/bin/python3", "-m", "venv", "--without-pip", venv).CombinedOutput(); err != nil {
		require.Skip(t, require.PythonEnv, "no venv: "+string(out))
	}
	if err := exec.Command("chmod", "-R", "a+rX", filepath.Dir(venv)).Run(); err != nil {
		t.Fatal(err)
	}
	found, _ := filepath.Glob(venv + "/lib/python3*/site-packages")
	return venv, found[0]
}

// TestWarmSharesNothing: no warm interpreter is made of a module that leaves
// writable shared memory behind, by which one run could reach the next.
func TestWarmSharesNothing(t *testing.T) {
	venv, site := testVenv(t)
	if err := os.WriteFile(site+"/shares.py", []byte("import mmap\nmemory = mmap.mmap(-1, 4096)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 100)
	g := grant(t.TempDir())
	g.Environment.Interpreter = venv
	sb := New(Options{Getenv: os.Getenv, Pool: 1, Log: slog.New(slog.NewTextHandler(onLine(said), nil)), Preload: []string{"shares"}})
	defer sb.Close()
	sb.WarmUp(g)
	for {
		select {
		case line := <-said:
			if strings.Contains(line, "shares writable memory with every copy") {
				return
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing was said: %+v", sb.Pools())
		}
	}
}

type onLine chan string

func (l onLine) Write(b []byte) (int, error) {
	select {
	case l <- string(b):
	default:
	}
	return len(b), nil
}

// TestWarmClose: nothing of a pool is left behind.
func TestWarmClose(t *testing.T) {
	g := grant(t.TempDir())
	g.Environment.Interpreter = testPython(t)
	sb := warmSandbox(t, g)
	runWarm(t, sb, g, "pass")
	waitReady(t, sb)
	p := onlyPool(sb)
	z := p.up()
	sb.Close()
	mine := fmt.Sprintf("%d-%s-", os.Getpid(), p.name)
	for _, parent := range sb.Host().Cgroup.Dirs {
		if left, _ := filepath.Glob(filepath.Join(parent, "*"+mine+"*")); len(left) > 0 {
			t.Errorf("control groups are left: %v", left)
		}
	}
	select {
	case <-z.Gone():
	default:
		t.Error("the zygote still runs")
	}
}

// TestWarmCloseWhileLoading: who stops a daemon does not wait for libraries.
func TestWarmCloseWhileLoading(t *testing.T) {
	venv, site := testVenv(t)
	if err := os.WriteFile(site+"/slow.py", []byte("import sys, time\nprint('slow begins', file=sys.stderr, flush=True)\ntime.sleep(3600)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	g := grant(t.TempDir())
	g.Environment.Interpreter = venv
	said := make(chan string, 100)
	sb := New(Options{Getenv: os.Getenv, Pool: 1, Log: slog.New(slog.NewTextHandler(onLine(said), nil)), Preload: []string{"slow"}})
	sb.WarmUp(g)
	for line := range said {
		if strings.Contains(line, "slow begins") {
			break
		}
	}
	closed := make(chan struct{})
	go func() { sb.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(zygoteStart / 2):
		t.Fatal("it waits for the zygote")
	}
}
