package canonical

import (
	"bytes"
	"fmt"
	"slices"
)

// parser reads in from at and appends the canonical spelling to out.
type parser struct {
	in  []byte
	at  int
	out []byte
}

func (p *parser) fault(format string, args ...any) error {
	return fmt.Errorf("offset %d: "+format, append([]any{p.at}, args...)...)
}

func (p *parser) space() {
	for p.at < len(p.in) {
		switch p.in[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// peek returns the next byte, or 0 at the end, which starts no token.
func (p *parser) peek() byte {
	if p.at < len(p.in) {
		return p.in[p.at]
	}
	return 0
}

func (p *parser) value(depth int) error {
	if depth > MaxDepth {
		return p.fault("nested deeper than %d", MaxDepth)
	}
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		s, err := p.str()
		if err == nil {
			p.out = appendString(p.out, s)
		}
		return err
	case c == '-' || '0' <= c && c <= '9':
		return p.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(p.in[p.at:], []byte(word)) {
			p.at += len(word)
			p.out = append(p.out, word...)
			return nil
		}
	}
	if p.at == len(p.in) {
		return p.fault("the text ends where a value should be")
	}
	return p.fault("%q starts no value", p.in[p.at])
}

func (p *parser) array(depth int) error {
	p.at++
	p.out = append(p.out, '[')
	for first := true; ; first = false {
		p.space()
		if first && p.peek() == ']' {
			break
		}
		if err := p.value(depth + 1); err != nil {
			return err
		}
		p.space()
		if p.peek() == ']' {
			break
		}
		if p.peek() != ',' {
			return p.fault("want , or ] in an array")
		}
		p.at++
		p.out = append(p.out, ',')
	}
	p.at++
	p.out = append(p.out, ']')
	return nil
}

// member is one member of an object: its name and the canonical text of its value.
type member struct {
	name string
	key  []uint16
	text []byte
}

func (p *parser) object(depth int) error {
	p.at++
	start := len(p.out)
	var members []member
	for {
		p.space()
		if len(members) == 0 && p.peek() == '}' {
			break
		}
		m, err := p.member(depth)
		if err != nil {
			return err
		}
		members = append(members, m)
		p.space()
		if p.peek() == '}' {
			break
		}
		if p.peek() != ',' {
			return p.fault("want , or } in an object")
		}
		p.at++
	}
	p.at++
	slices.SortStableFunc(members, func(a, b member) int { return slices.Compare(a.key, b.key) })
	for i := 1; i < len(members); i++ {
		if members[i].name == members[i-1].name {
			return p.fault("an object names %q twice", members[i].name)
		}
	}
	p.out = appendObject(p.out[:start], members)
	return nil
}

func (p *parser) member(depth int) (m member, err error) {
	if p.peek() != '"' {
		return m, p.fault("want a member's name in quotes")
	}
	if m.name, err = p.str(); err != nil {
		return m, err
	}
	if p.space(); p.peek() != ':' {
		return m, p.fault("want : after the name %q", m.name)
	}
	p.at++
	p.space()
	m.key = utf16Key(m.name)
	start := len(p.out)
	if err = p.value(depth + 1); err != nil {
		return m, err
	}
	m.text = bytes.Clone(p.out[start:])
	p.out = p.out[:start]
	return m, nil
}

func appendObject(out []byte, members []member) []byte {
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendString(out, m.name), ':')
		out = append(out, m.text...)
	}
	return append(out, '}')
}
