//! What goes between this memory and the host's.

use std::io::{self, Write};
use std::panic;
use std::sync::Once;

use arrow_buffer::Buffer;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Takes a copy of the next bytes of what is written.
    fn write(at: *const u8, length: usize);
    /// Takes a copy of what went wrong, as UTF-8.
    fn fail(at: *const u8, length: usize);
}

/// As decimals need it; what is not aligned would be copied once more.
type Block = u128;

/// Memory for `length` bytes that the host fills and then hands to a function, which frees it.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut Block {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| panic::set_hook(Box::new(|panic| tell_failure(&panic.to_string()))));
    Box::into_raw(vec![0 as Block; blocks(length)].into_boxed_slice()).cast()
}

/// The bytes that the host has put where `allocate` said.
///
/// # Safety
/// `at` and `length` must be those of one `allocate`, and nobody may have taken them before.
pub unsafe fn take(at: *mut Block, length: usize) -> Buffer {
    let count = blocks(length);
    let filled = unsafe { Vec::from_raw_parts(at, count, count) };
    Buffer::from_vec(filled).slice_with_length(0, length)
}

fn blocks(length: usize) -> usize {
    length.div_ceil(size_of::<Block>())
}

/// Writes to the host.
pub struct Host;

impl Write for Host {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        unsafe { write(bytes.as_ptr(), bytes.len()) };
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What `work` gives, or `otherwise` once its error has been told.
pub fn or_told<T>(otherwise: T, work: impl FnOnce() -> Result<T, Box<dyn std::error::Error>>) -> T {
    work().unwrap_or_else(|error| {
        tell_failure(&error.to_string());
        otherwise
    })
}

fn tell_failure(reason: &str) {
    unsafe { fail(reason.as_ptr(), reason.len()) }
}
