//! Expressions and their parts.

use crate::dump::Dump;
use crate::kind::{Kind, Op, flag, tag};
use ruff_python_ast::{
    self as ast, BoolOp, CmpOp, Comprehension, ConversionFlag, DictItem, Expr, Keyword, Number,
    Operator, UnaryOp,
};
use ruff_text_size::{Ranged, TextRange};

impl Dump<'_> {
    pub fn expr(&mut self, expr: &Expr) {
        let range = expr.range();
        match expr {
            Expr::BoolOp(e) => self.node(Kind::BoolOp, range, |d| {
                d.op(match e.op {
                    BoolOp::And => Op::And,
                    BoolOp::Or => Op::Or,
                });
                d.exprs(tag::LIST, &e.values);
            }),
            Expr::Named(e) => self.node(Kind::NamedExpr, range, |d| {
                d.one(tag::TARGET, |d| d.expr(&e.target));
                d.one(tag::VALUE, |d| d.expr(&e.value));
            }),
            Expr::BinOp(e) => self.node(Kind::BinOp, range, |d| {
                d.op(operator(e.op));
                d.one(tag::LEFT, |d| d.expr(&e.left));
                d.one(tag::RIGHT, |d| d.expr(&e.right));
            }),
            Expr::UnaryOp(e) => self.node(Kind::UnaryOp, range, |d| {
                d.op(unary(e.op));
                d.one(tag::VALUE, |d| d.expr(&e.operand));
            }),
            Expr::Lambda(e) => self.node(Kind::Lambda, range, |d| {
                if let Some(p) = &e.parameters {
                    d.params(p);
                }
                d.one(tag::VALUE, |d| d.expr(&e.body));
            }),
            Expr::If(e) => self.node(Kind::IfExp, range, |d| {
                d.one(tag::VALUE, |d| d.expr(&e.body));
                d.one(tag::TEST, |d| d.expr(&e.test));
                d.one(tag::RIGHT, |d| d.expr(&e.orelse));
            }),
            Expr::Dict(e) => self.node(Kind::Dict, range, |d| {
                d.many(tag::LIST, &e.items, Self::dict_item);
            }),
            Expr::Set(e) => self.node(Kind::Set, range, |d| d.exprs(tag::LIST, &e.elts)),
            Expr::ListComp(e) => self.comp(Kind::ListComp, range, 0, None, &e.elt, &e.generators),
            Expr::SetComp(e) => self.comp(Kind::SetComp, range, 0, None, &e.elt, &e.generators),
            Expr::Generator(e) => {
                let flags = if e.parenthesized {
                    flag::PARENTHESIZED
                } else {
                    0
                };
                self.comp(
                    Kind::GeneratorExp,
                    range,
                    flags,
                    None,
                    &e.elt,
                    &e.generators,
                );
            }
            Expr::DictComp(e) => {
                let key = e.key.as_deref();
                self.comp(Kind::DictComp, range, 0, key, &e.value, &e.generators);
            }
            Expr::Await(e) => self.wrap(Kind::Await, range, Some(&e.value)),
            Expr::Yield(e) => self.wrap(Kind::Yield, range, e.value.as_deref()),
            Expr::YieldFrom(e) => self.wrap(Kind::YieldFrom, range, Some(&e.value)),
            Expr::Compare(e) => self.node(Kind::Compare, range, |d| {
                let ops: Vec<u8> = e.ops.iter().map(|op| comparison(*op) as u8).collect();
                d.one(tag::LEFT, |d| d.expr(&e.left));
                d.exprs(tag::LIST, &e.comparators);
                d.text(tag::OPS, &ops);
            }),
            Expr::Call(e) => self.node(Kind::Call, range, |d| {
                d.one(tag::VALUE, |d| d.expr(&e.func));
                d.exprs(tag::LIST, &e.arguments.args);
                d.many(tag::KEYWORDS, &e.arguments.keywords, Self::keyword);
            }),
            Expr::FString(e) => self.fstring(e),
            Expr::TString(e) => self.tstring(e),
            Expr::StringLiteral(e) => self.string(range, e.value.to_str()),
            Expr::BytesLiteral(e) => self.node(Kind::BytesConst, range, |d| {
                let joined: Vec<u8> = e.value.bytes().collect();
                d.text(tag::STR, &joined);
            }),
            Expr::NumberLiteral(e) => self.number(range, &e.value),
            Expr::BooleanLiteral(e) if e.value => self.leaf(Kind::TrueConst, range),
            Expr::BooleanLiteral(_) => self.leaf(Kind::FalseConst, range),
            Expr::NoneLiteral(_) => self.leaf(Kind::NoneConst, range),
            Expr::EllipsisLiteral(_) => self.leaf(Kind::EllipsisConst, range),
            Expr::Attribute(e) => self.node(Kind::Attribute, range, |d| {
                d.ctx(e.ctx);
                d.name(&e.attr.id);
                d.one(tag::VALUE, |d| d.expr(&e.value));
            }),
            Expr::Subscript(e) => self.node(Kind::Subscript, range, |d| {
                d.ctx(e.ctx);
                d.one(tag::VALUE, |d| d.expr(&e.value));
                d.one(tag::RIGHT, |d| d.expr(&e.slice));
            }),
            Expr::Starred(e) => self.node(Kind::Starred, range, |d| {
                d.ctx(e.ctx);
                d.one(tag::VALUE, |d| d.expr(&e.value));
            }),
            Expr::Name(e) => self.node(Kind::Name, range, |d| {
                d.ctx(e.ctx);
                d.name(&e.id);
            }),
            Expr::List(e) => self.node(Kind::List, range, |d| {
                d.ctx(e.ctx);
                d.exprs(tag::LIST, &e.elts);
            }),
            Expr::Tuple(e) => self.node(Kind::Tuple, range, |d| {
                d.ctx(e.ctx);
                d.flag_if(e.parenthesized, flag::PARENTHESIZED);
                d.exprs(tag::LIST, &e.elts);
            }),
            Expr::Slice(e) => self.node(Kind::Slice, range, |d| {
                d.opt(tag::LEFT, e.lower.as_deref());
                d.opt(tag::RIGHT, e.upper.as_deref());
                d.opt(tag::EXTRA, e.step.as_deref());
            }),
            Expr::IpyEscapeCommand(e) => self.escape(range, e.kind, &e.value),
        }
    }

    pub fn exprs(&mut self, tag: u8, items: &[Expr]) {
        self.many(tag, items, Self::expr);
    }

    pub fn opt(&mut self, tag: u8, expr: Option<&Expr>) {
        if let Some(e) = expr {
            self.one(tag, |d| d.expr(e));
        }
    }

    pub fn keyword(&mut self, k: &Keyword) {
        self.node(Kind::Keyword, k.range, |d| {
            d.opt_name(k.arg.as_ref());
            d.one(tag::VALUE, |d| d.expr(&k.value));
        });
    }

    fn wrap(&mut self, kind: Kind, range: TextRange, value: Option<&Expr>) {
        self.node(kind, range, |d| d.opt(tag::VALUE, value));
    }

    fn dict_item(&mut self, item: &DictItem) {
        let start = item.key.as_ref().map_or(item.value.start(), Ranged::start);
        self.node(
            Kind::DictItem,
            TextRange::new(start, item.value.end()),
            |d| {
                d.opt(tag::LEFT, item.key.as_ref());
                d.one(tag::VALUE, |d| d.expr(&item.value));
            },
        );
    }

    fn comp(
        &mut self,
        kind: Kind,
        range: TextRange,
        flags: u8,
        key: Option<&Expr>,
        value: &Expr,
        generators: &[Comprehension],
    ) {
        self.node(kind, range, |d| {
            d.flags(flags);
            d.opt(tag::LEFT, key);
            d.one(tag::VALUE, |d| d.expr(value));
            d.many(tag::LIST, generators, |d, g| {
                d.node(Kind::Comprehension, g.range, |d| {
                    d.flag_if(g.is_async, flag::ASYNC);
                    d.one(tag::TARGET, |d| d.expr(&g.target));
                    d.one(tag::VALUE, |d| d.expr(&g.iter));
                    d.exprs(tag::LIST, &g.ifs);
                });
            });
        });
    }

    fn number(&mut self, range: TextRange, n: &Number) {
        let (kind, text) = match n {
            Number::Int(i) => (Kind::IntConst, i.to_string().replace('_', "")),
            Number::Float(f) => (Kind::FloatConst, format!("{f:e}")),
            Number::Complex { imag, .. } => (Kind::ComplexConst, format!("{imag:e}")),
        };
        self.node(kind, range, |d| d.text(tag::STR, text.as_bytes()));
    }

    /// The parser decodes a lone surrogate to U+FFFD; so a value with that
    /// character may not be what Python makes of it.
    pub fn string(&mut self, range: TextRange, value: &str) {
        self.node(Kind::StrConst, range, |d| {
            d.flag_if(value.contains('\u{fffd}'), flag::INEXACT);
            d.text(tag::STR, value.as_bytes());
        });
    }

    fn fstring(&mut self, e: &ast::ExprFString) {
        use ast::FStringPart::{FString, Literal};
        let parts = e.value.as_slice().iter();
        let counts = parts.clone().map(|p| match p {
            Literal(_) => 1,
            FString(f) => f.elements.len(),
        });
        let count = counts.sum();
        self.node(Kind::JoinedStr, e.range, |d| {
            d.list_of(tag::LIST, count);
            parts.for_each(|p| match p {
                Literal(l) => d.string(l.range, &l.value),
                FString(f) => f.elements.iter().for_each(|i| d.interpolated(i)),
            });
        });
    }

    fn tstring(&mut self, e: &ast::ExprTString) {
        let count = e.value.iter().map(|t| t.elements.len()).sum();
        self.node(Kind::TemplateStr, e.range, |d| {
            d.list_of(tag::LIST, count);
            let all = e.value.iter().flat_map(|t| t.elements.iter());
            all.for_each(|i| d.interpolated(i));
        });
    }

    fn interpolated(&mut self, element: &ast::InterpolatedStringElement) {
        match element {
            ast::InterpolatedStringElement::Literal(l) => self.string(l.range, &l.value),
            ast::InterpolatedStringElement::Interpolation(i) => {
                self.node(Kind::FormattedValue, i.range, |d| d.formatted(i));
            }
        }
    }

    fn formatted(&mut self, i: &ast::InterpolatedElement) {
        self.op(match i.conversion {
            ConversionFlag::None => Op::ConvNone,
            ConversionFlag::Str => Op::ConvStr,
            ConversionFlag::Repr => Op::ConvRepr,
            ConversionFlag::Ascii => Op::ConvASCII,
        });
        if let Some(text) = &i.debug_text {
            self.text(tag::STR, text.as_str().as_bytes());
        }
        self.one(tag::VALUE, |d| d.expr(&i.expression));
        if let Some(spec) = &i.format_spec {
            self.flags(flag::SPEC);
            self.many(tag::LIST, &spec.elements, Self::interpolated);
        }
    }
}

pub fn operator(op: Operator) -> Op {
    match op {
        Operator::Add => Op::Add,
        Operator::Sub => Op::Sub,
        Operator::Mult => Op::Mult,
        Operator::MatMult => Op::MatMult,
        Operator::Div => Op::Div,
        Operator::Mod => Op::Mod,
        Operator::Pow => Op::Pow,
        Operator::LShift => Op::LShift,
        Operator::RShift => Op::RShift,
        Operator::BitOr => Op::BitOr,
        Operator::BitXor => Op::BitXor,
        Operator::BitAnd => Op::BitAnd,
        Operator::FloorDiv => Op::FloorDiv,
    }
}

fn unary(op: UnaryOp) -> Op {
    match op {
        UnaryOp::Invert => Op::Invert,
        UnaryOp::Not => Op::Not,
        UnaryOp::UAdd => Op::UAdd,
        UnaryOp::USub => Op::USub,
    }
}

fn comparison(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::NotEq,
        CmpOp::Lt => Op::Lt,
        CmpOp::LtE => Op::LtE,
        CmpOp::Gt => Op::Gt,
        CmpOp::GtE => Op::GtE,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::In,
        CmpOp::NotIn => Op::NotIn,
    }
}
