package confine

import "encoding/binary"

// An image is a program for a process that is no fork of this one: a zygote's
// child reads it from a socket, maps its memory at imageBase and makes the calls
// (interlock_runner/confined.py is the other end). All numbers are as the machine
// stores them:
//
//	u32 number of calls   u32 bytes of memory
//	per call: u64 number, u64 × 6 arguments, u8 × 6 slots of arguments, u8 slot of the result, u8 0, u64 errno allowed
//	the memory
//
// An image that cannot be mapped there, or a call that fails, ends the child: it
// has no user code in it.
type image struct{ memory []byte }

// imageBase is far from where programs, heaps, stacks and libraries of 39-bit and
// 47-bit address spaces lie.
const imageBase = 0x30_0000_0000

// data implements program.data. Everything is aligned as the kernel wants structs.
func (m *image) data(b []byte) uintptr {
	at := imageBase + uintptr(len(m.memory))
	m.memory = append(m.memory, b...)
	for len(m.memory)%8 != 0 {
		m.memory = append(m.memory, 0)
	}
	return at
}

func (p *program) encode() []byte {
	e := binary.NativeEndian
	out := e.AppendUint32(nil, uint32(len(p.steps)))
	out = e.AppendUint32(out, uint32(len(p.image.memory)))
	for _, s := range p.steps {
		out = e.AppendUint64(out, uint64(s.nr))
		for _, a := range s.args {
			out = e.AppendUint64(out, uint64(a))
		}
		out = append(append(out, s.from[:]...), s.save, 0)
		out = e.AppendUint64(out, uint64(s.allow))
	}
	return append(out, p.image.memory...)
}
