package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/interlock-run/interlock/daemon"
	"github.com/interlock-run/interlock/internal/front/httpapi"
	"github.com/interlock-run/interlock/internal/wire/unixsock"
	"github.com/interlock-run/interlock/test/require"
)

// rounds is how often each subject runs one at a time; INTERLOCK_BENCH_ROUNDS.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("INTERLOCK_BENCH_ROUNDS")); err == nil && n > 0 {
		return n
	}
	return 15
}

// comparison is one run of BenchmarkCompare.
type comparison struct {
	subjects []*subject
	plain    *subject // python3
	oneOff   *subject
	client   *subject
	scripts  []*script
	daemon   *served
	rows     *file
	all      []*series // one at a time
	loads    []*series // many at once
	kept     kept
}

// BenchmarkCompare prints everything side by side. Run it once: -benchtime 1x.
func BenchmarkCompare(b *testing.B) {
	c := newComparison(b)
	defer c.rows.f.Close()
	for _, step := range []func() error{c.memory, c.turns, c.many} {
		if err := step(); err != nil {
			b.Fatal(err)
		}
	}
	printMemory(c.kept)
	printTargets(c.all, c.loads, c.kept)
	fmt.Printf("\nload now %s; every measured time is in %s\n", loadNow(), c.rows.f.Name())
}

func newComparison(b *testing.B) *comparison {
	binary, env := require.Binary(b), require.Env(b)
	c := &comparison{scripts: scripts(b), daemon: serve(b, binary, env, b.TempDir())}
	home := b.TempDir() // the baselines share it: matplotlib's list of fonts is made once
	pooled, onDemand := alone(b, env)
	c.plain, c.oneOff, c.client = python3(env, home), oneOff(binary, env, b.TempDir()), byClient("interlock client", c.daemon.state(), env)
	c.subjects = []*subject{c.plain, bubblewrap(b, env, home), sandlock(b, env, home, c.scripts), gvisor(b, env, home),
		c.oneOff, throughDaemon(c.daemon, binary, env), c.client, pooled, onDemand}
	m := machine(b, binary, env)
	var err error
	if c.rows, err = newFile(filepath.Join(require.Repo(b), "bench"), m); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("%s, %d processors, %d MiB, Linux %s, uid %d, commit %s, load %s\n%v\n", m.CPU, m.Cores, m.MemoryMiB, m.Kernel, m.UID, m.Commit, m.Load, m.Versions)
	try(c.subjects, c.scripts[0])
	for _, x := range c.subjects {
		fmt.Printf("  %-20s %s\n", x.name, x.how)
		if x.absent != "" {
			c.rows.Encode(absentRow{"absent", x.name, x.absent})
		}
	}
	return c
}

// memory is looked at first: one layout was run, and nothing else goes on.
func (c *comparison) memory() (err error) {
	c.client.settle()
	if c.kept, err = memoryOf(c.daemon.cmd.Process.Pid); err != nil {
		return err
	}
	return c.rows.memory(c.kept)
}

// turns measures one at a time. The last script is only about what loading costs
// the ways of Interlock.
func (c *comparison) turns() error {
	for i, s := range c.scripts {
		who := c.subjects
		if i == len(c.scripts)-1 {
			who = []*subject{c.plain, c.oneOff, c.client}
		}
		measured, err := inTurn(who, s, rounds())
		if err != nil {
			return err
		}
		c.all = append(c.all, measured...)
		printTurns(who, measured, s, rounds())
		if err := c.rows.series(measured); err != nil {
			return err
		}
	}
	return nil
}

// many measures throughput, of numpy.
func (c *comparison) many() (err error) {
	s := c.scripts[1]
	farther := func(x *subject) bool { return x == c.plain || x == c.client }
	who := c.subjects[:len(c.subjects)-2] // the sandbox alone has no queue
	if c.loads, err = together(who, s, farther); err != nil {
		return err
	}
	printLoads(who, c.loads, s)
	return c.rows.series(c.loads)
}

// BenchmarkDaemon has the daemon in this process, for -cpuprofile and the like:
// numpy by the client, one after the other, each when the pool has settled.
// INTERLOCK_BENCH_BUSY=1 leaves out the settling.
func BenchmarkDaemon(b *testing.B) {
	env, home := require.Env(b), b.TempDir()
	state := filepath.Join(home, "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		b.Fatal(err)
	}
	d, err := daemon.Open(daemon.Options{StateDir: state, Env: environ(home), Now: time.Now, Serve: true})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	l, err := unixsock.Listen(state)
	if err != nil {
		b.Fatal(err)
	}
	server, done := httpapi.New(httpapi.Options{Daemon: d, State: state, UID: os.Getuid()}), make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(l)
	}()
	defer func() { server.Shutdown(b.Context()); <-done }()
	x, s := byClient("in process", state, env), scripts(b)[1]
	if _, err := x.run(s); err != nil {
		b.Fatal(err)
	}
	x.settle()
	measured := &series{}
	for b.Loop() {
		t, err := x.run(s)
		if err != nil {
			b.Fatal(err)
		}
		measured.add(t)
		if os.Getenv("INTERLOCK_BENCH_BUSY") == "" {
			x.settle()
		}
	}
	b.ReportMetric(milliseconds(median(measured.first)), "first-p50-ms")
	b.ReportMetric(milliseconds(median(measured.full)), "full-p50-ms")
	b.ReportMetric(milliseconds(quantile(measured.full, 0.9)), "full-p90-ms")
}
