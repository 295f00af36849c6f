// Package readme runs the terminal sessions that the documents show, so that
// what a reader types works and prints what the page says.
//
// A session is a fenced block whose info string is "console":
//
//	```console
//	$ interlock run fit.py
//	slope 2.01 ± 0.03
//	...
//	$ cat > note.py <<'EOF'
//	> print("hello")
//	> EOF
//	```
//
// A line that begins with "$ " is typed; lines that begin with "> " right after
// it continue it. The lines below, up to the next "$ ", are what the command
// prints, stdout and stderr together, as a terminal would show them. There
//
//   - a line that is only "..." stands for any number of lines, also none;
//   - "..." inside a line stands for any run of characters on that line;
//   - blanks at a line's end and empty lines at the output's end do not count.
//
// Commands are run by sh, one after the other, in one folder that holds a copy
// of examples/, with an empty HOME; only files carry over, not variables. An
// exit status is shown by typing `; echo $?`, and is not checked otherwise.
// Blocks with another info string, such as "sh", are not run.
package readme

import (
	"fmt"
	"regexp"
	"strings"
)

// A Step is one command of a session with the output that the page shows.
type Step struct {
	Line    int // of the "$ " in the document, from 1
	Command string
	Want    []string
}

// Sessions returns the steps of every console block of a Markdown document.
func Sessions(doc string) (sessions [][]Step, err error) {
	open := false
	for i, line := range strings.Split(doc, "\n") {
		line = strings.TrimRight(line, " \t\r")
		switch {
		case !open && line == "```console":
			open, sessions = true, append(sessions, nil)
		case open && line == "```":
			open = false
		case open:
			last := len(sessions) - 1
			if sessions[last], err = extend(sessions[last], line, i+1); err != nil {
				return nil, err
			}
		}
	}
	if open {
		return nil, fmt.Errorf("the last console block is not closed")
	}
	return sessions, nil
}

func extend(steps []Step, line string, at int) ([]Step, error) {
	if command, ok := strings.CutPrefix(line, "$ "); ok {
		return append(steps, Step{Line: at, Command: command}), nil
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("line %d: a console block begins with a command, `$ ...`", at)
	}
	step := &steps[len(steps)-1]
	if more, ok := strings.CutPrefix(line, ">"); ok && len(step.Want) == 0 && (more == "" || more[0] == ' ') {
		step.Command += "\n" + strings.TrimPrefix(more, " ")
		return steps, nil
	}
	step.Want = append(step.Want, line)
	return steps, nil
}

// Matches reports whether output is what the lines of want describe.
func Matches(want []string, output string) bool {
	return match(trim(want), trim(strings.Split(output, "\n")))
}

func trim(lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, line := range lines {
		out = append(out, strings.TrimRight(line, " \t\r"))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// match tries every length for a "..." line; documents are short.
func match(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] == "..." {
		for skip := range len(got) + 1 {
			if match(want[1:], got[skip:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && like(want[0], got[0]) && match(want[1:], got[1:])
}

func like(want, got string) bool {
	parts := strings.Split(want, "...")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	ok, err := regexp.MatchString("^"+strings.Join(parts, ".*")+"$", got)
	return ok && err == nil
}
