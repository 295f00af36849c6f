//go:build linux && container

package container

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// Scripts as a submitter would write them. The direct ones are refused before
// they run; the others hide what they do from analysis and meet the kernel.
var scripts = map[string]string{
	"fine.py":   "import numpy\nprint(numpy.arange(10).sum())\n",
	"import.py": "import subprocess\nsubprocess.run(['id'])\n",
	"file.py":   "print(open('/etc/shadow').read())\n",
	"net.py":    "import socket\nsocket.create_connection(('192.0.2.1', 80), 2)\n",

	"hidden_import.py": "import sys\nmodule = __import__(sys.argv[1])\nprint('got', getattr(module, sys.argv[2])(['id']))\n",
	"hidden_file.py":   "import sys\nprint('got', open(sys.argv[1]).read())\n",
	// A library may import socket; the script takes it from there.
	"hidden_net.py": "import sys, logging.handlers as h\ns = getattr(h, 'sock' + 'et')\n" +
		"s.create_connection((sys.argv[1], int(sys.argv[2])), 5).sendall(b'out')\nprint('got out')\n",
}

// P16: the three denials and the demo in a real engine, with its default
// profile, as the container's root and as an ordinary user in it.
func TestDefaultProfile(t *testing.T) {
	i := newImage(t)
	t.Run("root", func(t *testing.T) { confined(t, i, "").demo(t) })
	t.Run("user", func(t *testing.T) { confined(t, i, "", "--user", "1000:1000") })
}

// P16 where no namespace can be made: Docker's default profile.
func TestNarrowedProfile(t *testing.T) {
	i, profile := newImage(t), "seccomp="+narrowed(t)
	t.Run("root", func(t *testing.T) { confined(t, i, "landlock", "--security-opt", profile) })
	t.Run("user", func(t *testing.T) {
		confined(t, i, "landlock", "--security-opt", profile, "--user", "1000:1000").demo(t)
	})
}

// confined runs every denial in one container and returns it. level is the isolation that must
// be reached, "" where the engine decides; none is never accepted.
func confined(t *testing.T, i image, level string, options ...string) box {
	site := t.TempDir()
	for name, text := range scripts {
		write(t, filepath.Join(site, name), text, 0o644)
	}
	secrets := t.TempDir()
	write(t, filepath.Join(secrets, "token"), "mounted-secret", 0o644)
	outside := filepath.Join(t.TempDir(), "host-only")
	write(t, outside, "host-secret", 0o644)
	host := listen(t)

	b := start(t, i, []string{site + ":/srv/site:ro", secrets + ":/srv/secrets:ro"}, options...)
	gateway := b.gateway(t)
	b.permit(t, level)

	t.Run("runs", func(t *testing.T) {
		r, code := b.interlock(t, "/srv/site/fine.py")
		if code != 0 || strings.TrimSpace(r.Stdout) != "45" {
			t.Fatalf("status %d, stdout %q: %s", code, r.Stdout, r.said())
		}
		if r.Observed.Level == nil || *r.Observed.Level == "none" || level != "" && *r.Observed.Level != level {
			t.Errorf("isolation %v, want %q", r.Observed.Level, level)
		}
		t.Logf("isolation reached: %s", *r.Observed.Level)
	})
	t.Run("denied import", func(t *testing.T) {
		b.refused(t, "import.py", "subprocess")
		b.stopped(t, "hidden_import.py", "subprocess", "subprocess", "check_output")
	})
	t.Run("denied file", func(t *testing.T) {
		b.refused(t, "file.py", "/etc/shadow")
		b.readable(t, "/srv/secrets/token", "mounted-secret")
		for _, path := range []string{"/srv/secrets/token", outside, "/proc/1/environ", "/proc/1/root" + outside, "/tmp/home/.config/interlock/policy.yaml"} {
			r := b.stopped(t, "hidden_file.py", path, path)
			if all := r.Stdout + r.said(); strings.Contains(all, "host-secret") || strings.Contains(all, "mounted-secret") || strings.Contains(r.Stdout, "got") {
				t.Errorf("%s was read: %q", path, all)
			}
		}
	})
	t.Run("denied network", func(t *testing.T) {
		b.refused(t, "net.py", "socket")
		before := host.Load()
		b.reachable(t, gateway, port(t, host))
		if host.Load() == before {
			t.Fatal("the control did not arrive: the host's listener cannot show anything")
		}
		before = host.Load()
		b.stopped(t, "hidden_net.py", "Error", gateway, port(t, host))
		if host.Load() != before {
			t.Error("the run reached a listener on the host")
		}
	})
	t.Run("ledger", func(t *testing.T) {
		if o := b.exec(t, "interlock", "ledger", "verify"); o.code != 0 {
			t.Errorf("ledger verify: %d\n%s%s", o.code, o.stdout, o.stderr)
		}
	})
	return b
}

// demo copies the examples into the container's own file system, as someone
// who has cloned the repository there, and runs the demo.
func (b box) demo(t *testing.T) {
	t.Helper()
	o := b.exec(t, "sh", "-c", "mkdir -p ~/clone && cp -r /src/examples ~/clone && cd ~/clone && "+
		"exec python3 examples/demo/main.py --interlock /usr/local/bin/interlock --env /opt/env/venv")
	if o.code != 0 {
		t.Errorf("the demo ends with %d\n%s\n%s", o.code, o.stdout, o.stderr)
	}
}

// permit writes a policy that accepts what the container's profile leaves. The
// default policy asks for namespaces; where they cannot be had it must say so
// and run nothing.
func (b box) permit(t *testing.T, level string) {
	t.Helper()
	if level != "" {
		r, code := b.interlock(t, "/srv/site/fine.py")
		if code != 6 || !strings.Contains(r.said(), level) || r.Stdout != "" {
			t.Errorf("under the default policy: status %d, want 6 and words that name %s: %s", code, level, r.said())
		}
	}
	const policy = "version: 1\nextends: scientific\nisolation: {minimum: landlock}\n"
	o := b.exec(t, "sh", "-c", fmt.Sprintf("umask 077 && mkdir -p ~/.config/interlock && printf '%%s' '%s' > ~/.config/interlock/policy.yaml", policy))
	if o.code != 0 {
		t.Fatalf("writing the policy: %s", o.stderr)
	}
}

// refused: nothing runs, the reason names word, and the ledger has the decision.
func (b box) refused(t *testing.T, script, word string) {
	t.Helper()
	r, code := b.interlock(t, "/srv/site/"+script)
	if code != 3 || r.Decision.Effect != "deny" || !strings.Contains(r.said(), word) {
		t.Errorf("%s: status %d, effect %s, want 3 and deny with words on %q:\n%s", script, code, r.Decision.Effect, word, r.said())
	}
	b.recorded(t, r.ID, "decision", "deny")
}

// stopped: it ran and failed, the error names word, and the ledger has the end.
func (b box) stopped(t *testing.T, script, word string, args ...string) run {
	t.Helper()
	r, code := b.interlock(t, "/srv/site/"+script, args...)
	if code != 1 || r.Status != "failed" || !strings.Contains(r.said(), word) {
		t.Errorf("%s %v: status %d (%s), want 1 (failed) with words on %q:\n%s%s", script, args, code, r.Status, word, r.Stdout, r.said())
	}
	b.recorded(t, r.ID, "end", "failed")
	return r
}

// recorded looks for a record of the run with a word in it.
func (b box) recorded(t *testing.T, id, kind, word string) {
	t.Helper()
	o := b.exec(t, "interlock", "ledger", "query", "--run", id, "--kind", kind, "--format", "json")
	if o.code != 0 || !strings.Contains(o.stdout, id) || !strings.Contains(o.stdout, word) {
		t.Errorf("the ledger has no %s record of run %s with %q: %d %s%s", kind, id, word, o.code, o.stdout, o.stderr)
	}
}

// readable and reachable are the controls: plain python3, without Interlock.

func (b box) readable(t *testing.T, path, want string) {
	t.Helper()
	if o := b.exec(t, "python3", "-c", "import sys; print(open(sys.argv[1]).read())", path); !strings.Contains(o.stdout, want) {
		t.Fatalf("the control cannot read %s: %s", path, o.stderr)
	}
}

func (b box) reachable(t *testing.T, host, port string) {
	t.Helper()
	const connect = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 5).sendall(b'control')"
	if o := b.exec(t, "python3", "-c", connect, host, port); o.code != 0 {
		t.Fatalf("the control cannot reach %s:%s on the host: %s", host, port, o.stderr)
	}
}

// gateway is the host's address as the container's routes show it.
func (b box) gateway(t *testing.T) string {
	t.Helper()
	const ask = "import socket; print([socket.inet_ntoa(bytes.fromhex(l.split()[2])[::-1]) for l in open('/proc/net/route') if l.split()[1] == '00000000'][0])"
	o := b.exec(t, "python3", "-c", ask)
	if o.code != 0 {
		t.Fatalf("the container has no route to the host: %s", o.stderr)
	}
	return strings.TrimSpace(o.stdout)
}

// listener counts connections to the host.
type listener struct {
	atomic.Int64
	net.Listener
}

func listen(t *testing.T) *listener {
	t.Helper()
	inner, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{Listener: inner}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := inner.Accept()
			if err != nil {
				return
			}
			l.Add(1)
			c.Close()
		}
	}()
	t.Cleanup(func() { inner.Close(); <-done })
	return l
}

func port(t *testing.T, l *listener) string {
	t.Helper()
	_, p, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return p
}
