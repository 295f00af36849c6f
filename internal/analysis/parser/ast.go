package parser

import interlock "github.com/interlock-run/interlock"

// Module is the syntax tree of one source. It is immutable after Parse and may
// be read by several goroutines; it keeps the source alive.
type Module struct {
	Src  []byte // exactly the bytes that were parsed, a BOM included
	Body []*Node
	// Nodes is the number of nodes of the tree and Depth its greatest nesting.
	Nodes, Depth int
}

// Position is a place in the source. Line and Column count from 1; Column
// counts code points (a BOM is not counted). Offset is a byte offset from 0.
type Position struct {
	Line, Column, Offset int32
}

// Node is one node of the tree. Which fields a kind uses is in the table; all
// others are zero. A child that the syntax leaves out is nil, and a list is
// empty. Lists are in source order.
//
//	kind           fields
//	-------------- ----------------------------------------------------------
//	Statements
//	FunctionDef    Name; List: Param…; Extra: return annotation?; Body;
//	               More: Decorators, TypeParams; FlagAsync
//	ClassDef       Name; List: bases (Starred too); Keywords; Body;
//	               More: Decorators, TypeParams
//	Return         Value?
//	Delete         List: targets
//	TypeAlias      Target: Name; Value; More: TypeParams         (type X[T] = …)
//	Assign         List: targets, left to right (a = b = v); Value
//	AugAssign      Target; Op; Value                             (t op= v)
//	AnnAssign      Target; Extra: annotation; Value?; FlagSimple (t: A = v)
//	For            Target; Value: iterable; Body; Else; FlagAsync
//	While          Test; Body; Else
//	If             Test; Body; Else (an elif is one If in Else)
//	With           List: WithItem…; Body; FlagAsync
//	Match          Value: subject; List: MatchCase…
//	Raise          Value?; Extra: cause?                         (raise v from e)
//	Try            Body; More: Handlers: ExceptHandler…; Else; More: Final;
//	               FlagStar for except*
//	Assert         Test; Extra: message?
//	Import         List: Alias…                                  (FlagLazy: 3.15)
//	ImportFrom     Name: module, "" in "from . import x"; Level: leading dots;
//	               List: Alias… (Name "*" for a star import)
//	Global         List: Identifier…
//	Nonlocal       List: Identifier…
//	ExprStmt       Value
//	Pass, Break, Continue
//	Escape         Op: EscapeShell…; Str: the text after the sign
//	               (statement, or an expression in "x = !ls"; IPython only)
//
//	Expressions
//	BoolOp         Op: OpAnd, OpOr; List: two or more operands
//	NamedExpr      Target: Name; Value                           (t := v)
//	BinOp          Left; Op; Right
//	UnaryOp        Op; Value
//	Lambda         List: Param…; Value: the body
//	IfExp          Value: if true; Test; Right: if false
//	Dict           List: DictItem…
//	DictItem       Left: key, nil for **v; Value
//	Set, List, Tuple   List: elements (Starred too); Ctx (List, Tuple);
//	               FlagParenthesized (Tuple)
//	ListComp, SetComp, GeneratorExp   Value: element; List: Comprehension…
//	DictComp       Left: key, nil for **v (3.15); Value; List: Comprehension…
//	Comprehension  Target; Value: iterable; List: conditions; FlagAsync
//	Await, YieldFrom   Value
//	Yield          Value?
//	Compare        Left; List: comparators; More: Ops, one a comparator
//	Call           Value: callee; List: positional (Starred too); Keywords
//	Keyword        Name, "" for **v; Value
//	JoinedStr      List: StrConst, FormattedValue… in order      (f"…")
//	TemplateStr    List: as JoinedStr                            (t"…", 3.14)
//	FormattedValue Value; Op: ConvNone, ConvStr, ConvRepr, ConvASCII;
//	               FlagSpec and List: parts of the format spec; Str: the debug
//	               text of {x=}, which comes before the value in the result
//	StrConst       Str: the decoded, joined value. A lone surrogate
//	               ("\ud800") is U+FFFD here; FlagInexact marks every value
//	               with that character, which must count as unknown
//	BytesConst     Str: the bytes
//	IntConst       Str: decimal; what does not fit 64 bits is as written,
//	               without "_" (then perhaps with 0x, 0o or 0b)
//	FloatConst     Str: shortest text that strconv.ParseFloat reads back
//	               ("inf" for 1e999)
//	ComplexConst   Str: the imaginary part, as FloatConst
//	TrueConst, FalseConst, NoneConst, EllipsisConst
//	Attribute      Value; Name: the attribute; Ctx
//	Subscript      Value; Right: index (Slice, Tuple, …); Ctx
//	Starred        Value; Ctx
//	Name           Name; Ctx
//	Slice          Left: lower?; Right: upper?; Extra: step?
//
//	Patterns
//	MatchValue     Value
//	MatchSingleton Value: TrueConst, FalseConst or NoneConst
//	MatchSequence  List: patterns
//	MatchMapping   List: MatchPair…; Name: rest, "" if none      ({**rest})
//	MatchPair      Left: key expression; Value: pattern
//	MatchClass     Value: class; List: patterns; Keywords: MatchKeyword…
//	MatchKeyword   Name; Value: pattern
//	MatchStar      Name, "" for *_
//	MatchAs        Value: pattern?; Name, "" for _
//	MatchOr        List: patterns
//
//	Parts
//	MatchCase      Target: pattern; Test: guard?; Body
//	ExceptHandler  Value: type?; Name, "" if none; Body
//	WithItem       Value: context manager; Target?
//	Alias          Name: dotted name or "*"; Str: name after "as", "" if none
//	Identifier     Name
//	Param          Op: ParamPosOnly, ParamPlain, ParamVarArgs, ParamKwOnly,
//	               ParamKwArgs; Name; Extra: annotation?; Value: default?
//	TypeVar        Name; Extra: bound?; Value: default?          (3.12, 3.13)
//	TypeVarTuple, ParamSpec   Name; Value: default?
//
// Identifiers are NFKC-normalised, as CPython does; Name may therefore differ
// from the source text.
type Node struct {
	Kind  Kind
	Op    Op
	Ctx   Ctx
	Flags Flags
	Level int32

	Pos, End Position // End is just behind the last character

	Name string
	Str  string

	Value, Target, Test, Left, Right, Extra *Node

	List, Keywords, Body, Else []*Node

	More *More // nil when all its fields are empty
}

// More holds the lists that few kinds have.
type More struct {
	Decorators []*Node // the decorator expressions, without "@"
	TypeParams []*Node
	Handlers   []*Node
	Final      []*Node
	Ops        []Op
}

// Has reports whether all flags of f are set.
func (n *Node) Has(f Flags) bool { return n.Flags&f == f }

// At is the start of n for a report.
func (n *Node) At() interlock.Pos {
	return interlock.Pos{Line: int(n.Pos.Line), Column: int(n.Pos.Column)}
}

// Decorators returns the decorators of a function or class, from top to bottom.
func (n *Node) Decorators() []*Node { return n.more().Decorators }

// TypeParams returns the type parameters of a function, class or alias.
func (n *Node) TypeParams() []*Node { return n.more().TypeParams }

// Handlers returns the except clauses of a Try.
func (n *Node) Handlers() []*Node { return n.more().Handlers }

// Final returns the finally block of a Try.
func (n *Node) Final() []*Node { return n.more().Final }

// Ops returns the operators of a Compare.
func (n *Node) Ops() []Op { return n.more().Ops }

func (n *Node) more() More {
	if n.More == nil {
		return More{}
	}
	return *n.More
}

// Source returns the source text of n, byte for byte: "" for nil.
func (m *Module) Source(n *Node) string {
	if n == nil {
		return ""
	}
	return string(m.Src[n.Pos.Offset:n.End.Offset])
}
