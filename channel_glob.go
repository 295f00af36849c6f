package interlock

// MatchGlob matches all of name against a pattern in which * is any text and ?
// any one character. Nothing else is special.
func MatchGlob(pattern, name string) bool {
	p, n := []rune(pattern), []rune(name)
	star, back := -1, 0
	i := 0
	for j := 0; j < len(n); {
		switch {
		case i < len(p) && p[i] == '*':
			star, back = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == n[j]):
			i++
			j++
		case star >= 0:
			back++
			i, j = star+1, back
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

// globsMeet reports whether some text matches both patterns. It takes time in
// proportion to the product of their lengths.
func globsMeet(a, b []rune) bool {
	// row[j] says whether the first i of a and the first j of b meet.
	row := make([]bool, len(b)+1)
	row[0] = true
	for j := range b {
		row[j+1] = row[j] && b[j] == '*'
	}
	for i := range a {
		before := row[0]
		row[0] = before && a[i] == '*'
		for j := range b {
			above := row[j+1]
			if a[i] == '*' || b[j] == '*' { // one stands for nothing, or takes in the other's next
				row[j+1] = above || row[j]
			} else {
				row[j+1] = before && (a[i] == b[j] || a[i] == '?' || b[j] == '?')
			}
			before = above
		}
	}
	return row[len(b)]
}
