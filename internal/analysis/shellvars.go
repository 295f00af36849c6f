package analysis

import (
	"slices"
	"strconv"
	"strings"
)

// maxShell bounds the commands that the loops of a shell script are spread over.
const maxShell = 512

// expandShell puts the constants of a shell script in their places: a variable
// that it sets, and the words that a for loop goes through. parts are its
// commands; what a shell would have to compute stays as text.
func expandShell(parts []string) []string {
	if !slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, "$") }) {
		return parts
	}
	x := shellExpander{vars: map[string]string{}}
	x.run(parts)
	if len(x.out) >= maxShell {
		return parts
	}
	return x.out
}

type shellExpander struct {
	vars map[string]string
	out  []string
}

func (x *shellExpander) run(parts []string) {
	for i := 0; i < len(parts) && len(x.out) < maxShell; i++ {
		words := strings.Fields(parts[i])
		switch {
		case len(words) >= 3 && (words[0] == "for" || words[0] == "do" && words[1] == "for"):
			i += x.loop(parts[i:])
		case len(words) == 1 && x.assigns(parts[i]):
			x.out = append(x.out, parts[i])
		default:
			x.out = append(x.out, x.replaced(parts[i]))
		}
	}
}

// loop runs "for NAME in WORDS" and returns how many of parts follow its first.
func (x *shellExpander) loop(parts []string) int {
	text := strings.TrimPrefix(strings.TrimSpace(parts[0]), "do ")
	words, ok := shellWords(x.replaced(text))
	end, depth := len(parts)-1, 1
	for i := 1; i < len(parts); i++ {
		first := strings.Fields(parts[i])
		if len(first) > 1 && first[0] == "do" {
			first = first[1:]
		}
		switch first[0] {
		case "for", "while", "until", "select":
			depth++
		case "done":
			depth--
		}
		if depth == 0 {
			end = i
			break
		}
	}
	body := slices.Clone(parts[1:max(end, 1)])
	if ok && len(words) >= 3 && words[2] == "in" {
		items, rest := loopItems(words[3:], body)
		body = rest
		for i, p := range body {
			if t := strings.TrimSpace(p); t == "do" || strings.HasPrefix(t, "do ") {
				body[i] = strings.TrimPrefix(t, "do")
				break
			}
		}
		for _, item := range items {
			x.vars[words[1]] = item
			x.run(body)
		}
		if len(items) > 0 {
			return end
		}
	}
	if len(words) > 1 {
		delete(x.vars, words[1])
	}
	x.run(body)
	return end
}

// loopItems are the words that a loop goes through; none where they are not constant.
func loopItems(words, body []string) (items, rest []string) {
	if len(words) == 0 && len(body) > 0 {
		if f := strings.Fields(body[0]); len(f) > 1 && f[0] == "seq" {
			lo, hi := "1", f[len(f)-1]
			if len(f) == 3 {
				lo = f[1]
			}
			if len(f) <= 3 {
				return numbersBetween(lo, hi), body[1:]
			}
		}
	}
	for _, word := range words {
		lo, hi, ranged := strings.Cut(strings.Trim(word, "{}"), "..")
		switch {
		case ranged && strings.HasPrefix(word, "{"):
			items = append(items, numbersBetween(lo, hi)...)
		case strings.ContainsAny(word, "$`*?{["):
			return nil, body
		default:
			items = append(items, word)
		}
	}
	return items, body
}

func numbersBetween(lo, hi string) (out []string) {
	a, err1 := strconv.Atoi(lo)
	b, err2 := strconv.Atoi(hi)
	for i := a; err1 == nil && err2 == nil && i <= b && len(out) < maxShell; i++ {
		out = append(out, strconv.Itoa(i))
	}
	return out
}

// assigns notes NAME=VALUE, and reports whether part is that.
func (x *shellExpander) assigns(part string) bool {
	name, v, ok := strings.Cut(strings.TrimSpace(part), "=")
	if !ok || name == "" || strings.Trim(name, identifier) != "" {
		return false
	}
	words, closed := shellWords(x.replaced(v))
	if !closed || len(words) > 1 || strings.ContainsAny(v, "`") || strings.Contains(strings.Join(words, ""), "$") {
		delete(x.vars, name)
		return true
	}
	x.vars[name] = strings.Join(words, "")
	return true
}

// replaced puts variables with a constant value in their places, outside single quotes.
func (x *shellExpander) replaced(part string) string {
	var b strings.Builder
	single, double := false, false
	for i := 0; i < len(part); i++ {
		c := part[i]
		switch {
		case c == '\'' && !double:
			single = !single
		case c == '"' && !single:
			double = !double
		case c == '\\' && !single && i+1 < len(part):
			b.WriteByte(c)
			i++
			c = part[i]
		case c == '$' && !single:
			if v, n, ok := x.variable(part[i+1:]); ok {
				b.WriteString(v)
				i += n
				continue
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// variable is the value of the variable that s starts with, and how long its name is.
func (x *shellExpander) variable(s string) (v string, n int, ok bool) {
	if inner, braced := strings.CutPrefix(s, "{"); braced {
		name, _, closed := strings.Cut(inner, "}")
		v, ok = x.vars[name]
		return v, len(name) + 2, ok && closed
	}
	name := s[:len(s)-len(strings.TrimLeft(s, identifier))]
	v, ok = x.vars[name]
	return v, len(name), ok
}
