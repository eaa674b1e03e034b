//! The first rows of a Parquet file.

use arrow_array::RecordBatchReader;
use arrow_ipc::writer::StreamWriter;
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::host::{Host, or_told, take};

/// Writes the first `rows` rows of a Parquet file to the host, as an Arrow IPC stream. Gives their number, or -1 after a failure.
///
/// # Safety
/// `file` must come from `allocate` with its length, and is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn read_first_rows(file: *mut u128, length: usize, rows: usize) -> i32 {
    let file = unsafe { take(file, length) };
    or_told(-1, || {
        let batches = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file))?
            .with_limit(rows)
            .with_batch_size(rows)
            .build()?;
        let mut stream = StreamWriter::try_new(Host, &batches.schema())?;
        let mut read = 0;
        for batch in batches {
            let batch = batch?;
            read += i32::try_from(batch.num_rows())?;
            stream.write(&batch)?;
        }
        stream.finish()?;
        Ok(read)
    })
}
