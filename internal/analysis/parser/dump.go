package parser

import (
	"errors"
	"fmt"
)

// The dump that the wasm module writes; parser/src/dump.rs has the other end
// and the same grammar. A change means another digit in the magic.
//
//	dump   = magic:"IPY1" status:u8 rest
//	rest   = nodes:u32 depth:u32 list              status 0, a tree; the list is the module's body
//	       | offset:u32 text                       status 1, a syntax error at a byte offset
//	       | offset:u32 text                       status 2, a limit; the instance must not be used again
//	node   = kind:u8 start:u32 end:u32 field* 0:u8 byte offsets into the source, a BOM counted
//	field  = tag:u8 value                          each tag at most once
//	value  = u8          for OP, CTX, FLAGS
//	       | u32         for LEVEL
//	       | text        for NAME, STR, OPS        (OPS: one byte an operator)
//	       | node        for VALUE to EXTRA
//	       | list        for LIST to FINAL
//	text   = len:u32 byte*
//	list   = count:u32 node*
//
// All integers are little-endian. The reader trusts nothing: every length is
// checked against what is left, every number against its range, and what the
// table at [Node] promises to be there is there.
const dumpMagic = "IPY1"

const (
	statusTree = iota
	statusSyntax
	statusLimit
)

const (
	tagEnd = iota
	tagOp
	tagCtx
	tagFlags
	tagLevel
	tagName
	tagStr
	tagValue
	tagTarget
	tagTest
	tagLeft
	tagRight
	tagExtra
	tagList
	tagKeywords
	tagBody
	tagElse
	tagDecorators
	tagTypeParams
	tagHandlers
	tagFinal
	tagOps
	tagCount
)

// minNode is the size of a node without fields.
const minNode = 1 + 4 + 4 + 1

var errDump = errors.New("malformed dump of the parser")

// refusal is a dump that says why there is no tree.
type refusal struct {
	status byte
	offset int
	text   string
}

// decoder reads one dump. A fault is kept in err and ends all reading; what is
// returned after it is zero.
type decoder struct {
	in    string // names and strings are parts of it
	at    int
	src   int32 // length of the source
	lines *lines
	nodes []Node  // all nodes of the tree, handed out one by one
	kids  []*Node // backs the lists: a node is in at most one
	depth int
	err   error
}

// decode reads a dump about src. Exactly one of the results is set.
func decode(dump string, src []byte) (*Module, *refusal, error) {
	d := &decoder{in: dump, src: int32(len(src))}
	if d.bytes(len(dumpMagic)) != dumpMagic {
		return nil, nil, fmt.Errorf("%w: not version %s", errDump, dumpMagic)
	}
	if status := d.byte(); status != statusTree {
		return d.refusal(status)
	}
	d.lines = newLines(src)
	m := d.module(src)
	if d.err == nil && d.at != len(d.in) {
		d.fail("bytes behind the tree")
	}
	if d.err != nil {
		return nil, nil, d.err
	}
	return m, nil, nil
}

func (d *decoder) refusal(status byte) (*Module, *refusal, error) {
	r := &refusal{status: status, offset: int(d.offset()), text: d.text()}
	if d.err == nil && status != statusSyntax && status != statusLimit {
		d.fail("status %d", status)
	}
	if d.err != nil {
		return nil, nil, d.err
	}
	return nil, r, nil
}

func (d *decoder) module(src []byte) *Module {
	count, depth := int(d.u32()), int(d.u32())
	if count > (len(d.in)-d.at)/minNode || count > MaxNodes || depth > MaxDepth {
		d.fail("%d nodes, %d deep", count, depth)
		return nil
	}
	d.nodes = make([]Node, count)
	d.kids = make([]*Node, count)
	m := &Module{Src: src, Nodes: count, Depth: depth}
	m.Body = d.list()
	return m
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("%w at byte %d: %s", errDump, d.at, fmt.Sprintf(format, args...))
	}
	d.at = len(d.in)
}

func (d *decoder) bytes(n int) string {
	if n > len(d.in)-d.at {
		d.fail("%d bytes wanted, %d left", n, len(d.in)-d.at)
		return ""
	}
	s := d.in[d.at : d.at+n]
	d.at += n
	return s
}

func (d *decoder) byte() byte {
	if d.at >= len(d.in) {
		d.fail("it ends early")
		return 0
	}
	d.at++
	return d.in[d.at-1]
}

func (d *decoder) u32() uint32 {
	s := d.bytes(4)
	if len(s) < 4 {
		return 0
	}
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func (d *decoder) offset() int32 {
	n := d.u32()
	if n > uint32(d.src) {
		d.fail("offset %d behind the source", n)
		return 0
	}
	return int32(n)
}

func (d *decoder) text() string {
	n := d.u32()
	if uint64(n) > uint64(len(d.in)-d.at) {
		d.fail("text of %d bytes", n)
		return ""
	}
	return d.bytes(int(n))
}

// below reads a byte that must be less than limit.
func (d *decoder) below(limit byte) byte {
	b := d.byte()
	if b >= limit {
		d.fail("number %d where %d is the limit", b, limit)
		return 0
	}
	return b
}
