//! The gateway's Parquet codec. A thread of the gateway loads it, copies Arrow IPC streams into its memory and is handed
//! the bytes of a Parquet file; a preview goes the other way.
//!
//! The functions of `writer` and `reader` are its whole interface. Lengths and counts are in bytes and rows. A failure is
//! told through the host's `fail` before a function returns 0 or -1. After a panic the instance is of no use any more.

mod host;
mod reader;
mod writer;
