package policy

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"

	"github.com/interlock-run/interlock/internal/wire/strictyaml"
)

// maxCost bounds the work of one rule on one submission, in CEL's units, of which
// one is about one step. A rule that needs more refuses.
const maxCost = 200_000

// compiledRule is one rule, type-checked. It is safe for concurrent use.
type compiledRule struct {
	said    *Expression
	program cel.Program
}

// ruleEnv is what expressions may name. It has CEL's own functions and no others.
func ruleEnv() (*cel.Env, error) {
	return cel.NewEnv(
		ext.NativeTypes(reflect.TypeFor[ruleFacts](), reflect.TypeFor[ruleSubmission](), ext.ParseStructTags(true)),
		cel.Variable("facts", cel.ObjectType("policy.ruleFacts")),
		cel.Variable("submission", cel.ObjectType("policy.ruleSubmission")),
		cel.Variable("now", cel.TimestampType),
		cel.ParserExpressionSizeLimit(maxWhen),
		cel.ParserRecursionLimit(50),
		cel.ASTValidators(cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateRegexLiterals()),
	)
}

// compileRules type-checks the rules. A policy without rules does not load CEL's
// tables.
func (p *Policy) compileRules() (faults strictyaml.Faults) {
	if len(p.doc.Rules) == 0 {
		return nil
	}
	first := p.doc.Rules[0]
	env, err := ruleEnv()
	if err != nil {
		return strictyaml.Faults{{Place: first.Place, Path: "rules", Message: "rules cannot be evaluated in this build: " + err.Error(), Hint: "leave them out"}}
	}
	if len(p.doc.Rules) > maxRules {
		return strictyaml.Faults{{Place: first.Place, Path: "rules", Message: fmt.Sprintf("%d rules; at most %d are held", len(p.doc.Rules), maxRules), Hint: "fewer rules, joined with ||"}}
	}
	named := map[string]strictyaml.Place{}
	for i := range p.doc.Rules {
		x := &p.doc.Rules[i]
		if at, taken := named[x.Name]; taken && x.Name != "" {
			faults = append(faults, strictyaml.Fault{Place: x.Place, Path: "rules", Message: fmt.Sprintf("the name %q is taken by the rule in %s", x.Name, place(at)), Hint: "another name"})
		}
		named[x.Name] = x.Place
		program, bad := p.compileRule(env, x)
		faults = append(faults, bad...)
		p.rules = append(p.rules, compiledRule{said: x, program: program})
	}
	return faults
}

func (p *Policy) compileRule(env *cel.Env, x *Expression) (cel.Program, strictyaml.Faults) {
	if x.When.Text == "" {
		if x.When.Line == 0 {
			return nil, nil // a fault already
		}
		return nil, strictyaml.Faults{{Place: x.When.Place, Path: "rules", Message: "the condition is empty", Hint: "'true' for a rule that always holds"}}
	}
	tree, issues := env.Compile(x.When.Text)
	if issues != nil && issues.Err() != nil {
		var faults strictyaml.Faults
		for _, e := range issues.Errors() {
			faults = append(faults, strictyaml.Fault{Place: p.inside(x.When, e.Location.Line(), e.Location.Column()), Path: "rules",
				Message: fmt.Sprintf("rule %s: %s", x.Name, shortened(e.Message)), Hint: ruleHint(e.Message)})
		}
		return nil, faults
	}
	if !tree.OutputType().IsExactType(cel.BoolType) {
		return nil, strictyaml.Faults{{Place: x.When.Place, Path: "rules", Message: fmt.Sprintf("rule %s: the condition is %s, not true or false", x.Name, tree.OutputType()), Hint: "a comparison"}}
	}
	program, err := env.Program(tree, cel.CostLimit(maxCost))
	if err != nil {
		return nil, strictyaml.Faults{{Place: x.When.Place, Path: "rules", Message: fmt.Sprintf("rule %s: %v", x.Name, err), Hint: "a simpler condition"}}
	}
	return program, nil
}

// shortened keeps Go's names for the types out of what an operator reads.
func shortened(message string) string {
	return strings.NewReplacer("policy.rule", "", "container: ''", "names are facts, submission and now").Replace(message)
}

func ruleHint(message string) string {
	switch {
	case strings.Contains(message, "type 'timestamp' does not support"):
		return `now.getHours("Europe/Zurich"), with the zone whose clock is meant`
	case strings.Contains(message, "undeclared reference"), strings.Contains(message, "undefined field"):
		return "a name that docs/policy.md lists under Rules"
	}
	return "a CEL expression, as docs/policy.md shows under Rules"
}

// inside is the place in the file of a line and column of an expression, both as
// CEL counts them: lines from 1, columns from 0. Where the expression is not in
// the file as it reads, escaped or folded, it is where its value begins.
func (p *Policy) inside(w When, line, column int) strictyaml.Place {
	source := p.sourceOf(w.File)
	wanted := strings.Split(w.Text, "\n")
	if line < 1 || line > len(wanted) || wanted[line-1] == "" {
		return w.Place
	}
	lines := strings.Split(source, "\n")
	for i := w.Line - 1; i >= 0 && i < len(lines) && i <= w.Line+line; i++ {
		if at := strings.Index(lines[i], wanted[line-1]); at >= 0 {
			return strictyaml.Place{File: w.File, Line: i + 1, Column: len([]rune(lines[i][:at])) + column + 1}
		}
	}
	return w.Place
}

// holds evaluates the rule and says what that cost. An error refuses: it never
// counts as "does not hold".
func (r *compiledRule) holds(in *ruleInput) (hit bool, cost uint64, err error) {
	out, details, err := r.program.Eval(in.variables())
	if cost = maxCost; details != nil && details.ActualCost() != nil {
		cost = *details.ActualCost()
	}
	if err != nil {
		return false, cost, plainError(err)
	}
	hit, ok := out.Value().(bool)
	if !ok {
		return false, cost, fmt.Errorf("it gave %v", out)
	}
	return hit, cost, nil
}

func plainError(err error) error {
	text := err.Error()
	switch {
	case strings.Contains(text, "cost limit exceeded"):
		return fmt.Errorf("it takes too many steps on this code (more than %d)", maxCost)
	case strings.Contains(text, "attribute") && strings.Contains(text, "now"):
		return fmt.Errorf("it asks for the time, and the submission has none")
	}
	return fmt.Errorf("%s", shortened(text))
}

// sourceOf is the text of one of the policy's files.
func (p *Policy) sourceOf(file string) string {
	if i := slices.Index(p.files, file); i >= 0 && i < len(p.texts) {
		return string(p.texts[i])
	}
	return ""
}
