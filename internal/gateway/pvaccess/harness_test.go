package pvaccess_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/gateway"
	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/gateway/pvaccess"
)

// python is the Python with the libraries of control systems: that of
// INTERLOCK_TABLES_ENV, else of .interlock/tables-env in the checkout.
func python(t testing.TB) string {
	t.Helper()
	return gatewaytest.Python(t)
}

// ioc is a soft IOC on loopback.
type ioc struct {
	t        *testing.T
	tcp, udp int
	prefix   string
	cmd      *exec.Cmd
	in       io.Closer
}

func startIOC(t *testing.T) *ioc { t.Helper(); return startIOCCalled(t, "T") }

func startIOCCalled(t *testing.T, prefix string) *ioc {
	t.Helper()
	i := &ioc{t: t, tcp: gatewaytest.FreePort(t), udp: gatewaytest.FreePort(t), prefix: prefix}
	i.start("1.5")
	t.Cleanup(i.kill)
	return i
}

// environ is the environment of a Python of a test: nothing of the caller's.
func environ(t testing.TB, more ...string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LANG=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1",
		"EPICS_CA_AUTO_ADDR_LIST=NO", "EPICS_CA_ADDR_LIST=127.0.0.1", "EPICS_PVA_AUTO_ADDR_LIST=NO"}, more...)
}

func (i *ioc) start(value string) {
	i.t.Helper()
	script, err := filepath.Abs("testdata/ioc.py")
	if err != nil {
		i.t.Fatal(err)
	}
	i.cmd = exec.Command(python(i.t), script, value, i.prefix)
	ca := gatewaytest.FreePort(i.t)
	i.cmd.Env = environ(i.t,
		"EPICS_CAS_INTF_ADDR_LIST=127.0.0.1", fmt.Sprintf("EPICS_CAS_SERVER_PORT=%d", ca), fmt.Sprintf("EPICS_CA_SERVER_PORT=%d", ca),
		"EPICS_CAS_AUTO_BEACON_ADDR_LIST=NO", "EPICS_CAS_BEACON_ADDR_LIST=127.0.0.1", fmt.Sprintf("EPICS_CA_REPEATER_PORT=%d", gatewaytest.FreePort(i.t)),
		"EPICS_PVAS_INTF_ADDR_LIST=127.0.0.1", fmt.Sprintf("EPICS_PVAS_SERVER_PORT=%d", i.tcp), fmt.Sprintf("EPICS_PVAS_BROADCAST_PORT=%d", i.udp),
		"EPICS_PVAS_AUTO_BEACON_ADDR_LIST=NO", "EPICS_PVAS_BEACON_ADDR_LIST=127.0.0.1")
	in, err := i.cmd.StdinPipe()
	if err != nil {
		i.t.Fatal(err)
	}
	out, err := i.cmd.StdoutPipe()
	if err != nil {
		i.t.Fatal(err)
	}
	i.in = in
	i.cmd.Stderr = testWriter{i.t}
	if err := i.cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "READY" {
			go io.Copy(io.Discard, out)
			return
		}
	}
	i.t.Fatal("the IOC ended before it was ready")
}

func (i *ioc) kill() {
	_ = i.cmd.Process.Kill()
	_ = i.cmd.Wait()
}

// road is one run with its doors as ordinary listeners.
type road struct {
	t       testing.TB
	system  *pvaccess.System
	gateway *gateway.Gateway
	road    interlock.Road
	ledger  *gatewaytest.Ledger
	tcp     int
	udp     int
	stopped bool
}

func number(v float64) *float64 { return &v }

// reads allows everything but T:DENIED and what is not there.
var reads = interlock.ChannelReads{Allow: []interlock.ChannelPattern{{Match: "T:*"}, {Match: "U:*"}, {Match: "H:*"}}, Deny: []interlock.ChannelPattern{{Match: "T:DENIED"}, {Match: "T:NOSUCH"}}}

func writing(entries ...interlock.ChannelGrant) interlock.Grant {
	for i := range entries {
		entries[i].Writable = true
	}
	return interlock.Grant{Mode: interlock.WriteAccess, Channels: entries, Reads: reads}
}

// open makes a run whose channels are at these ports: of UDP, or of TCP.
func open(t testing.TB, grant interlock.Grant, udp, tcp []int) *road {
	t.Helper()
	at := pvaccess.Addresses{}
	for _, p := range udp {
		at.AddressList = append(at.AddressList, fmt.Sprintf("127.0.0.1:%d", p))
	}
	for _, p := range tcp {
		at.NameServers = append(at.NameServers, fmt.Sprintf("127.0.0.1:%d", p))
	}
	log := slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := pvaccess.New(pvaccess.Options{Upstream: func(interlock.ExecutionMode) pvaccess.Addresses { return at }, Now: time.Now, Log: log})
	r := &road{t: t, system: s, ledger: &gatewaytest.Ledger{}}
	r.gateway = gateway.New(gateway.Options{Systems: []gateway.System{s}, Dir: t.TempDir(), Ledger: r.ledger, Now: time.Now, Log: log})
	grant.Doors = s.Doors()
	opened, err := r.gateway.Open(t.Context(), &interlock.Submission{ID: "run-1", Who: interlock.Identity{Name: "alice"}}, grant)
	if err != nil {
		t.Fatal(err)
	}
	r.road = opened
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.tcp, r.udp = l.Addr().(*net.TCPAddr).Port, u.LocalAddr().(*net.UDPAddr).Port
	err = opened.Serve(interlock.Doors{Streams: map[uint16]net.Listener{5075: l}, Packets: map[uint16]net.PacketConn{5076: u}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.stop() })
	return r
}

func (r *road) stop() interlock.Equipment {
	e := r.road.Stop()
	if !r.stopped {
		r.stopped = true
		if err := r.gateway.Close(); err != nil {
			r.t.Error(err)
		}
	}
	return e
}

type testWriter struct{ t testing.TB }

func (w testWriter) Write(b []byte) (int, error) {
	defer func() { _ = recover() }() // after the test's end nobody reads it
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// variables are what the System gives clients, with the ports of this test's doors.
func (r *road) variables(more ...string) (env []string) {
	swap := strings.NewReplacer("5075", strconv.Itoa(r.tcp), "5076", strconv.Itoa(r.udp), "5077", strconv.Itoa(gatewaytest.FreePort(r.t)))
	for name, value := range r.system.Variables() {
		env = append(env, name+"="+swap.Replace(value))
	}
	return append(env, more...) // the last of a name holds
}

// prelude is what every script of a test begins with.
const prelude = `
import json, sys, time, threading
def say(*v):
    print(json.dumps(v[0] if len(v) == 1 else v, default=lambda o: o.tolist() if hasattr(o, "tolist") else repr(o)), flush=True)
def wrong(f, *a, **k):
    began = time.monotonic()
    try:
        f(*a, **k)
    except Exception as e:
        return [type(e).__name__, str(e), time.monotonic() - began]
    return ["", "", time.monotonic() - began]
`

const p4p = prelude + `
from p4p.client.thread import Context
c = Context("pva", nt=False)
n = Context("pva")
`

// pvaPy sometimes crashes while Python tears it down, so its scripts end with leave().
const pvapy = prelude + `
import faulthandler, os, pvaccess
faulthandler.enable()
def leave():
    sys.stdout.flush()
    os._exit(0)
`

// script is a Python that is running, which says lines of JSON.
type script struct {
	t   testing.TB
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// begin starts a script as a client of r.
func (r *road) begin(text string, more ...string) *script {
	r.t.Helper()
	s := &script{t: r.t}
	ctx, cancel := context.WithTimeout(r.t.Context(), 60*time.Second)
	r.t.Cleanup(cancel)
	s.cmd = exec.CommandContext(ctx, python(r.t), "-c", text)
	s.cmd.Env = environ(r.t, r.variables(more...)...)
	s.cmd.Stderr = testWriter{r.t}
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		r.t.Fatal(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	s.out = bufio.NewScanner(out)
	s.out.Buffer(nil, 16<<20)
	if err := s.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { s.cmd.Process.Kill(); s.cmd.Wait() })
	return s
}

// line reads the next thing that the script says.
func (s *script) line(into any) {
	s.t.Helper()
	if !s.out.Scan() {
		s.t.Fatalf("the script ended: %v", s.out.Err())
	}
	if err := json.Unmarshal(s.out.Bytes(), into); err != nil {
		s.t.Fatalf("%v in %.300q", err, s.out.Bytes())
	}
}

// tell lets the script read a line.
func (s *script) tell(text string) {
	s.t.Helper()
	if _, err := io.WriteString(s.in, text+"\n"); err != nil {
		s.t.Fatal(err)
	}
}

// run runs a script to its end and returns all that it said.
func (r *road) run(text string, more ...string) (said []any) {
	r.t.Helper()
	s := r.begin(text, more...)
	s.in.Close()
	for s.out.Scan() {
		var v any
		if err := json.Unmarshal(s.out.Bytes(), &v); err != nil {
			r.t.Fatalf("%v in %.300q", err, s.out.Bytes())
		}
		said = append(said, v)
	}
	if err := s.cmd.Wait(); err != nil {
		r.t.Fatalf("the script: %v, after %v", err, said)
	}
	return said
}
