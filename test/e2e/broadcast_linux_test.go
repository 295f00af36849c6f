package e2e

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/interlock-run/interlock/internal/gateway/gatewaytest"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

// broadcastIOC serves PREFIX:AI with a value, and PREFIX:AO that prints its puts.
const broadcastIOC = `
import sys
from softioc import asyncio_dispatcher, builder, softioc
dispatcher = asyncio_dispatcher.AsyncioDispatcher()
builder.SetDeviceName(sys.argv[1])
builder.aIn("AI", initial_value=float(sys.argv[2]))
builder.aOut("AO", initial_value=0, on_update=lambda value: print("put", value, flush=True))
builder.LoadDatabase()
softioc.iocInit(dispatcher)
print("ready", flush=True)
sys.stdin.read()
`

// protoIOC is one of caproto's.
const protoIOC = `
import sys
from caproto.server import PVGroup, pvproperty, run
class Group(PVGroup):
    ai = pvproperty(value=float(sys.argv[2]), name="AI")
async def begun(_):
    print("ready", flush=True)
run(Group(prefix=sys.argv[1] + ":").pvdb, startup_hook=begun)
`

// listener prints every datagram that arrives at the ports of searches.
const listener = `
import selectors, socket
wait = selectors.DefaultSelector()
for port in (5064, 5065, 5075, 5076, 5077):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", port))
    wait.register(s, selectors.EVENT_READ, port)
print("ready", flush=True)
while True:
    for key, _ in wait.select():
        data, who = key.fileobj.recvfrom(65536)
        text = data.decode("latin1")
        print(text if text.startswith("marker") else f"heard {key.data} {text!r}", flush=True)
`

const readBoth = `
import epics
from p4p.client.thread import Context
print("ca", epics.caget("T:AI", timeout=10))
print("pva", float(Context("pva").get("T:AI", timeout=10)))
`

var both = []string{"EPICS_CA_AUTO_ADDR_LIST=YES", "EPICS_PVA_AUTO_ADDR_LIST=YES"}

// control is Interlock at the host called control of a network.
type control struct {
	*plant
	n *network
}

func newControl(t *testing.T, n *network) *control {
	t.Helper()
	p := &plant{t: t, home: t.TempDir(), env: filepath.Dir(filepath.Dir(gatewaytest.Python(t)))}
	p.write("policy.yaml", plantPolicy)
	p.write("config.yml", "execution_control: {epics: {writes_enabled: true}}\n")
	return &control{p, n}
}

func (c *control) command(env []string, code string, flags ...string) *exec.Cmd {
	file := c.write("script/x.py", code)
	cmd := c.plant.command(append(append(c.rules("run"), "--env", c.env), append(flags, file)...)...)
	cmd.Env = append(cmd.Env, env...)
	return c.n.at("control", cmd)
}

// run runs code with variables set, and returns its object and what was said.
func (c *control) run(env []string, code string, flags ...string) (*apiv1.Run, string) {
	c.t.Helper()
	cmd := c.command(env, code, append(flags, "--format", "json")...)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	var r apiv1.Run
	if json.Unmarshal(out.Bytes(), &r) != nil {
		c.t.Fatalf("%v: %s%s", err, out.String(), complaints.String())
	}
	return &r, complaints.String()
}

// marker has the control host broadcast a datagram, so that what was sent before it has
// been heard when it is.
func (c *control) marker(address string) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), gatewaytest.Python(c.t), "-c", `
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.sendto(b"marker", (sys.argv[1], 5064))
`, address)
	if out, err := c.n.at("control", cmd).CombinedOutput(); err != nil {
		c.t.Fatalf("%v: %s", err, out)
	}
}

const twoServers = `two servers have the channel "T:AI"`

// TestBroadcast: N2: a run finds real servers on the network of its host, over both
// protocols, where somebody said so.
func TestBroadcast(t *testing.T) {
	n := newNetwork(t, "control", "plant")
	n.join("field", "control", "plant")
	n.address("control", "field", "10.77.1.1/24")
	n.address("plant", "field", "10.77.1.2/24")
	c := newControl(t, n)
	ioc := n.start("plant", broadcastIOC, nil, "T", "1.5")
	t.Run("said by the environment, and a put", func(t *testing.T) {
		r, said := c.run(both, readBoth+"print('put', epics.caput('T:AO', 2.5, wait=True), epics.caget('T:AO'))\n")
		printed(t, r, "ca 1.5", "pva 1.5", "put 1 2.5")
		if len(r.Puts) != 1 || r.Puts[0].Status != "done" || strings.Contains(said, "two servers") {
			t.Errorf("%+v\n%s", r.Puts, said)
		}
		ioc.until("put 2.5")
	})
	t.Run("said by the configuration", func(t *testing.T) {
		c := newControl(t, n)
		c.write("config.yml", "control_system: {epics: {channel_access: {auto_address_list: true}, pv_access: {auto_address_list: true}}}\n")
		r, _ := c.run(nil, readBoth+"from caproto.sync.client import read\nprint('caproto', read('T:AI').data[0])\n")
		printed(t, r, "ca 1.5", "pva 1.5", "caproto 1.5")
	})
	t.Run("at other ports, and an IOC of caproto", func(t *testing.T) {
		ports := []string{"EPICS_CA_SERVER_PORT=6064", "EPICS_PVA_BROADCAST_PORT=6076", "EPICS_PVA_SERVER_PORT=6075"}
		n.start("plant", broadcastIOC, append([]string{"EPICS_CAS_SERVER_PORT=6064", "EPICS_PVAS_BROADCAST_PORT=6076", "EPICS_PVAS_SERVER_PORT=6075"}, ports...), "T", "7.5")
		n.start("plant", protoIOC, []string{"EPICS_CA_SERVER_PORT=7064"}, "T", "8.5")
		r, _ := c.run(append(ports, both...), readBoth)
		printed(t, r, "ca 7.5", "pva 7.5")
		r, _ = c.run([]string{"EPICS_CA_SERVER_PORT=7064", both[0]}, "import epics\nprint('ca', epics.caget('T:AI', timeout=10))\n")
		printed(t, r, "ca 8.5")
	})
}

// TestNoBroadcastUnlessSaid: P5, P13: where nothing is set no datagram leaves, and the
// person is told what to type.
func TestNoBroadcastUnlessSaid(t *testing.T) {
	n := newNetwork(t, "control", "plant")
	n.join("field", "control", "plant")
	n.address("control", "field", "10.77.1.1/24")
	n.address("plant", "field", "10.77.1.2/24")
	c := newControl(t, n)
	ears := n.start("plant", listener, nil)
	code := "import epics\nprint('ca', epics.caget('T:AI', connection_timeout=1))\n"
	for _, env := range [][]string{nil, {"EPICS_CA_AUTO_ADDR_LIST=NO", "EPICS_PVA_AUTO_ADDR_LIST=NO"}, {"EPICS_CA_ADDR_LIST=127.0.0.1", "EPICS_PVA_NAME_SERVERS=127.0.0.1"}} {
		r, _ := c.run(env, code)
		printed(t, r, "ca None")
		if env == nil && (len(r.Decision.Reasons) == 0 || !strings.Contains(r.Decision.Reasons[0].Hint, "EPICS_CA_AUTO_ADDR_LIST=YES")) {
			t.Errorf("nobody says what to type: %+v", r.Decision)
		}
	}
	c.marker("10.77.1.255")
	if heard := ears.until("marker"); len(heard) > 0 {
		t.Errorf("the network heard %v", heard)
	}
	c.run(both[:1], code) // and now it can hear
	c.marker("10.77.1.255")
	if heard := strings.Join(ears.until("marker"), "\n"); !strings.Contains(heard, "heard 5064") || !strings.Contains(heard, "T:AI") || strings.Contains(heard, "heard 5076") {
		t.Errorf("the network heard %s", heard)
	}
}

// hostilePolicy lets code import what it wants, so that no rule about names stops it.
const hostilePolicy = `version: 1
imports: {deny: []}
filesystem: {script_folder: read}
network: {default: deny}
commands: {default: deny}
control_system: {epics: {read: {allow: ["T:*"], deny: ["T:STR"]}}}
resources:
  {wall: 60s, cpu: 30s, memory: 1GiB, processes: 32, open_files: 128, output: 1MiB, line: 256KiB, file: 16MiB, workspace: 64MiB, inodes: 500,
   results: 1MiB, figures: 20, figure: 4MiB, outputs: 100}
isolation: {minimum: namespaces}
`

// hostile tries, inside of a run, to reach the network and to answer for servers. What
// it does it reads from its input, where analysis does not see it.
const hostile = `
import epics, socket, struct, sys
hosts, names = (line.split() for line in sys.stdin)
def attempt(to):
    try:
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        except OSError:
            pass
        s.sendto(b"hostile", to)
        print("sent", to)
    except OSError as e:
        print("refused", to)
for host in hosts:
    attempt((host, 5064))
answers = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
missing = epics.PV("T:MISSING")
for id in range(2000):
    answers.sendto(struct.pack("!HHHHII", 6, 8, 5064, 0, 0xffffffff, id) + b"\0\x0d" + b"\0" * 6, ("127.0.0.1", 5064))
print("missing", missing.wait_for_connection(timeout=1))
for name in names:
    try:
        print(name, epics.caget(name, connection_timeout=1))
    except Exception as e:
        print(name, "refused")
`

// TestHostileCodeAndBroadcast: N2, P5: code in a run reaches no host of the network, what
// it may not read is not even asked for, and it cannot answer for a server.
func TestHostileCodeAndBroadcast(t *testing.T) {
	n := newNetwork(t, "control", "plant")
	n.join("field", "control", "plant")
	n.address("control", "field", "10.77.1.1/24")
	n.address("plant", "field", "10.77.1.2/24")
	c := newControl(t, n)
	ears, own := n.start("plant", listener, nil), n.start("control", listener, nil)
	c.write("policy.yaml", hostilePolicy)
	r, _ := c.run(both, hostile, "--stdin", c.write("in", "10.77.1.255 10.77.1.2 10.77.1.1 255.255.255.255\nSECRET:ONE T:STR\n"))
	printed(t, r, "missing False", "SECRET:ONE refused", "T:STR refused")
	if strings.Count(r.Stdout, "('") != 4 { // whether it is told that they went, they go nowhere
		t.Errorf("not all was tried:\n%s", r.Stdout)
	}
	c.marker("10.77.1.255")
	heard := strings.Join(ears.until("marker"), "\n")
	if !strings.Contains(heard, "T:MISSING") {
		t.Errorf("the network hears nothing at all: %s", heard)
	}
	c.marker("10.77.1.1")
	heard += strings.Join(own.until("marker"), "\n")
	for _, not := range []string{"hostile", "SECRET", "T:STR"} {
		if strings.Contains(heard, not) {
			t.Errorf("the network heard %q: %s", not, heard)
		}
	}
}

// readLong reads again and again, so that every server has answered meanwhile.
const readLong = `
import epics, time
from p4p.client.thread import Context
ca, pva = set(), set()
context = Context("pva")
for _ in range(20):
    ca.add(epics.caget("T:AI", timeout=10, use_monitor=False))
    pva.add(float(context.get("T:AI", timeout=10)))
    time.sleep(0.05)
print("values", len(ca), len(pva))
`

// TestTwoServersWithOneChannel: N2: the first that answers is used, to the end, and the
// person is told, of each protocol.
func TestTwoServersWithOneChannel(t *testing.T) {
	n := newNetwork(t, "control", "plant", "other")
	n.join("field", "control", "plant", "other")
	n.address("control", "field", "10.77.1.1/24")
	n.address("plant", "field", "10.77.1.2/24")
	n.address("other", "field", "10.77.1.3/24")
	c := newControl(t, n)
	n.start("plant", broadcastIOC, nil, "T", "1.5")
	n.start("other", broadcastIOC, nil, "T", "2.5")
	for i, env := range [][]string{both[:1], both[1:]} {
		r, said := c.run(env, []string{
			"import epics, time\nvalues = {epics.caget('T:AI', timeout=10, use_monitor=False) for _ in range(20) if not time.sleep(0.05)}\nprint('values', len(values))\n",
			"import time\nfrom p4p.client.thread import Context\nc = Context('pva')\nvalues = {float(c.get('T:AI', timeout=10)) for _ in range(20) if not time.sleep(0.05)}\nprint('values', len(values))\n"}[i])
		printed(t, r, "values 1")
		if strings.Count(said, twoServers) != 1 || !strings.Contains(said, "10.77.1.2:") || !strings.Contains(said, "10.77.1.3:") {
			t.Errorf("%v: said %q", env, said)
		}
		if len(r.Observed.Notes) == 0 || !slices.ContainsFunc(r.Observed.Notes, func(n string) bool { return strings.Contains(n, twoServers) }) {
			t.Errorf("%v: the result does not say so: %q", env, r.Observed.Notes)
		}
	}
}

// forger answers every search of Channel Access: the channel is at 127.0.0.1.
const forger = `
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 5064))
print("ready", flush=True)
while True:
    data, who = s.recvfrom(65536)
    while len(data) >= 16:
        command, size, _, _, _, cid = struct.unpack("!HHHHII", data[:16])
        data = data[16 + size:]
        if command == 6:
            s.sendto(struct.pack("!HHHHII", 6, 8, 5064, 0, 0x7f000001, cid) + struct.pack("!H6x", 13), who)
            print("answered", flush=True)
`

// victim prints who connects to this host's loopback.
const victim = `
import socket
s = socket.create_server(("127.0.0.1", 5064))
print("ready", flush=True)
while True:
    conn, who = s.accept()
    print("marker" if conn.recv(6) == b"marker" else "connected", flush=True)
`

// TestForgedAnswerLeadsNowhere: N2: a host of the network cannot send the gateway to what
// only the gateway's own host reaches.
func TestForgedAnswerLeadsNowhere(t *testing.T) {
	n := newNetwork(t, "control", "plant")
	n.join("field", "control", "plant")
	n.address("control", "field", "10.77.1.1/24")
	n.address("plant", "field", "10.77.1.2/24")
	c := newControl(t, n)
	forged, loopback := n.start("plant", forger, nil), n.start("control", victim, nil)
	r, _ := c.run(both[:1], "import epics\nprint('ca', epics.caget('T:AI', connection_timeout=2))\n")
	printed(t, r, "ca None")
	forged.until("answered")
	cmd := exec.CommandContext(t.Context(), gatewaytest.Python(t), "-c", "import socket\nsocket.create_connection(('127.0.0.1', 5064)).sendall(b'marker')\n")
	if out, err := n.at("control", cmd).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if said := loopback.until("marker"); len(said) > 0 {
		t.Errorf("the gateway connected to its own loopback: %v", said)
	}
}

// TestOneServerInTwoNetworks: its answers by both ways are no conflict.
func TestOneServerInTwoNetworks(t *testing.T) {
	n := newNetwork(t, "control", "plant")
	for name, address := range map[string]string{"field": "10.77.1.", "office": "10.77.2."} {
		n.join(name, "control", "plant")
		n.address("control", name, address+"1/24")
		n.address("plant", name, address+"2/24")
	}
	c := newControl(t, n)
	n.start("plant", broadcastIOC, nil, "T", "1.5")
	r, said := c.run(both, readLong)
	printed(t, r, "values 1 1")
	if strings.Contains(said, "two servers") {
		t.Errorf("said %q", said)
	}
}

// TestInterfacesComeAndGo: without a broadcast address nobody is asked, and a network
// that comes while a run looks for a channel is asked then.
func TestInterfacesComeAndGo(t *testing.T) {
	n := newNetwork(t, "control", "plant")
	n.join("field", "control", "plant")
	n.address("plant", "field", "10.77.1.2/24")
	c := newControl(t, n)
	ears := n.start("plant", listener, nil)
	n.ip("control", "addr add 10.77.1.1/24 dev field") // without a broadcast address
	r, _ := c.run(both, "import epics\nprint('ca', epics.caget('T:AI', connection_timeout=2))\n")
	printed(t, r, "ca None")
	c.marker("10.77.1.255")
	if heard := ears.until("marker"); len(heard) > 0 {
		t.Errorf("the network heard %v", heard)
	}
	ears.stop()
	n.start("plant", broadcastIOC, nil, "T", "1.5")
	cmd := c.command(both,
		"import epics\nfrom p4p.client.thread import Context\npv = epics.PV('T:AI')\nprint('early', pv.wait_for_connection(timeout=1), flush=True)\nprint('ca', pv.wait_for_connection(timeout=30), pv.get(timeout=10))\nprint('pva', float(Context('pva').get('T:AI', timeout=30)))\n")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, lines: make(chan string, 10_000)}
	go p.read(out)
	p.until("early False")
	n.ip("control", "addr del 10.77.1.1/24 dev field")
	n.address("control", "field", "10.77.1.1/24")
	p.until("ca True 1.5")
	p.until("pva 1.5")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
