package parser

// Op is the operator of an expression, the sort of a parameter, the conversion
// of a formatted value or the sort of an IPython escape. The numbers are those
// of the dump.
type Op uint8

// The operators.
const (
	OpNone Op = iota

	// Operators of BinOp and AugAssign.
	OpAdd
	OpSub
	OpMult
	OpMatMult
	OpDiv
	OpMod
	OpPow
	OpLShift
	OpRShift
	OpBitOr
	OpBitXor
	OpBitAnd
	OpFloorDiv

	// Operators of UnaryOp.
	OpInvert
	OpNot
	OpUAdd
	OpUSub

	// Operators of BoolOp.
	OpAnd
	OpOr

	// Operators of Compare.
	OpEq
	OpNotEq
	OpLt
	OpLtE
	OpGt
	OpGtE
	OpIs
	OpIsNot
	OpIn
	OpNotIn

	// Sorts of Param.
	ParamPosOnly // before "/"
	ParamPlain
	ParamVarArgs // *args
	ParamKwOnly
	ParamKwArgs // **kwargs

	// Conversions of FormattedValue.
	ConvNone
	ConvStr   // !s
	ConvRepr  // !r
	ConvASCII // !a

	// Sorts of Escape.
	EscapeShell     // !cmd
	EscapeShellCap  // !!cmd
	EscapeHelp      // ?name or name?
	EscapeHelp2     // ??name or name??
	EscapeMagic     // %magic
	EscapeMagicCell // %%magic; Str is the first line only
	EscapeQuote     // ,f a b
	EscapeQuoteAll  // ;f a b
	EscapeParen     // /f a b

	opCount
)

var opNames = [...]string{
	OpNone:          "",
	OpAdd:           "+",
	OpSub:           "-",
	OpMult:          "*",
	OpMatMult:       "@",
	OpDiv:           "/",
	OpMod:           "%",
	OpPow:           "**",
	OpLShift:        "<<",
	OpRShift:        ">>",
	OpBitOr:         "|",
	OpBitXor:        "^",
	OpBitAnd:        "&",
	OpFloorDiv:      "//",
	OpInvert:        "~",
	OpNot:           "not",
	OpUAdd:          "+",
	OpUSub:          "-",
	OpAnd:           "and",
	OpOr:            "or",
	OpEq:            "==",
	OpNotEq:         "!=",
	OpLt:            "<",
	OpLtE:           "<=",
	OpGt:            ">",
	OpGtE:           ">=",
	OpIs:            "is",
	OpIsNot:         "is not",
	OpIn:            "in",
	OpNotIn:         "not in",
	ParamPosOnly:    "posonly",
	ParamPlain:      "plain",
	ParamVarArgs:    "*",
	ParamKwOnly:     "kwonly",
	ParamKwArgs:     "**",
	ConvNone:        "",
	ConvStr:         "!s",
	ConvRepr:        "!r",
	ConvASCII:       "!a",
	EscapeShell:     "!",
	EscapeShellCap:  "!!",
	EscapeHelp:      "?",
	EscapeHelp2:     "??",
	EscapeMagic:     "%",
	EscapeMagicCell: "%%",
	EscapeQuote:     ",",
	EscapeQuoteAll:  ";",
	EscapeParen:     "/",
}

// String returns the operator's text in Python.
func (o Op) String() string {
	if int(o) < len(opNames) {
		return opNames[o]
	}
	return ""
}

// Ctx says whether an expression is read, bound or deleted.
type Ctx uint8

// The contexts; NoCtx is for kinds without one.
const (
	NoCtx Ctx = iota
	Load
	Store
	Del
	Invalid // never in a tree that Parse returns

	ctxCount
)

// Flags are properties that only some kinds have.
type Flags uint8

// The flags.
const (
	FlagAsync         Flags = 1 << iota // async def, for, with, comprehension
	FlagParenthesized                   // Tuple, GeneratorExp written with its own parentheses
	FlagSimple                          // AnnAssign to a bare name
	FlagStar                            // Try with except*
	FlagLazy                            // lazy import (3.15)
	FlagSpec                            // FormattedValue with a format spec, perhaps empty
	FlagInexact                         // StrConst that holds a lone surrogate
)
