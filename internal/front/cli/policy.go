package cli

import (
	"io"

	"github.com/goccy/go-yaml"

	"github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/policy"
	"github.com/interlock-run/interlock/internal/wire/apiv1"
	"github.com/interlock-run/interlock/policies"
)

type policyCommand struct {
	Show    policyShow    `cmd:"" help:"Print the rules in force, with all that they extend."`
	Check   policyCheck   `cmd:"" help:"Check a policy file: all faults at once. Without FILE, the one in force."`
	Explain policyExplain `cmd:"" help:"Which rule decides what in a script, and why; nothing runs."`
	Test    policyTest    `cmd:"" help:"Run the cases beside a policy: this code, this user, expect this."`
	Diff    policyDiff    `cmd:"" help:"What another policy would decide otherwise, over past runs or given scripts."`
	Replay  policyReplay  `cmd:"" help:"Decide past runs again by a policy, and compare with what was decided."`
	Learn   policyLearn   `cmd:"" help:"Suggest a policy from what runs did; it is printed, never put in force."`
	Log     policyLog     `cmd:"" help:"Every version that was in force: when, by whom, what changed."`
	Schema  policySchema  `cmd:"" help:"Print the JSON Schema of policy.yaml."`
}

type policyShow struct {
	where
	Format string `help:"What to print: text (YAML) or json." enum:"text,json" default:"text"`
}

func (cmd *policyShow) run(c *call) (interlock.ExitCode, error) {
	d, err := c.open(cmd.where)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	p := d.Policy()
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(shownPolicy(p))
	}
	for i, part := range p.Parts() {
		text, err := yaml.Marshal(policyTree(part.Document()))
		if err != nil {
			return 0, err
		}
		head := "# in force: " + forceOf(part).String() + "\n"
		switch {
		case i > 0:
			head = "---\n# narrowed by: " + forceOf(part).String() + "\n"
		case len(p.Parts()) > 1:
			head = "# in force: two policies, and a run needs both: what either refuses is refused\n# digest of both: " + p.Digest() + "\n# binding: " + forceOf(part).String() + "\n"
		}
		c.print("%s# digest: %s\n%s", head, part.Digest(), text)
	}
	return interlock.ExitOK, nil
}

// shown is what `policy show --format json` prints.
type shown struct {
	Schema     int      `json:"schema"`
	Files      []string `json:"files"`
	Digest     string   `json:"digest"` // of all that hold together
	Policy     any      `json:"policy"`
	NarrowedBy []shown  `json:"narrowed_by,omitempty"` // each with its own digest
}

func shownPolicy(p *policy.Policy) shown {
	out := shown{Schema: apiv1.Schema, Digest: p.Digest(), Policy: asJSON(policyTree(p.Document()))}
	for i, part := range p.Parts() {
		if i == 0 {
			out.Files = part.Files()
			continue
		}
		out.NarrowedBy = append(out.NarrowedBy, shownPolicy(part))
	}
	return out
}

type policyCheck struct {
	where
	File   string `arg:"" optional:"" help:"The policy to check; it need not be in force."`
	Format string `help:"What to print: text or json." enum:"text,json" default:"text"`
}

func (cmd *policyCheck) run(c *call) (interlock.ExitCode, error) {
	p, err := cmd.load(c)
	if err != nil {
		return 0, err
	}
	if cmd.Format == "json" {
		return interlock.ExitOK, c.object(struct {
			Schema int  `json:"schema"`
			OK     bool `json:"ok"`
			inForce
		}{apiv1.Schema, true, forceOf(p)})
	}
	c.print("%s: in order\n", forceOf(p))
	return interlock.ExitOK, nil
}

func (cmd *policyCheck) load(c *call) (*policy.Policy, error) {
	if cmd.File == "" {
		d, err := c.open(cmd.where)
		if err != nil {
			return nil, err
		}
		defer d.Close()
		return d.Policy(), nil
	}
	home, _ := c.lookup("HOME")
	return policy.Load(cmd.File, policy.Options{Home: home, NotInForce: true})
}

type policySchema struct{}

func (*policySchema) run(c *call) (interlock.ExitCode, error) {
	_, _ = io.WriteString(c.stdout, policies.Schema)
	return interlock.ExitOK, nil
}
