package daemon

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/sandbox"
)

// Report is what this host can hold of the policy in force, and where things are.
type Report struct {
	OK      bool     `json:"ok"` // a run could start
	Kernel  string   `json:"kernel"`
	Arch    string   `json:"arch"`
	Level   string   `json:"level"`   // the strongest isolation this host reaches
	Minimum string   `json:"minimum"` // what the policy asks for
	Missing []string `json:"missing"` // what a stronger level lacks
	Limits  []Held   `json:"limits"`
	// Warm says whether a daemon can copy runs from a warm interpreter here, and why not.
	Warm string `json:"warm"`
	// Calls are the system calls that a run may make, all others are refused; Cases
	// are those among them that are decided by an argument, and why.
	Calls []string `json:"system_calls"`
	Cases []Case   `json:"system_call_cases"`

	Notes  []string `json:"notes"`
	Python string   `json:"python"`
	Config string   `json:"config"` // "" where there is no configuration
	Policy []string `json:"policy"`
	// NarrowedBy are the files of what narrows a binding policy.
	NarrowedBy []string `json:"narrowed_by,omitempty"`
	State      string   `json:"state"`
	Cache      string   `json:"cache"`
	Problems   []Word   `json:"problems"`
}

// Held is one limit and what holds it here.
type Held struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	By     string `json:"by"`
	Weaker string `json:"weaker,omitempty"` // how it falls short of the words of the policy
}

// Case is a system call that is permitted only with some arguments.
type Case struct {
	Call   string `json:"call"`
	Answer string `json:"answer"` // errno of the refused ones
	Why    string `json:"why"`
}

// Word is one problem, with what to type.
type Word struct {
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// Doctor looks at the host with the eyes of a run that the policy grants: what it
// reports is the plan of such a run. interpreter is as in --env, "" for the
// configured one. Nothing is changed.
func (d *Daemon) Doctor(interpreter string) Report {
	rules, host := d.current(), d.sandbox.Host()
	level, missing := host.Reaches()
	s := &interlock.Submission{ID: "doctor", Name: "doctor.py", Who: Self(), Interpreter: interpreter}
	d.surround(s, rules.config)
	g, _ := rules.draft(d, s)
	r := Report{Kernel: host.Kernel, Arch: host.Arch, Level: level.String(), Missing: list(missing), Limits: []Held{},
		Notes: []string{}, Warm: d.sandbox.Warms(g), Calls: []string{}, Cases: []Case{}, Config: rules.config.Path, Policy: rules.policy.Parts()[0].Files(), NarrowedBy: rules.policy.Narrowing(), State: d.places.state, Cache: d.places.cache, Problems: []Word{}}
	r.Minimum = g.Isolation.String()
	if env, err := sandbox.ResolveEnvironment(g.Environment.Interpreter, d.getenv); err != nil {
		r.problem(err)
	} else {
		r.Python = env.Interpreter
	}
	if plan, err := d.sandbox.Plan(s, g); err != nil {
		r.problem(err)
	} else {
		for _, h := range plan.Held {
			r.Limits = append(r.Limits, Held{Name: h.Name, Value: h.Value, By: h.By, Weaker: h.Weaker})
		}
		r.Notes, r.Calls = append(list(plan.Notes), whole(r.Limits)...), list(plan.Filter.Allow)
		for _, c := range plan.Filter.Cases {
			r.Cases = append(r.Cases, Case{Call: c.Call, Answer: or(c.Else, "EPERM"), Why: c.Why})
		}
	}
	if err := writable(d.places.state); err != nil {
		r.problem(unusable(d.places.state, err))
	}
	r.OK = len(r.Problems) == 0
	return r
}

// whole says what to type where the limits on a run as a whole hold only in a weaker form
// for want of control groups.
func whole(limits []Held) []string {
	for _, l := range limits {
		if (l.Name == "cpu" || l.Name == "memory") && l.Weaker != "" {
			return []string{"what is WEAKER is held in full with control groups that you may use: under systemd type `systemd-run --user --scope interlock run FILE`, or give the service of interlock Delegate=yes"}
		}
	}
	return nil
}

func (r *Report) problem(err error) {
	e := interlock.AsError(err)
	w := Word{Message: e.Error(), Hint: e.Hint}
	for _, p := range r.Problems {
		if p == w {
			return
		}
	}
	r.Problems = append(r.Problems, w)
}

// writable reports whether the state directory, or the folder it will be made in,
// takes a file.
func writable(dir string) error {
	for {
		if info, err := os.Stat(dir); err == nil {
			if !info.IsDir() {
				return fmt.Errorf("%s is not a folder", dir)
			}
			f, err := os.CreateTemp(dir, ".doctor-*")
			if err != nil {
				return err
			}
			f.Close()
			return os.Remove(f.Name())
		}
		up := filepath.Dir(dir)
		if up == dir {
			return fmt.Errorf("%s does not exist", dir)
		}
		dir = up
	}
}

func list(l []string) []string { return append([]string{}, l...) }
