package analysis

import "strings"

// shellCommands splits a shell line into the commands it holds. What a shell
// would compute itself stays as text: $x, globs, substitutions.
func shellCommands(line string) [][]string {
	var out [][]string
	for _, part := range expandShell(splitCommands(line)) {
		words, ok := shellWords(part)
		if !ok {
			words = strings.Fields(part)
		}
		for len(words) > 0 && (words[0] == "(" || words[0] == "{" || words[0] == "!" ||
			words[0] == "then" || words[0] == "do" || words[0] == "else" || words[0] == "if" || words[0] == "while") {
			words = words[1:]
		}
		if len(words) > 0 {
			out = append(out, words)
		}
	}
	return out
}

// splitCommands cuts a line at ; & | newline and at substitutions, outside
// single quotes.
func splitCommands(line string) []string {
	var parts []string
	var b strings.Builder
	cut := func() {
		if strings.TrimSpace(b.String()) != "" {
			parts = append(parts, b.String())
		}
		b.Reset()
	}
	single, double, tick := false, false, false
	begun, around := false, []bool(nil) // the command has a word; of those around it
	opens := func() {
		if begun = begun || strings.Trim(b.String(), " \t\"") != ""; !begun {
			parts = append(parts, "$(...)") // what it prints is the command
		}
		cut()
		double = false
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\'' && !double:
			single = !single
		case c == '"' && !single:
			double = !double
		case c == '\\' && !single && i+1 < len(line):
			b.WriteByte(c)
			i++
			c = line[i]
		case !single && c == '`' && tick:
			cut()
			tick, begun = false, true
			continue
		case !single && c == '`':
			opens()
			tick, begun = true, false
			continue
		case !single && c == '$' && i+1 < len(line) && line[i+1] == '(':
			opens()
			around, begun = append(around, true), false
			i++
			continue
		case !single && !double && c == ')' && len(around) > 0:
			cut()
			around, begun = around[:len(around)-1], true
			continue
		case !single && !double && strings.IndexByte(";&|\n()", c) >= 0:
			cut()
			begun = false
			continue
		}
		b.WriteByte(c)
	}
	cut()
	return parts
}

// shellWords splits one command into words, quotes removed. ok is false where a
// quote is not closed.
func shellWords(s string) (words []string, ok bool) {
	var b strings.Builder
	quote, inWord := byte(0), false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == '\'':
			b.WriteByte(c)
		case c == '\\' && i+1 < len(s):
			i++
			if s[i] == '\n' { // the line goes on
				continue
			}
			b.WriteByte(s[i])
			inWord = true
		case quote == 0 && (c == '\'' || c == '"'):
			quote, inWord = c, true
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n'):
			if inWord {
				words = append(words, b.String())
				b.Reset()
				inWord = false
			}
		default:
			b.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, b.String())
	}
	return words, quote == 0
}
