package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox/confine"
)

// TestStreams (P17): each stream has a limit of its own, below that of both; the
// run is stopped at it, and what came before is kept.
func TestStreams(t *testing.T) {
	eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
		for fd, name := range map[int]string{1: "stdout", 2: "stderr"} {
			o := run(t, fmt.Sprintf("import os\nwhile True: os.write(%d, b'x'*999+b'\\n')", fd), func(g *interlock.Grant, s *interlock.Submission) {
				at(g, s)
				g.Resources.Stdout, g.Resources.Stderr = 100<<10, 100<<10
			})
			if o.err != nil || o.Limit == nil || o.Limit.Name != name || o.Limit.Value != "100 KiB" {
				t.Errorf("%s: limit %+v, %v", name, o.Limit, o.err)
			}
			if n := len(o.Stdout) + len(o.Stderr); n != 100<<10 {
				t.Errorf("%s: kept %d bytes", name, n)
			}
		}
	})
}

// TestStreamsThatEnd: output over the limit is a limit that was reached, also where
// the code comes to its end before anybody could end it.
func TestStreamsThatEnd(t *testing.T) {
	eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
		for range 4 {
			o := run(t, "import os\nfor _ in range(200): os.write(1, b'x'*999+b'\\n')", func(g *interlock.Grant, s *interlock.Submission) {
				at(g, s)
				g.Resources.Stdout = 190 << 10
			})
			if o.err != nil || o.Limit == nil || o.Limit.Name != "stdout" || len(o.Stdout) != 190<<10 {
				t.Errorf("limit %+v, %d bytes, %+v, %v", o.Limit, len(o.Stdout), o.Exit, o.err)
			}
		}
	})
}

// TestLongLines (P17): a line over the limit is cut with a mark and a note, the
// lines around it are whole, and the run goes on to its end.
func TestLongLines(t *testing.T) {
	o := run(t, "import sys\nprint('before')\nsys.stdout.flush()\nprint('y'*300_000)\nprint('after')\nprint('.\\r'*200_000, end='')\nprint('\\nend')", func(g *interlock.Grant, _ *interlock.Submission) {
		g.Resources.Line = 1000
	})
	if o.err != nil || o.Exit.Code != 0 || o.Limit != nil {
		t.Fatalf("%v, %+v, %+v", o.err, o.Exit, o.Limit)
	}
	want := "before\n" + strings.Repeat("y", 1000) + "[line cut at 1000 B by interlock]\nafter\n" + strings.Repeat(".\r", 200_000) + "\nend\n"
	if string(o.Stdout) != want {
		t.Errorf("got %d bytes, want %d: %.1100s", len(o.Stdout), len(want), o.Stdout)
	}
	if notes := strings.Join(o.Notes, "\n"); !strings.Contains(notes, "line limit 1000 B") || !strings.Contains(notes, "resources.line") {
		t.Errorf("notes %q", o.Notes)
	}
}

// TestLineWithoutEnd (P17): what is cut of a line counts as output.
func TestLineWithoutEnd(t *testing.T) {
	o := run(t, "while True: print('z'*1000, end='')", nil)
	if o.err != nil || o.Limit == nil || o.Limit.Name != "output" || len(o.Stdout) > 65<<10 {
		t.Errorf("limit %+v, kept %d bytes, %v", o.Limit, len(o.Stdout), o.err)
	}
}

// TestLines: every way to cut the same bytes into reads gives the same text.
func TestLines(t *testing.T) {
	const text = "short\nexactly10!\nelevenchars\n\n\r\nlong line here\rafter\nlast without end"
	const want = "short\nexactly10!\nelevenchar[line cut at 10 B by interlock]\n\n\r\nlong line [line cut at 10 B by interlock]\rafter\nlast witho[line cut at 10 B by interlock]"
	for size := 1; size <= len(text); size++ {
		var s stream
		var out []byte
		for rest := []byte(text); len(rest) > 0; {
			n := min(size, len(rest))
			out = append(out, s.lines(rest[:n], 10)...)
			rest = rest[n:]
		}
		if string(out) != want || s.cut != 3 {
			t.Errorf("in pieces of %d: %d cuts, %q", size, s.cut, out)
		}
	}
}

// sends is code that can write to the runner's channel, as any code can.
const sends = "import os\ndef send(text): b = text.encode(); os.write(3, len(b).to_bytes(4, 'big') + b)\nresults = {'n': 1}\n"

// TestKept (P17, P18): results, figures and displays over their limits are left
// out, the run succeeds, a note names the limit and its value, and the rest of
// what the code says is kept.
func TestKept(t *testing.T) {
	for _, tc := range []struct {
		name, source, note string
		outputs, figures   int
		results            string
	}{
		{"large results", "results = 'r' * 100_000", "larger than the limit 64 KiB of resources.results", 0, 0, ""},
		{"results JSON cannot say", "results = {'a': open}", "results['a'] is a builtin_function_or_method, which JSON cannot say", 0, 0, ""},
		{"many displays", sends + "for i in range(35): display(i)", "15 displayed things were not kept: limit 20 of resources.outputs", 20, 0, `{"n":1}`},
		{"a large display", sends + "display('d' * 255_000)\nclass A:\n  def _repr_html_(self): return 'x' * 300_000\nA()",
			"1 figures or displayed things were not kept, or not in every form: larger than the limit 256 KiB of resources.figure", 2, 0, `{"n":1}`},
		{"a display without form", sends + `send('{"t":"display","data":["a"]}')`, "1 displayed things were not kept: they have no form", 0, 0, `{"n":1}`},
		{"too many forms", sends + `send('{"t":"display","data":{%s}}' % ','.join('"a%d":1' % i for i in range(1000)))`, "1 displayed things were not kept: they have no form", 0, 0, `{"n":1}`},
		{"figures", sends + `for _ in range(9): send('{"t":"figure","data":{}}')`, "6 figures were not kept: limit 3 of resources.figures", 0, 3, `{"n":1}`},
		{"a figure over its size", sends + `send('{"t":"figure","data":{"image/png":"%s"}}' % ('A' * 300_000))`, "limit 256 KiB of resources.figure", 0, 0, `{"n":1}`},
		{"no frame", sends + "os.write(3, b'\\xff' * 100)", "Interlock's own channel", 0, 0, ""},
		{"a count nobody has", sends + `for _ in range(9): send('{"t":"cut","limit":"figures","count":9000000000000000000}')`, "figures were not kept", 0, 0, `{"n":1}`},
		{"a limit nobody has", sends + `send('{"t":"cut","limit":"beam","count":1}')`, "", 0, 0, `{"n":1}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
				o := run(t, tc.source, at)
				if o.err != nil || o.Exit.Code != 0 || o.Limit != nil {
					t.Fatalf("%v, %+v, %+v: %s", o.err, o.Exit, o.Limit, o.Stderr)
				}
				if notes := strings.Join(o.Notes, "\n"); !strings.Contains(notes, tc.note) {
					t.Errorf("notes %q lack %q", o.Notes, tc.note)
				}
				if len(o.Outputs) != tc.outputs || len(o.Figures) != tc.figures || string(o.Results) != tc.results {
					t.Errorf("kept %d outputs, %d figures, results %.99s", len(o.Outputs), len(o.Figures), o.Results)
				}
			})
		})
	}
}

// TestRefusalsAreCounted (P9, P10): refusals that code catches and makes again are
// one entry with a count, and different ones beyond the list are counted too.
func TestRefusalsAreCounted(t *testing.T) {
	guarded := func(g *interlock.Grant, _ *interlock.Submission) {
		g.Guards.Imports.Deny = []interlock.GuardRule{{Name: "socket", Message: "import of socket is refused"}}
	}
	loop := run(t, "for _ in range(5000):\n  try: import socket\n  except ImportError: pass", guarded)
	if loop.err != nil || len(loop.Denied) != 1 || loop.Denied[0].Count != 5000 || loop.Denied[0].Line != 2 || loop.DeniedMore != 0 {
		t.Errorf("%v: %+v and %d more", loop.err, loop.Denied, loop.DeniedMore)
	}
	if notes := strings.Join(loop.Notes, "\n"); !strings.Contains(notes, "refused 5000 times (as the code reported): socket in line 2, 5000 times") {
		t.Errorf("notes %q", loop.Notes)
	}
	many := run(t, strings.Repeat("try: import socket\nexcept ImportError: pass\n", maxDenied+7), guarded)
	if many.err != nil || len(many.Denied) != maxDenied || many.DeniedMore != 7 || !strings.Contains(strings.Join(many.Notes, "\n"), fmt.Sprintf("and %d more", maxDenied+7-3)) {
		t.Errorf("%v: %d entries and %d more, notes %q", many.err, len(many.Denied), many.DeniedMore, many.Notes)
	}
	once := run(t, "try: import socket\nexcept ImportError: pass", guarded)
	if once.err != nil || len(once.Denied) != 1 || once.Denied[0].Count != 1 || len(once.Notes) != 0 {
		t.Errorf("%v: %+v, notes %q", once.err, once.Denied, once.Notes)
	}
	forged := run(t, sends+`for i in range(5000): send('{"t":"denied","rule":"r%d","name":"\\u001b[2J","message":"%s"}' % (i, 'm' * 9000))`, nil)
	if forged.err != nil || len(forged.Denied) != maxDenied || forged.DeniedMore != 5000-maxDenied || len(forged.Denied[0].Message) > maxWords+3 {
		t.Errorf("%v: %d entries and %d more", forged.err, len(forged.Denied), forged.DeniedMore)
	}
	if strings.Contains(strings.Join(forged.Notes, ""), "\x1b") {
		t.Errorf("a note carries control characters: %q", forged.Notes)
	}
}

// TestErrorIsBounded (P17): an exception that the code forges or makes large is
// recorded in part.
func TestErrorIsBounded(t *testing.T) {
	o := run(t, sends+`send('{"t":"error","name":"%s","message":"%s","traceback":[%s]}' % ('N' * 90_000, 'm' * 90_000, ','.join(['""'] * 90_000)))
raise SystemExit(1)`, nil)
	e := o.Claims.Error
	if o.err != nil || e == nil || len(e.Name) > maxWords+3 || len(e.Message) > maxMessage+3 || len(e.Traceback) != maxLines+1 {
		t.Errorf("%v: %+v", o.err, o.Exit)
	}
}

// TestWithoutControlGroups (P17): the limits that control groups hold elsewhere
// are held and named without them too, and nothing is held in silence.
func TestWithoutControlGroups(t *testing.T) {
	eachLevel(t, func(t *testing.T, at func(*interlock.Grant, *interlock.Submission)) {
		for name, tc := range map[string]struct{ source, limit, value string }{
			"memory of one":      {"x=[]\nwhile True: x.append(bytearray(1<<20))", "memory", "512 MiB"},
			"memory of children": {"import os,time\nfor _ in range(4):\n  if os.fork()==0:\n    x=b'x'*(200<<20); time.sleep(10)\ntime.sleep(10)", "memory", "512 MiB"},
			"cpu of children":    {"import os\nfor _ in range(3):\n  if os.fork()==0: break\nwhile True: pass", "cpu", "1s"},
			"processes":          {"import os\nwhile True: os.fork()", "processes", "32"},
			"threads":            {"import threading,time\nwhile True: threading.Thread(target=time.sleep,args=(9,),daemon=True).start()", "processes", "32"},
		} {
			t.Run(name, func(t *testing.T) {
				o := runOn(t, func(h *confine.Host) { h.Cgroup = confine.Cgroup{} }, tc.source, func(g *interlock.Grant, s *interlock.Submission) {
					at(g, s)
					if tc.limit == "cpu" {
						g.Resources.CPU = time.Second
					}
				})
				if o.err != nil || o.Limit == nil || o.Limit.Name != tc.limit || o.Limit.Value != tc.value || strings.Contains(o.Limit.By, "cgroup") {
					t.Fatalf("limit %+v, want %s %s (%v, exit %+v)", o.Limit, tc.limit, tc.value, o.err, o.Exit)
				}
				if len(o.Weaker) == 0 {
					t.Error("nothing says that limits are weaker here")
				}
			})
		}
	})
}

// TestSharedMemoryLimit (P17): at level namespaces /dev/shm has its own limit and
// does not use up the workspace; at level landlock it cannot be written.
func TestSharedMemoryLimit(t *testing.T) {
	const fills = "open('/dev/shm/a', 'wb').write(b'x' * (5 << 20))"
	o := run(t, fills, nil)
	if o.err != nil || o.Limit == nil || o.Limit.Name != "shm" || o.Limit.Value != "4 MiB" {
		t.Errorf("limit %+v, %v: %s", o.Limit, o.err, o.Stderr)
	}
	mapped := run(t, "import mmap\nf = open('/dev/shm/a', 'w+b'); f.truncate(6 << 20); m = mmap.mmap(f.fileno(), 6 << 20)\nfor i in range(0, 6 << 20, 4096): m[i] = 1", nil)
	if mapped.err != nil || mapped.Limit == nil || mapped.Limit.Name != "shm" || mapped.Exit.Signal != "SIGBUS" {
		t.Errorf("mapped: limit %+v, exit %+v, %v", mapped.Limit, mapped.Exit, mapped.err)
	}
	if o := run(t, "open('/dev/shm/a', 'wb').write(b'x' * (4 << 20))\nopen('a', 'wb').write(b'x' * (8 << 20))", nil); o.err != nil || o.Exit.Code != 0 {
		t.Errorf("a full /dev/shm fills the workspace: %v %+v %s", o.err, o.Exit, o.Stderr)
	}
	refused := run(t, "try: "+fills+"\nexcept PermissionError: print('refused')", func(g *interlock.Grant, _ *interlock.Submission) { g.Isolation = interlock.Landlock })
	if refused.err != nil || string(refused.Stdout) != "refused\n" {
		t.Errorf("%v: %s%s", refused.err, refused.Stdout, refused.Stderr)
	}
}

// TestCaughtIsNoLimit: code that was refused memory, caught it and went on has
// reached no limit.
func TestCaughtIsNoLimit(t *testing.T) {
	o := runOn(t, func(h *confine.Host) { h.Cgroup = confine.Cgroup{} }, "try: bytearray(1<<40)\nexcept MemoryError: print('on')", nil)
	if o.err != nil || o.Limit != nil || o.Exit.Code != 0 || string(o.Stdout) != "on\n" {
		t.Errorf("limit %+v, exit %+v, %v", o.Limit, o.Exit, o.err)
	}
}
