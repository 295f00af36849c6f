//! Statements and their parts.

use crate::dump::Dump;
use crate::expr::operator;
use crate::kind::{Kind, Op, flag, tag};
use ruff_python_ast::{
    self as ast, Decorator, ElifElseClause, ExceptHandler, Expr, IpyEscapeKind, Parameter,
    ParameterWithDefault, Parameters, Stmt, TypeParam, TypeParams,
};
use ruff_text_size::{Ranged, TextRange};

impl Dump<'_> {
    pub fn stmt(&mut self, stmt: &Stmt) {
        let range = stmt.range();
        match stmt {
            Stmt::FunctionDef(s) => self.function(s),
            Stmt::ClassDef(s) => self.class(s),
            Stmt::Return(s) => self.node(Kind::Return, range, |d| {
                d.opt(tag::VALUE, s.value.as_deref());
            }),
            Stmt::Delete(s) => self.node(Kind::Delete, range, |d| d.exprs(tag::LIST, &s.targets)),
            Stmt::TypeAlias(s) => self.node(Kind::TypeAlias, range, |d| {
                d.one(tag::TARGET, |d| d.expr(&s.name));
                d.one(tag::VALUE, |d| d.expr(&s.value));
                d.type_params(s.type_params.as_deref());
            }),
            Stmt::Assign(s) => self.node(Kind::Assign, range, |d| {
                d.exprs(tag::LIST, &s.targets);
                d.one(tag::VALUE, |d| d.expr(&s.value));
            }),
            Stmt::AugAssign(s) => self.node(Kind::AugAssign, range, |d| {
                d.op(operator(s.op));
                d.one(tag::TARGET, |d| d.expr(&s.target));
                d.one(tag::VALUE, |d| d.expr(&s.value));
            }),
            Stmt::AnnAssign(s) => self.node(Kind::AnnAssign, range, |d| {
                d.flag_if(s.simple, flag::SIMPLE);
                d.one(tag::TARGET, |d| d.expr(&s.target));
                d.one(tag::EXTRA, |d| d.expr(&s.annotation));
                d.opt(tag::VALUE, s.value.as_deref());
            }),
            Stmt::For(s) => self.node(Kind::For, range, |d| {
                d.flag_if(s.is_async, flag::ASYNC);
                d.one(tag::TARGET, |d| d.expr(&s.target));
                d.one(tag::VALUE, |d| d.expr(&s.iter));
                d.stmts(tag::BODY, &s.body);
                d.stmts(tag::ELSE, &s.orelse);
            }),
            Stmt::While(s) => self.node(Kind::While, range, |d| {
                d.one(tag::TEST, |d| d.expr(&s.test));
                d.stmts(tag::BODY, &s.body);
                d.stmts(tag::ELSE, &s.orelse);
            }),
            Stmt::If(s) => self.if_else(range, &s.test, &s.body, &s.elif_else_clauses),
            Stmt::With(s) => self.node(Kind::With, range, |d| {
                d.flag_if(s.is_async, flag::ASYNC);
                d.many(tag::LIST, &s.items, Self::with_item);
                d.stmts(tag::BODY, &s.body);
            }),
            Stmt::Match(s) => self.node(Kind::Match, range, |d| {
                d.one(tag::VALUE, |d| d.expr(&s.subject));
                d.many(tag::LIST, &s.cases, Self::match_case);
            }),
            Stmt::Raise(s) => self.node(Kind::Raise, range, |d| {
                d.opt(tag::VALUE, s.exc.as_deref());
                d.opt(tag::EXTRA, s.cause.as_deref());
            }),
            Stmt::Try(s) => self.node(Kind::Try, range, |d| {
                d.flag_if(s.is_star, flag::STAR);
                d.stmts(tag::BODY, &s.body);
                d.many(tag::HANDLERS, &s.handlers, Self::handler);
                d.stmts(tag::ELSE, &s.orelse);
                d.stmts(tag::FINAL, &s.finalbody);
            }),
            Stmt::Assert(s) => self.node(Kind::Assert, range, |d| {
                d.one(tag::TEST, |d| d.expr(&s.test));
                d.opt(tag::EXTRA, s.msg.as_deref());
            }),
            Stmt::Import(s) => self.node(Kind::Import, range, |d| {
                d.flag_if(s.is_lazy, flag::LAZY);
                d.many(tag::LIST, &s.names, Self::alias);
            }),
            Stmt::ImportFrom(s) => self.node(Kind::ImportFrom, range, |d| {
                d.flag_if(s.is_lazy, flag::LAZY);
                d.level(s.level);
                d.opt_name(s.module.as_ref());
                d.many(tag::LIST, &s.names, Self::alias);
            }),
            Stmt::Global(s) => self.node(Kind::Global, range, |d| {
                d.many(tag::LIST, &s.names, Self::identifier);
            }),
            Stmt::Nonlocal(s) => self.node(Kind::Nonlocal, range, |d| {
                d.many(tag::LIST, &s.names, Self::identifier);
            }),
            Stmt::Expr(s) => self.node(Kind::ExprStmt, range, |d| {
                d.one(tag::VALUE, |d| d.expr(&s.value));
            }),
            Stmt::Pass(_) => self.leaf(Kind::Pass, range),
            Stmt::Break(_) => self.leaf(Kind::Break, range),
            Stmt::Continue(_) => self.leaf(Kind::Continue, range),
            Stmt::IpyEscapeCommand(s) => self.escape(range, s.kind, &s.value),
        }
    }

    pub fn stmts(&mut self, tag: u8, body: &[Stmt]) {
        self.many(tag, body, Self::stmt);
    }

    pub fn escape(&mut self, range: TextRange, kind: IpyEscapeKind, text: &str) {
        let op = match kind {
            IpyEscapeKind::Shell => Op::EscapeShell,
            IpyEscapeKind::ShCap => Op::EscapeShellCap,
            IpyEscapeKind::Help => Op::EscapeHelp,
            IpyEscapeKind::Help2 => Op::EscapeHelp2,
            IpyEscapeKind::Magic => Op::EscapeMagic,
            IpyEscapeKind::Magic2 => Op::EscapeMagicCell,
            IpyEscapeKind::Quote => Op::EscapeQuote,
            IpyEscapeKind::Quote2 => Op::EscapeQuoteAll,
            IpyEscapeKind::Paren => Op::EscapeParen,
        };
        self.node(Kind::Escape, range, |d| {
            d.op(op);
            d.text(tag::STR, text.as_bytes());
        });
    }

    /// The range without decorators: from "def" or "class", as CPython counts.
    fn undecorated(&self, range: TextRange, decorators: &[Decorator]) -> TextRange {
        match decorators.last() {
            Some(last) => TextRange::new(self.token_after(last.range.end()), range.end()),
            None => range,
        }
    }

    fn function(&mut self, s: &ast::StmtFunctionDef) {
        let range = self.undecorated(s.range, &s.decorator_list);
        self.node(Kind::FunctionDef, range, |d| {
            d.flag_if(s.is_async, flag::ASYNC);
            d.name(&s.name.id);
            d.many(tag::DECORATORS, &s.decorator_list, |d, i| {
                d.expr(&i.expression)
            });
            d.type_params(s.type_params.as_deref());
            d.params(&s.parameters);
            d.opt(tag::EXTRA, s.returns.as_deref());
            d.stmts(tag::BODY, &s.body);
        });
    }

    fn class(&mut self, s: &ast::StmtClassDef) {
        let range = self.undecorated(s.range, &s.decorator_list);
        self.node(Kind::ClassDef, range, |d| {
            d.name(&s.name.id);
            d.many(tag::DECORATORS, &s.decorator_list, |d, i| {
                d.expr(&i.expression)
            });
            d.type_params(s.type_params.as_deref());
            if let Some(a) = &s.arguments {
                d.exprs(tag::LIST, &a.args);
                d.many(tag::KEYWORDS, &a.keywords, Self::keyword);
            }
            d.stmts(tag::BODY, &s.body);
        });
    }

    /// An elif is an If alone in the else part, as in CPython's tree.
    fn if_else(&mut self, range: TextRange, test: &Expr, body: &[Stmt], rest: &[ElifElseClause]) {
        self.node(Kind::If, range, |d| {
            d.one(tag::TEST, |d| d.expr(test));
            d.stmts(tag::BODY, body);
            let Some((clause, rest)) = rest.split_first() else {
                return;
            };
            match &clause.test {
                None => d.stmts(tag::ELSE, &clause.body),
                Some(test) => {
                    d.list_of(tag::ELSE, 1);
                    let inner = TextRange::new(clause.range.start(), range.end());
                    d.if_else(inner, test, &clause.body, rest);
                }
            }
        });
    }

    fn with_item(&mut self, item: &ast::WithItem) {
        self.node(Kind::WithItem, item.range, |d| {
            d.one(tag::VALUE, |d| d.expr(&item.context_expr));
            d.opt(tag::TARGET, item.optional_vars.as_deref());
        });
    }

    fn match_case(&mut self, case: &ast::MatchCase) {
        self.node(Kind::MatchCase, case.range, |d| {
            d.one(tag::TARGET, |d| d.pattern(&case.pattern));
            d.opt(tag::TEST, case.guard.as_deref());
            d.stmts(tag::BODY, &case.body);
        });
    }

    fn handler(&mut self, handler: &ExceptHandler) {
        let ExceptHandler::ExceptHandler(h) = handler;
        self.node(Kind::ExceptHandler, h.range, |d| {
            d.opt(tag::VALUE, h.type_.as_deref());
            d.opt_name(h.name.as_ref());
            d.stmts(tag::BODY, &h.body);
        });
    }

    fn alias(&mut self, alias: &ast::Alias) {
        self.node(Kind::Alias, alias.range, |d| {
            d.name(&alias.name.id);
            if let Some(n) = &alias.asname {
                d.text(tag::STR, n.id.as_bytes());
            }
        });
    }

    /// Writes the parameters as a list in source order.
    pub fn params(&mut self, p: &Parameters) {
        let plain = p.posonlyargs.len() + p.args.len() + p.kwonlyargs.len();
        let stars = usize::from(p.vararg.is_some()) + usize::from(p.kwarg.is_some());
        self.list_of(tag::LIST, plain + stars);
        p.posonlyargs
            .iter()
            .for_each(|i| self.param(Op::ParamPosOnly, i));
        p.args.iter().for_each(|i| self.param(Op::ParamPlain, i));
        p.vararg
            .iter()
            .for_each(|i| self.star_param(Op::ParamVarArgs, i));
        p.kwonlyargs
            .iter()
            .for_each(|i| self.param(Op::ParamKwOnly, i));
        p.kwarg
            .iter()
            .for_each(|i| self.star_param(Op::ParamKwArgs, i));
    }

    fn param(&mut self, op: Op, p: &ParameterWithDefault) {
        self.node(Kind::Param, p.range, |d| {
            d.op(op);
            d.name(&p.parameter.name.id);
            d.opt(tag::EXTRA, p.parameter.annotation.as_deref());
            d.opt(tag::VALUE, p.default.as_deref());
        });
    }

    fn star_param(&mut self, op: Op, p: &Parameter) {
        self.node(Kind::Param, p.range, |d| {
            d.op(op);
            d.name(&p.name.id);
            d.opt(tag::EXTRA, p.annotation.as_deref());
        });
    }

    fn type_params(&mut self, params: Option<&TypeParams>) {
        if let Some(p) = params {
            self.many(tag::TYPE_PARAMS, &p.type_params, Self::type_param);
        }
    }

    fn type_param(&mut self, param: &TypeParam) {
        let (kind, name, bound, default) = match param {
            TypeParam::TypeVar(p) => (Kind::TypeVar, &p.name, p.bound.as_deref(), &p.default),
            TypeParam::TypeVarTuple(p) => (Kind::TypeVarTuple, &p.name, None, &p.default),
            TypeParam::ParamSpec(p) => (Kind::ParamSpec, &p.name, None, &p.default),
        };
        self.node(kind, param.range(), |d| {
            d.name(&name.id);
            d.opt(tag::EXTRA, bound);
            d.opt(tag::VALUE, default.as_deref());
        });
    }
}
