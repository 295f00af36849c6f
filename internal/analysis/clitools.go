package analysis

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	interlock "github.com/interlock-run/interlock"
	"github.com/interlock-run/interlock/internal/analysis/parser"
)

// cliTool is a command of a control system, from tables/_commands.yaml.
type cliTool struct {
	Library string `yaml:"library"`
	System  string `yaml:"system"`
	Op      string `yaml:"op"`
	// Channel and Value are positions among the operands; Every repeats them.
	Channel int `yaml:"channel"`
	Value   int `yaml:"value"`
	Every   int `yaml:"every"`
	// Flags are the options that take a value in the next word.
	Flags string `yaml:"flags"`
}

// commandTable decodes the commands on first use.
func (t *tables) commandTable() (map[string]*cliTool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tools != nil {
		return t.tools, nil
	}
	b, err := embedded.ReadFile("tables/_commands.yaml")
	if err != nil {
		return nil, fmt.Errorf("reading the table of commands: %w", err)
	}
	var tools map[string]*cliTool
	if err := yaml.UnmarshalWithOptions(b, &tools, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("reading the table of commands: %w", err)
	}
	t.tools = tools
	return tools, nil
}

// controlTool records the access that a command of a control system makes.
func (w *walker) controlTool(tool string, argv []string, words []value, n *parser.Node) {
	tools, err := w.tables.commandTable()
	if err != nil {
		w.stopped = err
		return
	}
	t, ok := tools[tool]
	if !ok {
		return
	}
	fn := &tableFunction{lib: &table{Library: t.Library, System: t.System, file: "_commands.yaml"}, name: tool, row: tool}
	channels, values := t.operands(argv, words)
	w.record(fn, interlock.Op(t.Op), channels, values, n)
}

// operands picks channels and values from the words that are no options.
func (t *cliTool) operands(argv []string, words []value) (chanset, valueset) {
	var ops []value
	flags := setOf(t.Flags)
	for i := 1; i < len(argv); i++ {
		word := argv[i]
		if strings.HasPrefix(word, "-") && len(ops) == 0 {
			if flags[word] {
				i++
			}
			continue
		}
		ops = append(ops, wordValue(word, words, i))
	}
	pick := func(at int) value {
		var out value
		for i := at; at >= 0 && i < len(ops); i += max(t.Every, 1) {
			out = join(out, ops[i])
			if t.Every == 0 {
				break
			}
		}
		return out
	}
	if t.Channel < 0 {
		return chanset{}, valueset{}
	}
	if t.Op == "read" {
		return channelsOf(pick(t.Channel)), valueset{}
	}
	v := pick(t.Value)
	text, _ := render(orUnknown(v))
	return channelsOf(pick(t.Channel)), valuesOf(v, text)
}

// wordValue is the value of a word of a command: the list's own where there is
// one. A word that a shell would expand is unknown.
func wordValue(word string, words []value, i int) value {
	if words != nil {
		return words[i]
	}
	if strings.ContainsAny(word, "$`") || word == "*" {
		return unknown{}
	}
	if strings.Contains(word, "*") {
		return pattern(word)
	}
	return str(word)
}
