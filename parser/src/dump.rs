//! The writer of the dump. The reader is dump.go; both describe version 1:
//!
//! ```text
//! dump   = magic:"IPY1" status:u8 rest
//! rest   = nodes:u32 depth:u32 list              status 0, a tree; the list is the module's body
//!        | offset:u32 text                       status 1, a syntax error at a byte offset
//!        | offset:u32 text                       status 2, a limit; the instance must not be used again
//! node   = kind:u8 start:u32 end:u32 field* 0:u8 byte offsets into the source, a BOM counted
//! field  = tag:u8 value                          each tag at most once
//! value  = u8          for OP, CTX, FLAGS
//!        | u32         for LEVEL
//!        | text        for NAME, STR, OPS        (OPS: one byte an operator)
//!        | node        for VALUE to EXTRA
//!        | list        for LIST to FINAL
//! text   = len:u32 byte*
//! list   = count:u32 node*
//! ```
//! All integers are little-endian.

use crate::kind::{Kind, Op, tag};
use ruff_python_ast::token::Tokens;
use ruff_python_ast::{ExprContext, Identifier, Stmt};
use ruff_text_size::{TextRange, TextSize};

pub const STATUS_TREE: u8 = 0;
pub const STATUS_SYNTAX: u8 = 1;
pub const STATUS_LIMIT: u8 = 2;

const MAGIC: &[u8; 4] = b"IPY1";
const COUNTS_AT: usize = 5;

/// What a tree may have; more is STATUS_LIMIT.
#[derive(Clone, Copy)]
pub struct Limits {
    pub nodes: u32,
    pub depth: u32,
}

/// A dump under construction. Once a limit is passed nothing more is written.
pub struct Dump<'a> {
    tokens: &'a Tokens,
    out: Vec<u8>,
    nodes: u32,
    depth: u32,
    deepest: u32,
    limits: Limits,
    over: Option<(u32, &'static str)>,
}

/// A dump that says why there is no tree.
pub fn error(offset: u32, message: &str) -> Vec<u8> {
    refusal(STATUS_SYNTAX, offset, message)
}

fn refusal(status: u8, offset: u32, message: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 + message.len());
    out.extend_from_slice(MAGIC);
    out.push(status);
    out.extend_from_slice(&offset.to_le_bytes());
    out.extend_from_slice(&(message.len() as u32).to_le_bytes());
    out.extend_from_slice(message.as_bytes());
    out
}

impl<'a> Dump<'a> {
    pub fn new(source_len: usize, tokens: &'a Tokens, limits: Limits) -> Self {
        let mut out = Vec::with_capacity(64 + source_len * 8);
        out.extend_from_slice(MAGIC);
        out.push(STATUS_TREE);
        out.extend_from_slice(&[0; 8]);
        Dump {
            tokens,
            out,
            nodes: 0,
            depth: 0,
            deepest: 0,
            limits,
            over: None,
        }
    }

    pub fn module(&mut self, body: &[Stmt]) {
        self.u32(body.len() as u32);
        body.iter().for_each(|s| self.stmt(s));
    }

    pub fn finish(mut self) -> Vec<u8> {
        if let Some((offset, message)) = self.over {
            return refusal(STATUS_LIMIT, offset, message);
        }
        self.out[COUNTS_AT..COUNTS_AT + 4].copy_from_slice(&self.nodes.to_le_bytes());
        self.out[COUNTS_AT + 4..COUNTS_AT + 8].copy_from_slice(&self.deepest.to_le_bytes());
        self.out
    }

    /// Writes a node of `kind` whose fields `fields` writes. Past a limit it
    /// writes nothing and does not descend, so that recursion ends.
    pub fn node(&mut self, kind: Kind, range: TextRange, fields: impl FnOnce(&mut Self)) {
        self.nodes += 1;
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        if self.over.is_none() {
            if self.depth > self.limits.depth {
                self.over = Some((range.start().to_u32(), "depth"));
            } else if self.nodes > self.limits.nodes {
                self.over = Some((range.start().to_u32(), "nodes"));
            }
        }
        if self.over.is_none() {
            self.out.push(kind as u8);
            self.u32(range.start().to_u32());
            self.u32(range.end().to_u32());
            fields(self);
            self.out.push(tag::END);
        }
        self.depth -= 1;
    }

    pub fn leaf(&mut self, kind: Kind, range: TextRange) {
        self.node(kind, range, |_| ());
    }

    pub fn identifier(&mut self, id: &Identifier) {
        self.node(Kind::Identifier, id.range, |d| d.name(&id.id));
    }

    /// Writes one child; `write` writes exactly one node.
    pub fn one(&mut self, tag: u8, write: impl FnOnce(&mut Self)) {
        self.out.push(tag);
        write(self);
    }

    /// Writes a list of children; `write` writes exactly one node an item.
    pub fn many<T>(&mut self, tag: u8, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        if items.is_empty() {
            return;
        }
        self.out.push(tag);
        self.u32(items.len() as u32);
        items.iter().for_each(|i| write(self, i));
    }

    /// Starts a list of `count` nodes that the caller writes next.
    pub fn list_of(&mut self, tag: u8, count: usize) {
        if count > 0 {
            self.out.push(tag);
            self.u32(count as u32);
        }
    }

    pub fn name(&mut self, s: &str) {
        self.text(tag::NAME, s.as_bytes());
    }

    pub fn opt_name(&mut self, id: Option<&Identifier>) {
        if let Some(id) = id {
            self.name(&id.id);
        }
    }

    pub fn text(&mut self, tag: u8, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.out.push(tag);
        self.u32(bytes.len() as u32);
        self.out.extend_from_slice(bytes);
    }

    pub fn op(&mut self, op: Op) {
        self.out.extend_from_slice(&[tag::OP, op as u8]);
    }

    pub fn flags(&mut self, flags: u8) {
        if flags != 0 {
            self.out.extend_from_slice(&[tag::FLAGS, flags]);
        }
    }

    pub fn flag_if(&mut self, set: bool, flag: u8) {
        self.flags(if set { flag } else { 0 });
    }

    pub fn level(&mut self, level: u32) {
        self.out.push(tag::LEVEL);
        self.u32(level);
    }

    pub fn ctx(&mut self, ctx: ExprContext) {
        let number = match ctx {
            ExprContext::Load => 1,
            ExprContext::Store => 2,
            ExprContext::Del => 3,
            ExprContext::Invalid => 4,
        };
        self.out.extend_from_slice(&[tag::CTX, number]);
    }

    /// The start of the first token at or after `offset`.
    pub fn token_after(&self, offset: TextSize) -> TextSize {
        use ruff_text_size::Ranged;
        let rest = self.tokens.after(offset).iter();
        let mut real = rest.filter(|t| !t.kind().is_trivia() && !t.kind().is_any_newline());
        real.next().map_or(offset, Ranged::start)
    }

    fn u32(&mut self, n: u32) {
        self.out.extend_from_slice(&n.to_le_bytes());
    }
}
