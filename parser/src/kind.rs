//! Numbers shared with the reader: kinds, operators, contexts, flags and tags.
//! The reader's copies are kind.go, op.go and dump.go; a test compares them.

/// What a node is. The fields of each kind are in the table of the reader's Node.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Kind {
    FunctionDef = 1,
    ClassDef,
    Return,
    Delete,
    TypeAlias,
    Assign,
    AugAssign,
    AnnAssign,
    For,
    While,
    If,
    With,
    Match,
    Raise,
    Try,
    Assert,
    Import,
    ImportFrom,
    Global,
    Nonlocal,
    ExprStmt,
    Pass,
    Break,
    Continue,
    Escape,
    BoolOp,
    NamedExpr,
    BinOp,
    UnaryOp,
    Lambda,
    IfExp,
    Dict,
    DictItem,
    Set,
    List,
    Tuple,
    ListComp,
    SetComp,
    GeneratorExp,
    DictComp,
    Comprehension,
    Await,
    YieldFrom,
    Yield,
    Compare,
    Call,
    Keyword,
    JoinedStr,
    TemplateStr,
    FormattedValue,
    StrConst,
    BytesConst,
    IntConst,
    FloatConst,
    ComplexConst,
    TrueConst,
    FalseConst,
    NoneConst,
    EllipsisConst,
    Attribute,
    Subscript,
    Starred,
    Name,
    Slice,
    MatchValue,
    MatchSingleton,
    MatchSequence,
    MatchMapping,
    MatchPair,
    MatchClass,
    MatchKeyword,
    MatchStar,
    MatchAs,
    MatchOr,
    MatchCase,
    ExceptHandler,
    WithItem,
    Alias,
    Identifier,
    Param,
    TypeVar,
    TypeVarTuple,
    ParamSpec,
}

/// An operator, the sort of a parameter, a conversion or the sort of an escape.
#[derive(Clone, Copy)]
#[repr(u8)]
pub enum Op {
    Add = 1,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
    Invert,
    Not,
    UAdd,
    USub,
    And,
    Or,
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
    ParamPosOnly,
    ParamPlain,
    ParamVarArgs,
    ParamKwOnly,
    ParamKwArgs,
    ConvNone,
    ConvStr,
    ConvRepr,
    ConvASCII,
    EscapeShell,
    EscapeShellCap,
    EscapeHelp,
    EscapeHelp2,
    EscapeMagic,
    EscapeMagicCell,
    EscapeQuote,
    EscapeQuoteAll,
    EscapeParen,
}

/// Properties that only some kinds have; bits.
pub mod flag {
    pub const ASYNC: u8 = 1;
    pub const PARENTHESIZED: u8 = 2;
    pub const SIMPLE: u8 = 4;
    pub const STAR: u8 = 8;
    pub const LAZY: u8 = 16;
    pub const SPEC: u8 = 32;
    pub const INEXACT: u8 = 64;
}

/// The fields of a node in the dump.
pub mod tag {
    pub const END: u8 = 0;
    pub const OP: u8 = 1;
    pub const CTX: u8 = 2;
    pub const FLAGS: u8 = 3;
    pub const LEVEL: u8 = 4;
    pub const NAME: u8 = 5;
    pub const STR: u8 = 6;
    pub const VALUE: u8 = 7;
    pub const TARGET: u8 = 8;
    pub const TEST: u8 = 9;
    pub const LEFT: u8 = 10;
    pub const RIGHT: u8 = 11;
    pub const EXTRA: u8 = 12;
    pub const LIST: u8 = 13;
    pub const KEYWORDS: u8 = 14;
    pub const BODY: u8 = 15;
    pub const ELSE: u8 = 16;
    pub const DECORATORS: u8 = 17;
    pub const TYPE_PARAMS: u8 = 18;
    pub const HANDLERS: u8 = 19;
    pub const FINAL: u8 = 20;
    pub const OPS: u8 = 21;
}
