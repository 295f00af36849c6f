//! A stand-in for the `stacker` crate, which the parser calls before it recurses.
//!
//! The original moves to a new heap-allocated stack when the current one runs
//! out. Such a stack has no guard: in WebAssembly an overrun would silently
//! overwrite the parser's own heap, and the tree could be wrong without a sign.
//! Here everything stays on the module's one stack, which lies at the bottom of
//! linear memory, so that an overrun always traps. It also leaves out a
//! precompiled object file and a build-time C toolchain.

/// Calls `callback` on the present stack.
#[inline(always)]
pub fn maybe_grow<R, F: FnOnce() -> R>(_red_zone: usize, _stack_size: usize, callback: F) -> R {
    callback()
}
