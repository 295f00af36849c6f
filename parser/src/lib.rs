//! Python source in, a flat dump of its syntax tree out.
//!
//! Built for WebAssembly without any import: the module can compute and nothing
//! else. The reader (internal/analysis/parser, in Go) runs it with a memory cap.
//! Whatever goes wrong in here is a trap, which the host contains; nothing
//! unwinds across the boundary (`panic = "abort"`).

mod abi;
mod dump;
mod expr;
mod kind;
mod pattern;
mod stmt;

use dump::{Dump, Limits};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

/// Parses `source` and returns the dump; see dump.rs for its layout.
fn parse(source: &[u8], ipython: bool, limits: Limits) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(source) else {
        return dump::error(0, "the source is not UTF-8");
    };
    let mode = if ipython { Mode::Ipython } else { Mode::Module };
    let parsed = parse_unchecked(text, ParseOptions::from(mode));
    if let Some(first) = parsed.errors().first() {
        return dump::error(first.location.start().to_u32(), &first.error.to_string());
    }
    let Some(module) = parsed.try_into_module() else {
        return dump::error(0, "the source is not a module");
    };
    let mut d = Dump::new(text.len(), module.tokens(), limits);
    d.module(&module.syntax().body);
    let out = d.finish();
    if out[4] == dump::STATUS_LIMIT {
        // Freeing a tree that is too deep would overflow the stack. The host
        // throws this instance away.
        std::mem::forget(module);
    }
    out
}
