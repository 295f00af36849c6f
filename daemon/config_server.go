package daemon

import (
	"fmt"
	"regexp"
	"runtime"
	"time"

	"github.com/interlock-run/interlock/daemon/queue"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// ServerConfig is what `interlock serve` does with many runs at once.
type ServerConfig struct {
	Queue queue.Limits
	// Drain is how long runs may go on after the daemon was asked to stop.
	Drain time.Duration
	// Pool is how many warm interpreters wait for runs.
	Pool int
	// Preload are the modules they have loaded; nil leaves it to the sandbox.
	Preload []string
	// Socket is where Users are served too; "" is that the daemon is its own user's.
	Socket string
	// Users and Approvers are uids beside the daemon's own: who may submit and see
	// requests, and who of them may approve and reject.
	Users, Approvers []int
}

// server is ServerConfig as it is written.
type server struct {
	MaxRunning     policy.Count               `json:"max_running"`
	MaxQueued      policy.Count               `json:"max_queued"`
	PerUserRunning policy.Count               `json:"per_user_running"`
	PerUserQueued  policy.Count               `json:"per_user_queued"`
	Drain          policy.Duration            `json:"drain"`
	Pool           strictyaml.Value[poolSize] `json:"pool"`
	Preload        strictyaml.Value[[]module] `json:"preload"`
	Socket         absolute                   `json:"socket"`
	Users          []userID                   `json:"users"`
	Approvers      []userID                   `json:"approvers"`
}

// module is the dotted name of a Python module.
type module string

var moduleName = regexp.MustCompile(`^[\pL_][\pL\pN_]*(\.[\pL_][\pL\pN_]*)*$`)

// DecodeYAML implements strictyaml.Decoder.
func (m *module) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const want = "the name of a module, such as scipy.stats"
	if !c.Want(n, strictyaml.String, want) {
		return
	}
	if *m = module(n.Text); !moduleName.MatchString(n.Text) {
		c.Fault(n, fmt.Sprintf("%q is no module's name", n.Text), want)
	}
}

// poolSize is a whole number; 0 is no pool.
type poolSize int

// DecodeYAML implements strictyaml.Decoder.
func (p *poolSize) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const most = 1024
	if !c.Want(n, strictyaml.Int, "a whole number; 0 keeps none ready") {
		return
	}
	if *p = poolSize(n.Int); n.Int < 0 || n.Int > most {
		c.Fault(n, fmt.Sprintf("%d is not between 0 and %d", n.Int, most), "how many interpreters wait for runs; 0 keeps none ready")
		*p = 0
	}
}

// The defaults: two runs a processor, because a run waits for its disk and its
// interpreter as much as it computes; a queue that the slowest of runs empties
// in hours, not days.
const (
	defaultQueued = 256
	defaultDrain  = 30 * time.Second
)

func (s server) settled() ServerConfig {
	cpus := 2 * runtime.NumCPU()
	running := or(int(s.MaxRunning), cpus)
	queued := or(int(s.MaxQueued), defaultQueued)
	pool := cpus
	if s.Pool.Set {
		pool = int(s.Pool.V)
	}
	var preload []string
	if s.Preload.Set {
		preload = []string{}
		for _, m := range s.Preload.V {
			preload = append(preload, string(m))
		}
	}
	return ServerConfig{
		Queue: queue.Limits{Running: running, Queued: queued,
			RunningPerUser: or(int(s.PerUserRunning), running), QueuedPerUser: or(int(s.PerUserQueued), queued)},
		Drain: or(time.Duration(s.Drain), defaultDrain),
		Pool:  pool, Preload: preload, Socket: string(s.Socket), Users: uids(s.Users), Approvers: uids(s.Approvers),
	}
}

func or[T comparable](v, otherwise T) T {
	if zero := *new(T); v == zero {
		return otherwise
	}
	return v
}
