package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/ledger"
	"github.com/interlock-run/interlock/internal/store/runs"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
)

type ledgerCommand struct {
	Verify ledgerVerify `cmd:"" help:"Verify the ledger, or an export of one; prints a checkpoint to keep elsewhere."`
	Query  ledgerQuery  `cmd:"" help:"List entries."`
	Export ledgerExport `cmd:"" help:"Write the whole ledger as JSON lines, ending with a signed checkpoint."`
}

type ledgerVerify struct {
	where
	Export  string `arg:"" optional:"" name:"export" help:"An export to verify, without any state of this machine; - is standard input."`
	Against string `help:"A checkpoint that was kept elsewhere." placeholder:"FILE"`
	Key     string `help:"The fingerprint of the only key that may have signed." placeholder:"FINGERPRINT"`
	Format  string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

// verified is what `ledger verify --format json` prints.
type verified struct {
	Schema int  `json:"schema"`
	OK     bool `json:"ok"`
	ledger.Report
	Checkpoint string `json:"checkpoint"` // "" for an export, and where none could be signed
}

func (cmd *ledgerVerify) run(c *call) (interlock.ExitCode, error) {
	o := ledger.VerifyOptions{Key: cmd.Key}
	if cmd.Against != "" {
		text, err := readRegular(cmd.Against, "--against", maxSource, "name the file that holds the checkpoint")
		if err != nil {
			return 0, err
		}
		checkpoint, err := ledger.ParseCheckpoint(checkpointIn(string(text)))
		if err != nil {
			return 0, bad("no_checkpoint", cmd.Against+": "+err.Error(), "`interlock ledger verify` prints one")
		}
		o.Against = &checkpoint
	}
	v := verified{Schema: apiv1.Schema}
	var err error
	if cmd.Export != "" {
		v.Report, err = cmd.export(c, o)
	} else {
		v.Report, v.Checkpoint, err = cmd.live(c, o)
	}
	if err != nil {
		return 0, err
	}
	code := interlock.ExitCodeFailed
	if v.OK = v.Report.OK(); v.OK {
		code = interlock.ExitOK
	}
	if cmd.Format == "json" {
		v.Faults = append([]ledger.Fault{}, v.Faults...)
		v.BlobsPurged = append([]ledger.PurgedBlob{}, v.BlobsPurged...)
		v.CheckpointsOK = append([]string{}, v.CheckpointsOK...)
		return code, c.object(v)
	}
	c.showReport(&v)
	return code, nil
}

// checkpointIn is text from where a checkpoint begins in it: what verify prints is kept
// with the words before it as often as without.
func checkpointIn(text string) string {
	const head = "interlock ledger checkpoint v1\n"
	if i := strings.Index(text, "\n"+head); i >= 0 && !strings.HasPrefix(text, head) {
		return text[i+1:]
	}
	return text
}

func (c *call) showReport(v *verified) {
	c.print("%s\n", v.Summary())
	for _, f := range v.Faults {
		c.print("  %s\n", f)
	}
	for _, word := range v.CheckpointsOK {
		c.print("  checkpoint: %s\n", word)
	}
	if v.OK && v.Checkpoint != "" {
		c.print("\n%s", v.Checkpoint)
		c.say("keep this checkpoint where the ledger's owner cannot change it; `interlock ledger verify --against FILE` compares")
	}
}

// export verifies without configuration, policy or state: what an auditor has.
func (cmd *ledgerVerify) export(c *call, o ledger.VerifyOptions) (ledger.Report, error) {
	var from io.Reader = c.stdin
	if cmd.Export != stdinName {
		f, err := os.Open(cmd.Export)
		if err != nil {
			return ledger.Report{}, unreadable(cmd.Export, "export", err)
		}
		defer f.Close()
		from = f
	}
	src, err := ledger.OpenExport(from)
	if err != nil {
		return ledger.Report{}, bad("no_export", err.Error(), "`interlock ledger export --out FILE` writes one")
	}
	return ledger.Verify(c, src, o)
}

// live verifies the ledger of this machine; a checkpoint is made only of one that
// verified. Verifying needs no key, so that a key that cannot be made or read, as on
// a full disk, takes nothing from what was verified.
func (cmd *ledgerVerify) live(c *call, o ledger.VerifyOptions) (ledger.Report, string, error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return ledger.Report{}, "", err
	}
	defer d.Close()
	l, err := d.Ledger(c)
	if err != nil {
		return ledger.Report{}, "", err
	}
	r, err := l.Verify(c, o)
	if err != nil || !r.OK() {
		return r, "", err
	}
	checkpoint, err := l.Checkpoint(c)
	if err != nil && c.Err() == nil {
		c.say("no checkpoint could be signed, and the ledger is verified all the same: %v", err)
		return r, "", nil
	}
	if err != nil {
		return r, "", err
	}
	return r, checkpoint.String(), nil
}

type ledgerQuery struct {
	where
	Run    string `help:"Entries of this run."`
	Kind   string `help:"Entries of this kind: submission, decision, grant, start, end, denial, policy, …"`
	Who    string `help:"Entries of this identity: a name, or as self:1000."`
	Flow   string `help:"Entries of this larger work."`
	Since  string `help:"Not before this time: 2026-01-31, 2026-01-31T12:00:00Z, or 36h, 30d for that long ago." placeholder:"TIME"`
	Until  string `help:"Before this time." placeholder:"TIME"`
	Effect string `help:"Decisions with this effect: deny, needs_approval, warn, allow."`
	Limit  int    `help:"The newest entries only; 0 is all." default:"100"`
	Format string `help:"What to print: text, or json with one entry a line." enum:"text,json" default:"text"`
}

func (cmd *ledgerQuery) run(c *call) (interlock.ExitCode, error) {
	if err := aKind(cmd.Kind); err != nil {
		return 0, err
	}
	if err := anEffect(cmd.Effect); err != nil {
		return 0, err
	}
	f := ledger.Filter{Run: cmd.Run, Kind: interlock.RecordKind(cmd.Kind), Who: cmd.Who, Flow: cmd.Flow, Effect: cmd.Effect, Limit: cmd.Limit}
	var err1, err2 error
	f.Since, err1 = c.moment("--since", cmd.Since)
	f.Until, err2 = c.moment("--until", cmd.Until)
	if err := errors.Join(err1, err2); err != nil {
		return 0, err
	}
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	l, err := d.Ledger(c)
	if err != nil {
		return 0, err
	}
	entries, err := l.Query(c, f)
	if err != nil {
		return 0, err
	}
	if len(entries) == 0 && cmd.Format != "json" {
		c.say("%s", nothingFound(cmd))
	}
	for _, e := range entries {
		if cmd.Format != "json" {
			c.print("%6d  %s  %-10s  %-14s  %s uid %d  %s\n", e.Seq, e.Time.Format("2006-01-02 15:04:05"), e.Kind, e.Run, e.Who.Name, e.Who.UID, briefly(e))
			continue
		}
		if err := c.object(entry{e, e.Digest}); err != nil {
			return 0, err
		}
	}
	return interlock.ExitOK, nil
}

// nothingFound says so, lest silence pass for an answer.
func nothingFound(cmd *ledgerQuery) string {
	if cmd.Run != "" && !runs.ValidID(cmd.Run) {
		return "no entry fits: --run wants all of an id, as `interlock runs list` shows it"
	}
	return "no entry fits"
}

// aKind refuses a kind that no entry can have; "" is every kind.
func aKind(s string) error {
	if s == "" || slices.Contains(ledger.Kinds(), interlock.RecordKind(s)) {
		return nil
	}
	return bad("usage", fmt.Sprintf("--kind %s is no kind of entry", s), fmt.Sprintf("write one of %s", kindList()))
}

// anEffect refuses an effect that no decision can have; "" is every effect.
func anEffect(s string) error {
	if _, err := interlock.ParseEffect(s); s == "" || err == nil {
		return nil
	}
	return bad("usage", fmt.Sprintf("--effect %s is no effect", s), "write one of deny, needs_approval, warn, allow")
}

func kindList() string {
	var names []string
	for _, k := range ledger.Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// entry is an entry with its digest, which stands beside it in the ledger.
type entry struct {
	ledger.Entry
	Digest string `json:"digest"`
}

// moment reads a time, or how long ago one was. "" is the zero time.
func (c *call) moment(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, s, time.Local); err == nil {
			return t, nil
		}
	}
	if ago, err := parseAge(s); err == nil {
		return c.Now().Add(-ago), nil
	}
	return time.Time{}, bad("usage", fmt.Sprintf("%s %s is not a time", flag, s), "write for example 2026-01-31, 2026-01-31T12:00:00Z or 30d")
}

type ledgerExport struct {
	where
	Out   string `help:"The file to write, which must not exist; standard output where absent." placeholder:"FILE"`
	Blobs bool   `help:"With sources and outputs, not only their digests."`
}

func (cmd *ledgerExport) run(c *call) (_ interlock.ExitCode, err error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	l, err := d.Ledger(c)
	if err != nil {
		return 0, err
	}
	var to io.Writer = c.stdout
	if cmd.Out != "" {
		f, err := os.OpenFile(cmd.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return 0, bad("not_written", fmt.Sprintf("the export cannot be written: %v", err), "name a file that does not exist, in a folder you can write")
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		to = f
	}
	checkpoint, err := l.Export(c, to, cmd.Blobs)
	if err != nil {
		return 0, err
	}
	c.say("exported %d entries; the export ends with this checkpoint:\n%s", checkpoint.Seq, checkpoint)
	return interlock.ExitOK, nil
}
