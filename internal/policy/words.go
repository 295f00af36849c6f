package policy

import (
	"fmt"
	"strings"

	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Unresolved is what happens to code that may hide a write.
type Unresolved string

const (
	ReadOnlyUnresolved Unresolved = "read_only"
	AskUnresolved      Unresolved = "needs_approval"
	DenyUnresolved     Unresolved = "deny"
)

// DecodeYAML implements strictyaml.Decoder.
func (u *Unresolved) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	word(n, c, (*string)(u), "read_only", "needs_approval", "deny")
}

// ScriptFolder says whether a run sees its script's folder.
type ScriptFolder string

// The words of filesystem.script_folder.
const (
	ShowFolder ScriptFolder = "read"
	HideFolder ScriptFolder = "none"
)

// DecodeYAML implements strictyaml.Decoder.
func (s *ScriptFolder) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	word(n, c, (*string)(s), "read", "none")
}

// Unless names the allow list that lifts a rule about a module by having an
// entry: what the module is for can then be done.
type Unless string

// DecodeYAML implements strictyaml.Decoder.
func (u *Unless) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	word(n, c, (*string)(u), "network.allow", "commands.allow")
}

// DenyOnly is the default of something that this build can only deny.
type DenyOnly string

// DecodeYAML implements strictyaml.Decoder.
func (d *DenyOnly) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if n.Kind == strictyaml.String && n.Text == "allow" {
		c.Fault(n, fmt.Sprintf("this build cannot enforce %s: allow: runs are confined without it", c.Path()), "deny")
		return
	}
	word(n, c, (*string)(d), "deny")
}

// word decodes one of a few words; any other is a fault and leaves v empty.
func word(n *strictyaml.Node, c *strictyaml.Context, v *string, words ...string) {
	hint := strings.Join(words, ", ")
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	for _, w := range words {
		if n.Text == w {
			*v = w
			return
		}
	}
	if near := strictyaml.Nearest(n.Text, words); near != "" {
		hint = near
	}
	c.Fault(n, fmt.Sprintf("%s has no word %q", c.Path(), n.Text), hint)
}
