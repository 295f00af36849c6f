package parser

// Kind says what a node is. The numbers are those of the dump (see dump.go and
// parser/src/dump.rs): changing one means a new dump version.
type Kind uint8

// The kinds; [Node] has the table of their fields.
const (
	Bad Kind = iota // no node has it

	// Statements.
	FunctionDef
	ClassDef
	Return
	Delete
	TypeAlias
	Assign
	AugAssign
	AnnAssign
	For
	While
	If
	With
	Match
	Raise
	Try
	Assert
	Import
	ImportFrom
	Global
	Nonlocal
	ExprStmt
	Pass
	Break
	Continue
	Escape

	// Expressions.
	BoolOp
	NamedExpr
	BinOp
	UnaryOp
	Lambda
	IfExp
	Dict
	DictItem
	Set
	List
	Tuple
	ListComp
	SetComp
	GeneratorExp
	DictComp
	Comprehension
	Await
	YieldFrom
	Yield
	Compare
	Call
	Keyword
	JoinedStr
	TemplateStr
	FormattedValue
	StrConst
	BytesConst
	IntConst
	FloatConst
	ComplexConst
	TrueConst
	FalseConst
	NoneConst
	EllipsisConst
	Attribute
	Subscript
	Starred
	Name
	Slice

	// Patterns.
	MatchValue
	MatchSingleton
	MatchSequence
	MatchMapping
	MatchPair
	MatchClass
	MatchKeyword
	MatchStar
	MatchAs
	MatchOr

	// Parts.
	MatchCase
	ExceptHandler
	WithItem
	Alias
	Identifier
	Param
	TypeVar
	TypeVarTuple
	ParamSpec

	kindCount
)

var kindNames = [...]string{
	Bad:            "Bad",
	FunctionDef:    "FunctionDef",
	ClassDef:       "ClassDef",
	Return:         "Return",
	Delete:         "Delete",
	TypeAlias:      "TypeAlias",
	Assign:         "Assign",
	AugAssign:      "AugAssign",
	AnnAssign:      "AnnAssign",
	For:            "For",
	While:          "While",
	If:             "If",
	With:           "With",
	Match:          "Match",
	Raise:          "Raise",
	Try:            "Try",
	Assert:         "Assert",
	Import:         "Import",
	ImportFrom:     "ImportFrom",
	Global:         "Global",
	Nonlocal:       "Nonlocal",
	ExprStmt:       "ExprStmt",
	Pass:           "Pass",
	Break:          "Break",
	Continue:       "Continue",
	Escape:         "Escape",
	BoolOp:         "BoolOp",
	NamedExpr:      "NamedExpr",
	BinOp:          "BinOp",
	UnaryOp:        "UnaryOp",
	Lambda:         "Lambda",
	IfExp:          "IfExp",
	Dict:           "Dict",
	DictItem:       "DictItem",
	Set:            "Set",
	List:           "List",
	Tuple:          "Tuple",
	ListComp:       "ListComp",
	SetComp:        "SetComp",
	GeneratorExp:   "GeneratorExp",
	DictComp:       "DictComp",
	Comprehension:  "Comprehension",
	Await:          "Await",
	YieldFrom:      "YieldFrom",
	Yield:          "Yield",
	Compare:        "Compare",
	Call:           "Call",
	Keyword:        "Keyword",
	JoinedStr:      "JoinedStr",
	TemplateStr:    "TemplateStr",
	FormattedValue: "FormattedValue",
	StrConst:       "StrConst",
	BytesConst:     "BytesConst",
	IntConst:       "IntConst",
	FloatConst:     "FloatConst",
	ComplexConst:   "ComplexConst",
	TrueConst:      "TrueConst",
	FalseConst:     "FalseConst",
	NoneConst:      "NoneConst",
	EllipsisConst:  "EllipsisConst",
	Attribute:      "Attribute",
	Subscript:      "Subscript",
	Starred:        "Starred",
	Name:           "Name",
	Slice:          "Slice",
	MatchValue:     "MatchValue",
	MatchSingleton: "MatchSingleton",
	MatchSequence:  "MatchSequence",
	MatchMapping:   "MatchMapping",
	MatchPair:      "MatchPair",
	MatchClass:     "MatchClass",
	MatchKeyword:   "MatchKeyword",
	MatchStar:      "MatchStar",
	MatchAs:        "MatchAs",
	MatchOr:        "MatchOr",
	MatchCase:      "MatchCase",
	ExceptHandler:  "ExceptHandler",
	WithItem:       "WithItem",
	Alias:          "Alias",
	Identifier:     "Identifier",
	Param:          "Param",
	TypeVar:        "TypeVar",
	TypeVarTuple:   "TypeVarTuple",
	ParamSpec:      "ParamSpec",
}

// String returns the kind's name.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Bad]
}
