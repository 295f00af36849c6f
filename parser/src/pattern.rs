//! Patterns of match statements.

use crate::dump::Dump;
use crate::kind::{Kind, tag};
use ruff_python_ast::{self as ast, Expr, Identifier, Pattern, Singleton};
use ruff_text_size::{Ranged, TextRange};

impl Dump<'_> {
    pub fn pattern(&mut self, pattern: &Pattern) {
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(p) => self.node(Kind::MatchValue, range, |d| {
                d.one(tag::VALUE, |d| d.expr(&p.value));
            }),
            Pattern::MatchSingleton(p) => self.node(Kind::MatchSingleton, range, |d| {
                let kind = match p.value {
                    Singleton::None => Kind::NoneConst,
                    Singleton::True => Kind::TrueConst,
                    Singleton::False => Kind::FalseConst,
                };
                d.one(tag::VALUE, |d| d.leaf(kind, range));
            }),
            Pattern::MatchSequence(p) => self.node(Kind::MatchSequence, range, |d| {
                d.many(tag::LIST, &p.patterns, Self::pattern);
            }),
            Pattern::MatchMapping(p) => self.mapping(p),
            Pattern::MatchClass(p) => self.node(Kind::MatchClass, range, |d| {
                d.one(tag::VALUE, |d| d.expr(&p.cls));
                d.many(tag::LIST, &p.arguments.patterns, Self::pattern);
                d.many(tag::KEYWORDS, &p.arguments.keywords, |d, k| {
                    d.named(Kind::MatchKeyword, k.range, Some(&k.attr), Some(&k.pattern));
                });
            }),
            Pattern::MatchStar(p) => self.named(Kind::MatchStar, range, p.name.as_ref(), None),
            Pattern::MatchAs(p) => {
                let inner = p.pattern.as_deref();
                self.named(Kind::MatchAs, range, p.name.as_ref(), inner);
            }
            Pattern::MatchOr(p) => self.node(Kind::MatchOr, range, |d| {
                d.many(tag::LIST, &p.patterns, Self::pattern);
            }),
        }
    }

    fn named(&mut self, kind: Kind, r: TextRange, name: Option<&Identifier>, p: Option<&Pattern>) {
        self.node(kind, r, |d| {
            d.opt_name(name);
            if let Some(p) = p {
                d.one(tag::VALUE, |d| d.pattern(p));
            }
        });
    }

    fn mapping(&mut self, p: &ast::PatternMatchMapping) {
        let pairs: Vec<(&Expr, &Pattern)> = p.keys.iter().zip(&p.patterns).collect();
        self.node(Kind::MatchMapping, p.range, |d| {
            d.opt_name(p.rest.as_ref());
            d.many(tag::LIST, &pairs, |d, (key, pattern)| {
                let range = TextRange::new(key.start(), pattern.end());
                d.node(Kind::MatchPair, range, |d| {
                    d.one(tag::LEFT, |d| d.expr(key));
                    d.one(tag::VALUE, |d| d.pattern(pattern));
                });
            });
        });
    }
}
