package policy

import (
	"fmt"
	"path"
	"slices"
	"strings"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/endpoint"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Endpoint is an entry of network.allow.
type Endpoint struct {
	endpoint.Endpoint
	strictyaml.Place
}

// DecodeYAML implements strictyaml.Decoder.
func (e *Endpoint) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = `a host and a port in quotes: "archiver.example.org:443"`
	if e.Place = n.Place; !c.Want(n, strictyaml.String, hint) {
		return
	}
	var err error
	if e.Endpoint, err = endpoint.Parse(n.Text); err != nil {
		c.Fault(n, err.Error(), hint)
	}
}

// Program is an entry of commands.allow: the absolute path of an executable.
type Program struct{ Path }

// DecodeYAML implements strictyaml.Decoder.
func (p *Program) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "the executable's absolute path: /usr/bin/git"
	if p.Place = n.Place; !c.Want(n, strictyaml.String, hint) {
		return
	}
	p.Text = n.Text
	if message, hint := pathFault(n.Text); message != "" {
		c.Fault(n, message, hint)
	} else if !path.IsAbs(n.Text) || strings.HasSuffix(n.Text, "/") {
		c.Fault(n, fmt.Sprintf("%q is not the absolute path of an executable", n.Text), hint)
	}
}

// denials are the words for what the two allow lists do not have.
func (p *Policy) denials() interlock.Denials {
	network, commands := p.doc.Network, p.doc.Commands
	d := interlock.Denials{
		Network:  interlock.Denial{Rule: "network.default", Policy: policyLine(network.Default.Place), Why: "a run has no network"},
		Commands: interlock.Denial{Rule: "commands.default", Policy: policyLine(commands.Default.Place), Why: "commands are denied"},
	}
	if len(network.Allow.V) > 0 {
		d.Network = interlock.Denial{Rule: "network.allow", Policy: policyLine(network.Allow.Place), Why: "network.allow does not list it", Has: p.endpoints()}
	}
	if len(commands.Allow.V) > 0 {
		d.Commands = interlock.Denial{Rule: "commands.allow", Policy: policyLine(commands.Allow.Place), Why: "commands.allow does not list it", Has: p.programs()}
	}
	return d
}

func (p *Policy) endpoints() []string {
	out := []string{}
	for _, e := range p.doc.Network.Allow.V {
		out = append(out, e.String())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (p *Policy) programs() []string {
	out := []string{}
	for _, c := range p.doc.Commands.Allow.V {
		out = append(out, path.Clean(c.Text))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (v *verdict) endpoints() {
	denial := v.p.denials().Network
	for _, e := range v.f.Endpoints {
		if !counts(e.Certainty) || loopback(e.Host) || v.p.reaches(e) {
			continue
		}
		to := e.Host
		if e.Port > 0 {
			to = fmt.Sprintf("%s:%d", bracketed(e.Host), e.Port)
		}
		v.add(interlock.Reason{Rule: denial.Rule, Effect: interlock.Deny, Source: e.Pos, Policy: denial.Policy,
			Message: denial.Connection(to + shown(" by ", e.API, "")), Hint: interlock.AllowEndpoint(to, denial.Has...)})
	}
}

// reaches reports whether network.allow lists the endpoint. One without a port
// that analysis knows is held by the sandbox.
func (p *Policy) reaches(e interlock.Endpoint) bool {
	return e.Port >= 0 && e.Port < 1<<16 && slices.ContainsFunc(p.doc.Network.Allow.V, func(a Endpoint) bool {
		return a.Matches(e.Host, uint16(e.Port))
	})
}

func bracketed(host string) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		return "[" + host + "]"
	}
	return host
}

func (v *verdict) commands() {
	denial := v.p.denials().Commands
	for _, c := range v.f.Commands {
		if !counts(c.Certainty) {
			continue
		}
		program, known := programOf(c)
		if known && v.p.starts(program) {
			continue
		}
		r := interlock.Reason{Rule: denial.Rule, Effect: interlock.Deny, Source: c.Pos, Policy: denial.Policy,
			Message: fmt.Sprintf("%s is refused: it starts a program%s, and %s", c.API, shown(" (", c.Text, ")"), denial.Why),
			Hint:    commandHint(c, program, denial.Has)}
		if !known && len(v.p.doc.Commands.Allow.V) > 0 {
			r.Effect, r.Hint = interlock.Warn, "nothing to do where it is one of "+strings.Join(v.p.programs(), ", ")
			r.Message = fmt.Sprintf("%s starts a program that analysis cannot name%s: any that commands.allow does not list will not start", c.API, shown(" (", c.Text, ")"))
		}
		v.add(r)
	}
}

// shells are the functions that hand a text to /bin/sh.
var shells = []string{"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell", "!", "!!", "%sx", "%%bash", "%%sh"}

// programOf is what c starts, as far as that is known.
func programOf(c interlock.Command) (program string, known bool) {
	if slices.Contains(shells, c.API) || strings.Contains(c.Text, "shell=") {
		return "sh", true
	}
	if len(c.Argv) == 0 || c.Argv[0] == "" {
		return "", false
	}
	return c.Argv[0], true
}

// commandHint never names a shell: to allow one is to allow every program. A line
// of a notebook is not Python, so no policy makes it run.
func commandHint(c interlock.Command, program string, has []string) string {
	switch {
	case strings.HasPrefix(c.API, "!") || strings.HasPrefix(c.API, "%"):
		return "write it in Python, for example with pathlib, shutil or gzip"
	case program == "sh":
		return "do it in Python, for example with pathlib, shutil or gzip; without a shell an operator can allow one program: " + interlock.WriteList("commands: {allow: [%s]}", has, "/usr/bin/PROGRAM") + " and, in the code, subprocess.run([\"PROGRAM\", …])"
	}
	return interlock.AllowCommand(hintPath(program), has...)
}

func hintPath(program string) string {
	if path.IsAbs(program) {
		return program
	}
	if program = path.Base(program); program == "." {
		program = "PROGRAM"
	}
	return "/usr/bin/" + program
}

// starts reports whether commands.allow lists program: by its path, or by its
// name where it is looked for on PATH, which leads only to listed ones.
func (p *Policy) starts(program string) bool {
	return slices.ContainsFunc(p.programs(), func(allowed string) bool {
		return program == allowed || !strings.Contains(program, "/") && program == path.Base(allowed)
	})
}
