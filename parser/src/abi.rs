//! The exported functions, and the only unsafe code of this crate.
//!
//! The host calls `alloc`, writes the source there, calls `parse`, reads the
//! dump, and gives both buffers back with `release`. Pointers and lengths are
//! bytes of linear memory. The host is trusted to pass back what it was given.

use crate::dump::Limits;

/// Set in `flags` to accept IPython's escape commands.
const FLAG_IPYTHON: u32 = 1;

fn leak(buf: Box<[u8]>) -> u64 {
    let len = buf.len() as u64;
    let ptr = Box::into_raw(buf).cast::<u8>() as usize as u64;
    ptr << 32 | len
}

/// Returns a buffer of `len` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: u32) -> u32 {
    (leak(vec![0; len as usize].into_boxed_slice()) >> 32) as u32
}

/// Frees a buffer that `alloc` or `parse` returned.
///
/// # Safety
/// `ptr` and `len` are those of a buffer that was not released before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(ptr: *mut u8, len: u32) {
    // SAFETY: by the contract above this is a boxed slice that `leak` gave away.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(ptr, len as usize)) });
}

/// Parses `len` bytes at `ptr` and returns the dump's address << 32 | length.
///
/// # Safety
/// `ptr` and `len` are those of a buffer from `alloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn parse(
    ptr: *const u8,
    len: u32,
    flags: u32,
    max_nodes: u32,
    max_depth: u32,
) -> u64 {
    // SAFETY: by the contract above; nothing writes to it during the call.
    let source = unsafe { std::slice::from_raw_parts(ptr, len as usize) };
    let limits = Limits {
        nodes: max_nodes,
        depth: max_depth,
    };
    leak(crate::parse(source, flags & FLAG_IPYTHON != 0, limits).into_boxed_slice())
}
