package confine

// step is one system call of the list that the child makes, with the words for
// the person who reads why it failed.
type step struct {
	call
	what string
}

// call is a system call as data. Arguments that are pointers point into memory
// that program.keep holds.
type call struct {
	nr   uintptr
	args [6]uintptr
	// from names, per argument, the slot whose value replaces it; 0 is none.
	from [6]uint8
	// save is the slot that receives the result; 0 is none.
	save uint8
	// allow is an errno that counts as success; 0 is none.
	allow uintptr
}

const maxSlots = 250

// program is a list of steps and the memory they point to.
type program struct {
	steps []step
	keep  []any // strings and structs that args point to; never moved or freed while program lives
	slots int   // slots in use; slot 0 is "none"
	image *image
}

// data puts a copy of b where the process that executes the program finds it,
// and returns the address there; 0 for no bytes.
func (p *program) data(b []byte) uintptr {
	switch {
	case len(b) == 0:
		return 0
	case p.image != nil:
		return p.image.data(b)
	}
	return p.hold(b)
}

// str places s as a NUL-terminated string.
func (p *program) str(s string) uintptr { return p.data(append([]byte(s), 0)) }

func (p *program) add(what string, nr uintptr, args ...uintptr) *step {
	s := step{what: what}
	s.nr = nr
	copy(s.args[:], args)
	p.steps = append(p.steps, s)
	return &p.steps[len(p.steps)-1]
}

// slot reserves a slot for a result.
func (p *program) slot() uint8 {
	p.slots++
	if p.slots > maxSlots {
		// Each bind and Landlock rule frees its slot by reusing scratch; binds are
		// the only long-lived ones and a plan with so many is refused by Make.
		panic("confine: too many descriptors in one plan")
	}
	return uint8(p.slots)
}
