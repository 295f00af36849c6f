package daemon

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/interlock-run/interlock"
)

// floodPolicy has small limits, so that their sum is far below what the code sends.
const floodPolicy = `version: 1
extends: scientific
resources: {wall: 50s, cpu: 50s, memory: 1GiB, output: 2MiB, file: 4MiB, workspace: 8MiB, inodes: 100, line: 64KiB,
  results: 1MiB, figures: 20, figure: 4MiB, outputs: 60}
`

// flood fills everything at once that Interlock keeps of a run. VALUE is what its
// displays hold.
const flood = `
import os, threading
def send(text):
    b = text.encode()
    os.write(3, len(b).to_bytes(4, 'big') + b)
for i in range(300):
    send('{"t":"denied","rule":"r%d","name":"n","message":"%s"}' % (i, 'm' * 50_000))
value = VALUE
for i in range(40):
    send('{"t":"display","data":{"text/html":%s},"metadata":{"a":"%s"}}' % (value, 'y' * 100_000))
    send('{"t":"figure","data":{"image/svg+xml":%s}}' % value)
send('{"t":"error","name":"E","message":"%s","traceback":["%s"]}' % ('e' * 2_000_000, 't' * 2_000_000))
for i in range(100):
    try:
        with open('f%d' % i, 'wb') as f: f.write(os.urandom(1 << 20))
    except OSError: break
results = list(range(100_000)) + ['r' * 900_000]
def write(fd):
    while True: os.write(fd, b'out of the machine\n' * 1000)
threading.Thread(target=write, args=(2,), daemon=True).start()
if PRINT: write(1)
raise ValueError('v' * 100_000_000)
`

// TestFlood (P17): one run that floods everything at once can make Interlock hold
// and store only so much: memory stays bounded, and so do the bytes on disk.
func TestFlood(t *testing.T) {
	for name, value := range map[string]string{
		"texts":   `'"' + '<b>x</b>' * 400_000 + '"'`,
		"numbers": `'[' + '0,' * 260_000 + '0]'`,
		"lists":   `'[' + '[],' * 130_000 + '0]'`,
		"escapes": `'"' + '\\u0001' * 500_000 + '"'`,
	} {
		if testing.Short() && name != "numbers" {
			continue // each takes the race detector half a minute, and the same roads
		}
		t.Run(name, func(t *testing.T) {
			state, policy := t.TempDir(), filepath.Join(t.TempDir(), "policy.yaml")
			if err := os.WriteFile(policy, []byte(floodPolicy), 0o600); err != nil {
				t.Fatal(err)
			}
			o := options(t)
			o.StateDir, o.PolicyFile = state, policy
			d, err := Open(o)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			one := func(source string) *interlock.Result {
				s := &interlock.Submission{Name: "flood.py", Source: []byte(source), Who: Self(), Interpreter: os.Getenv("INTERLOCK_TEST_PYTHON")}
				return d.Do(context.Background(), s, interlock.Streams{Stdout: io.Discard, Stderr: io.Discard})
			}
			if r := one("print('good')\n"); r.Status != interlock.Succeeded {
				t.Fatalf("%+v", r.Error)
			}
			before, kept := resident(t), stored(t, state)
			r := one(strings.NewReplacer("VALUE", value, "PRINT", map[bool]string{true: "True", false: "False"}[name == "texts"]).Replace(flood))
			grown, stored := peak(t)-before, stored(t, state)-kept
			t.Logf("%s; memory grew by %d MiB, disk by %d MiB; notes %q", r.Error.Message, grown>>20, stored>>20, r.Observed.Notes)
			if r.Status != interlock.Stopped || r.Observed.Limit == nil {
				t.Errorf("%s, limit %+v", r.Status, r.Observed.Limit)
			}
			// With -short this runs under the race detector, whose own memory is many times that.
			if grown > 300<<20 && !testing.Short() {
				t.Errorf("memory grew by %d MiB", grown>>20)
			}
			// Displays and figures are in result.json, in the notebook and, as files, beside
			// it; streams are in result.json, the notebook and the ledger.
			const limits = 3*(32<<20) + 3*(2<<20) + 2*(1<<20) + 8<<20
			if stored > limits*5/4 {
				t.Errorf("%d MiB on disk", stored>>20)
			}
			if r := one("print('good')\n"); r.Status != interlock.Succeeded {
				t.Errorf("the next run: %+v", r.Error)
			}
		})
	}
}

// resident is this process's memory, after what can be given back has been, and
// starts the measurement that peak ends.
func resident(t *testing.T) int64 {
	t.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		t.Fatal(err)
	}
	return status(t, "VmRSS:")
}

func peak(t *testing.T) int64 {
	t.Helper()
	return status(t, "VmHWM:")
}

func status(t *testing.T, key string) int64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		if f := strings.Fields(string(line)); len(f) == 3 && f[0] == key {
			n, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Fatalf("no %s in /proc/self/status", key)
	return 0
}

func stored(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			info, err := e.Info()
			if err != nil {
				return err
			}
			bytes += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}
