package daemon

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
)

// current is the rules in force. A Daemon that serves looks at their files first,
// and takes what it finds there if it is sound. What is not keeps the old rules in
// force, loudly: in the log, and as a warning on the decision on every run until
// the files are mended.
func (d *Daemon) current() *rules {
	if !d.o.Serve {
		return d.inForce.Load()
	}
	d.reloading.Lock()
	defer d.reloading.Unlock()
	old := d.inForce.Load()
	if !old.outOfDate(d.o.Now()) {
		return old
	}
	src := d.sources()
	fresh, err := d.reload(src)
	if err == nil && fresh.config.StateDir != old.config.StateDir {
		err = configError("state_dir_changed", "the configuration names another state directory, "+fresh.config.StateDir, "stop the daemon and start it again", nil)
	}
	if err != nil {
		fresh = d.keep(old, src, err)
	} else {
		d.takeOver(old, fresh)
	}
	d.inForce.Store(fresh.wired(d))
	return fresh
}

// again is how often files that could not be used are looked at even though they
// look the same: what is wrong may be in a file that is not among them.
const again = time.Second

func (r *rules) outOfDate(now time.Time) bool {
	if r.files.list == nil || r.stale != "" && now.Sub(r.files.at) >= again {
		return true
	}
	return r.files.changed()
}

// reload reads the rules until they did not change while they were read.
func (d *Daemon) reload(src Sources) (*rules, error) {
	for tries := 0; ; tries++ {
		one, err := d.load(src)
		if err != nil {
			return nil, err
		}
		one.files = stampOf(one.paths(src), d.o.Now())
		two, err := d.load(src)
		if err != nil {
			return nil, err
		}
		if one.key == two.key && one.policy.Digest() == two.policy.Digest() {
			return one, nil
		}
		if tries == 3 {
			return nil, configError("rules_restless", "configuration or policy changed again and again while they were read", "let them be for a moment", nil)
		}
	}
}

// keep is the old rules with the word that they are old.
func (d *Daemon) keep(old *rules, src Sources, err error) *rules {
	e := interlock.AsError(err)
	kept := *old
	kept.stale = "the rules on disk are not in force, older ones are: " + strings.TrimSpace(e.Error())
	kept.files = stampOf(old.paths(src), d.o.Now())
	if kept.stale != old.stale {
		d.log().Error("the new rules cannot be used and the old ones stay in force: "+e.Error(), slog.String("hint", e.Hint), slog.String("policy", old.policy.Digest()))
	}
	return &kept
}

// takeOver makes what is shared follow the fresh rules.
func (d *Daemon) takeOver(old, fresh *rules) {
	d.runs.SetRedactor(fresh.redact)
	if l, err := d.ledger.get(context.Background()); err == nil { // an error shows for whoever needs it
		l.SetRedactor(fresh.redact)
		if err := d.recordVersion(context.Background(), l, fresh.policy); err != nil { // the next decision tries again, and refuses
			d.log().Error("the new policy could not be recorded: " + err.Error())
		}
	}
	d.turns.queue.SetLimits(fresh.config.Server.Queue)
	if old.files.list != nil && (old.key != fresh.key || old.stale != "" || old.policy.Digest() != fresh.policy.Digest()) {
		d.sandbox.Forget() // what is ready was made for grants of the old rules
		d.log().Warn("new rules are in force", slog.String("policy", fresh.policy.Digest()), slog.String("was", old.policy.Digest()))
	}
}

func (d *Daemon) log() *slog.Logger {
	if d.o.Log != nil {
		return d.o.Log
	}
	return slog.New(slog.DiscardHandler)
}
