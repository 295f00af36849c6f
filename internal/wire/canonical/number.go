package canonical

import (
	"math"
	"strconv"
)

// number reads a number token and appends its only spelling.
func (p *parser) number() error {
	start := p.at
	integer, ok := p.numberToken()
	token := string(p.in[start:p.at])
	if !ok {
		return p.fault("%q is no JSON number", token)
	}
	if integer {
		if n, err := strconv.ParseInt(token, 10, 64); err == nil {
			p.out = strconv.AppendInt(p.out, n, 10)
			return nil
		}
		if n, err := strconv.ParseUint(token, 10, 64); err == nil {
			p.out = strconv.AppendUint(p.out, n, 10)
			return nil
		}
	}
	f, err := strconv.ParseFloat(token, 64)
	if err != nil {
		return p.fault("%s is beyond the range of a double: write it as a string", token)
	}
	p.out = appendFloat(p.out, f)
	return nil
}

// numberToken moves over a number of RFC 8259, section 6, and says whether it
// is written as an integer.
func (p *parser) numberToken() (integer, ok bool) {
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++
	} else if !p.digits() {
		return false, false
	}
	integer = true
	if p.peek() == '.' {
		p.at++
		if integer = false; !p.digits() {
			return false, false
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.at++
		if c = p.peek(); c == '+' || c == '-' {
			p.at++
		}
		if integer = false; !p.digits() {
			return false, false
		}
	}
	return integer, true
}

func (p *parser) digits() bool {
	start := p.at
	for '0' <= p.peek() && p.peek() <= '9' {
		p.at++
	}
	return p.at > start
}

// appendFloat prints f as ECMAScript does (Number::toString): the shortest
// digits that give f back, plain from 1e-6 up to 1e21, else with an exponent.
func appendFloat(out []byte, f float64) []byte {
	if f == 0 {
		return append(out, '0') // minus zero too
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(out, f, 'f', -1, 64)
	}
	text := strconv.AppendFloat(nil, f, 'e', -1, 64)
	// Go pads the exponent to two digits, ECMAScript does not.
	if n := len(text); text[n-2] == '0' && (text[n-3] == '+' || text[n-3] == '-') {
		text = append(text[:n-2], text[n-1])
	}
	return append(out, text...)
}
