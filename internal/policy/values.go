package policy

import (
	"fmt"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/wire/redact"
	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// Version is the version of the format.
type Version int

// DecodeYAML implements strictyaml.Decoder.
func (v *Version) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if !c.Want(n, strictyaml.Int, "version: 1") {
		return
	}
	if *v = Version(n.Int); n.Int != 1 {
		c.Fault(n, fmt.Sprintf("version %d of the format is not known to this build", n.Int), "version: 1")
	}
}

// Base names the policy to extend.
type Base string

// Path is an absolute path, or one below the home folder that starts with ~/.
type Path struct {
	Text string
	strictyaml.Place
}

// DecodeYAML implements strictyaml.Decoder.
func (p *Path) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if !c.Want(n, strictyaml.String, "an absolute path: /data/archive") {
		return
	}
	*p = Path{Text: n.Text, Place: n.Place}
	if message, hint := pathFault(n.Text); message != "" {
		c.Fault(n, message, hint)
	}
}

func pathFault(text string) (message, hint string) {
	home := text == "~" || strings.HasPrefix(text, "~/")
	switch clean := path.Clean(text); {
	case !home && !path.IsAbs(text):
		return fmt.Sprintf("%q is not an absolute path", text), "/folder/file, or ~/folder for one in the home folder"
	case strings.ContainsAny(text, "*?["):
		return fmt.Sprintf("%q has a wildcard, and paths are taken literally", text), "the folder: all that is in it is meant too"
	case clean == "/" || clean == "~":
		return fmt.Sprintf("%q is everything", text), "the folder that is meant"
	case clean != strings.TrimSuffix(text, "/"):
		return fmt.Sprintf("%q is spelled in a roundabout way", text), clean
	}
	return "", ""
}

// expand returns p with ~ replaced by home.
func (p Path) expand(home string) string {
	if rest, ok := strings.CutPrefix(p.Text, "~"); ok {
		return path.Join(home, rest)
	}
	return path.Clean(p.Text)
}

// Regex is a regular expression in RE2 syntax.
type Regex string

// DecodeYAML implements strictyaml.Decoder.
func (r *Regex) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if !c.Want(n, strictyaml.String, "a regular expression in quotes") {
		return
	}
	if _, err := redact.Compile([]string{n.Text}); err != nil {
		c.Fault(n, fmt.Sprintf("%q cannot be used to redact: %v", n.Text, err), "a regular expression (RE2 syntax) that matches some text")
	}
	*r = Regex(n.Text)
}

// Channel is a channel pattern: * is any text, ? is any character.
type Channel struct {
	Match string
	strictyaml.Place
}

// DecodeYAML implements strictyaml.Decoder.
func (ch *Channel) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if c.Want(n, strictyaml.String, `a channel pattern in quotes: "SR:*"`) {
		if *ch = (Channel{Match: n.Text, Place: n.Place}); n.Text == "" {
			c.Fault(n, "an empty pattern matches nothing", `a channel pattern: "SR:*"`)
		}
	}
}

// Duration is a time span greater than zero.
type Duration time.Duration

// DecodeYAML implements strictyaml.Decoder.
func (d *Duration) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if n.Kind == strictyaml.Int || n.Kind == strictyaml.Float {
		c.Fault(n, fmt.Sprintf("%s has no unit", n.Text), n.Text+"s for seconds, or 500ms, 2m, 1h")
		return
	}
	if !c.Want(n, strictyaml.String, "a duration: 60s, 500ms, 2m, 1h") {
		return
	}
	v, err := time.ParseDuration(n.Text)
	if err != nil || v < time.Millisecond || v > 366*24*time.Hour {
		c.Fault(n, fmt.Sprintf("%q is not a duration of 1ms to 366 days", n.Text), "60s, 500ms, 2m or 1h")
	}
	*d = Duration(v)
}

// Size is a number of bytes greater than zero.
type Size int64

var sizePattern = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?([kKMGT]i?B|B)$`)

var sizeUnits = map[string]float64{"B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
	"KiB": 1 << 10, "kiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}

// DecodeYAML implements strictyaml.Decoder.
func (s *Size) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "a size with its unit: 1GiB, 512MiB, 10MB, 4096B"
	if n.Kind == strictyaml.Int || n.Kind == strictyaml.Float {
		c.Fault(n, fmt.Sprintf("%s has no unit", n.Text), n.Text+"MiB, or "+n.Text+"B for bytes")
		return
	}
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	m := sizePattern.FindStringSubmatch(n.Text)
	if m == nil {
		c.Fault(n, fmt.Sprintf("%q is not a size", n.Text), hint)
		return
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if v = math.Floor(v * sizeUnits[m[2]]); err != nil || v < 1 || v > 1<<60 {
		c.Fault(n, fmt.Sprintf("%q is not between 1 byte and 1 EiB", n.Text), hint)
		return
	}
	*s = Size(v)
}

// Count is a whole number greater than zero.
type Count int

// DecodeYAML implements strictyaml.Decoder.
func (v *Count) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	if !c.Want(n, strictyaml.Int, "a whole number") {
		return
	}
	if *v = Count(n.Int); n.Int < 1 || n.Int > 1<<31-1 {
		c.Fault(n, fmt.Sprintf("%d is not between 1 and %d", n.Int, 1<<31-1), "a whole number greater than zero")
		*v = 0
	}
}

// Level is an isolation level.
type Level interlock.Level

// DecodeYAML implements strictyaml.Decoder.
func (l *Level) DecodeYAML(n *strictyaml.Node, c *strictyaml.Context) {
	const hint = "namespaces, landlock or none"
	if !c.Want(n, strictyaml.String, hint) {
		return
	}
	if n.Text == "gvisor" || n.Text == "jupyter" {
		c.Fault(n, fmt.Sprintf("this build cannot enforce isolation level %q yet", n.Text), hint)
		return
	}
	v, err := interlock.ParseLevel(n.Text)
	if err != nil {
		c.Fault(n, err.Error(), strictyaml.Nearest(n.Text, []string{"namespaces", "landlock", "none"}))
	}
	*l = Level(v)
}
