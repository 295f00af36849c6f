package parser

// newNode hands out the next node, or nil once the announced number is used up.
func (d *decoder) newNode() *Node {
	if len(d.nodes) == 0 {
		d.fail("more nodes than announced")
		return nil
	}
	n := &d.nodes[0]
	d.nodes = d.nodes[1:]
	return n
}

// node reads one node; it is nil only where err is set. Recursion is bounded
// by MaxDepth.
func (d *decoder) node() *Node {
	n := d.newNode()
	if n == nil {
		return nil
	}
	if d.depth++; d.depth > MaxDepth {
		d.fail("deeper than %d", MaxDepth)
		return nil
	}
	n.Kind = Kind(d.below(byte(kindCount)))
	start, end := d.offset(), d.offset()
	if n.Kind == Bad || start > end {
		d.fail("node of kind %d from %d to %d", n.Kind, start, end)
		return nil
	}
	n.Pos, n.End = d.lines.position(start), d.lines.position(end)
	seen := d.fields(n)
	d.depth-- // every other way out ends all reading
	if missing := required[n.Kind] &^ seen; missing != 0 {
		d.fail("%s lacks a field (%b)", n.Kind, missing)
	}
	if d.err != nil {
		return nil
	}
	return n
}

// fields reads fields up to the end mark and returns the set of their tags.
func (d *decoder) fields(n *Node) (seen uint32) {
	for {
		tag := d.below(tagCount)
		if tag == tagEnd {
			return seen
		}
		if seen&(1<<tag) != 0 {
			d.fail("field %d twice", tag)
			return seen
		}
		seen |= 1 << tag
		switch {
		case tag >= tagDecorators:
			d.moreField(n, tag)
		case tag >= tagList:
			d.listField(n, tag)
		case tag >= tagValue:
			d.childField(n, tag)
		default:
			d.scalarField(n, tag)
		}
	}
}

func (d *decoder) scalarField(n *Node, tag byte) {
	switch tag {
	case tagOp:
		n.Op = Op(d.below(byte(opCount)))
	case tagCtx:
		n.Ctx = Ctx(d.below(byte(ctxCount)))
	case tagFlags:
		n.Flags = Flags(d.byte())
	case tagLevel:
		n.Level = int32(d.u32() & 0x7fffffff)
	case tagName:
		n.Name = d.text()
	case tagStr:
		n.Str = d.text()
	}
}

func (d *decoder) childField(n *Node, tag byte) {
	c := d.node()
	switch tag {
	case tagValue:
		n.Value = c
	case tagTarget:
		n.Target = c
	case tagTest:
		n.Test = c
	case tagLeft:
		n.Left = c
	case tagRight:
		n.Right = c
	case tagExtra:
		n.Extra = c
	}
}

func (d *decoder) listField(n *Node, tag byte) {
	l := d.list()
	switch tag {
	case tagList:
		n.List = l
	case tagKeywords:
		n.Keywords = l
	case tagBody:
		n.Body = l
	case tagElse:
		n.Else = l
	}
}

func (d *decoder) moreField(n *Node, tag byte) {
	if n.More == nil {
		n.More = new(More)
	}
	if tag == tagOps {
		n.More.Ops = d.ops()
		return
	}
	l := d.list()
	switch tag {
	case tagDecorators:
		n.More.Decorators = l
	case tagTypeParams:
		n.More.TypeParams = l
	case tagHandlers:
		n.More.Handlers = l
	case tagFinal:
		n.More.Final = l
	}
}

func (d *decoder) ops() []Op {
	s := d.text()
	ops := make([]Op, len(s))
	for i := range ops {
		if ops[i] = Op(s[i]); ops[i] >= opCount {
			d.fail("operator %d", s[i])
			return nil
		}
	}
	return ops
}

func (d *decoder) list() []*Node {
	count := d.u32()
	if uint64(count) > uint64(len(d.nodes)) || uint64(count) > uint64(len(d.kids)) {
		d.fail("list of %d", count)
		return nil
	}
	l := d.kids[:count:count]
	d.kids = d.kids[count:]
	for i := range l {
		if l[i] = d.node(); l[i] == nil {
			return nil
		}
	}
	return l
}

// required are the fields that the table at [Node] does not mark as optional:
// a reader of the tree may follow them without looking.
var required = func() (r [kindCount]uint32) {
	set := func(tags uint32, kinds ...Kind) {
		for _, k := range kinds {
			r[k] |= tags
		}
	}
	const value, target, left, right = 1 << tagValue, 1 << tagTarget, 1 << tagLeft, 1 << tagRight
	set(1<<tagName, FunctionDef, ClassDef, Attribute, Name, Alias, Identifier, Param, MatchKeyword,
		TypeVar, TypeVarTuple, ParamSpec)
	set(value, TypeAlias, Assign, AugAssign, For, Match, ExprStmt, NamedExpr, UnaryOp, Lambda, IfExp,
		DictItem, ListComp, SetComp, GeneratorExp, DictComp, Comprehension, Await, YieldFrom, Call, Keyword,
		FormattedValue, Attribute, Subscript, Starred, MatchValue, MatchSingleton, MatchPair, MatchClass,
		MatchKeyword, WithItem)
	set(target, TypeAlias, AugAssign, AnnAssign, For, NamedExpr, Comprehension, MatchCase)
	set(1<<tagTest, While, If, Assert, IfExp)
	set(left, BinOp, Compare, MatchPair)
	set(right, BinOp, IfExp, Subscript)
	set(1<<tagExtra, AnnAssign)
	set(1<<tagList, Assign, Delete, BoolOp, Compare, With, Import, ImportFrom, Global, Nonlocal, MatchOr,
		ListComp, SetComp, GeneratorExp, DictComp)
	set(1<<tagOps, Compare)
	set(1<<tagOp, AugAssign, BoolOp, BinOp, UnaryOp, FormattedValue, Param, Escape)
	return r
}()
