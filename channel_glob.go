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

// allGlobsMeet is globsMeet for any number of patterns. It walks the places that
// all of them can be at together, so it takes time in proportion to the product of
// their lengths.
func allGlobsMeet(patterns [][]rune) bool {
	seen, walk := map[int]bool{}, [][]int{make([]int, len(patterns))}
	for len(walk) > 0 {
		at := walk[len(walk)-1]
		walk = walk[:len(walk)-1]
		key, ended := 0, true
		for i, p := range patterns {
			key, ended = key*(len(p)+1)+at[i], ended && at[i] == len(p)
		}
		if ended {
			return true
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		for i, p := range patterns {
			if at[i] < len(p) && p[at[i]] == '*' { // which may stand for nothing
				past := append([]int{}, at...)
				past[i]++
				walk = append(walk, past)
			}
		}
		if next, ok := afterOne(patterns, at); ok {
			walk = append(walk, next)
		}
	}
	return false
}

// afterOne is where the patterns are once each has taken in one character, the
// same one; ok is false where there is no such character.
func afterOne(patterns [][]rune, at []int) (next []int, ok bool) {
	var one rune
	next = append(next, at...)
	for i, p := range patterns {
		if at[i] == len(p) {
			return nil, false
		}
		switch c := p[at[i]]; {
		case c == '*':
			continue
		case c != '?' && one != 0 && c != one:
			return nil, false
		case c != '?':
			one = c
		}
		next[i]++
	}
	return next, true
}
