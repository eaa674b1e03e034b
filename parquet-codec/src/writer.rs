//! One row group, written as a complete Parquet file.

use std::error::Error;
use std::ptr;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::host::{Host, or_told, take};

pub struct RowGroup {
    writer: ArrowWriter<Host>,
    rows: i32,
}

/// Begins a row group with the columns of the Arrow IPC stream `schema`. `properties` has the codec's number in parquet.thrift,
/// and two bytes a column: whether there is a dictionary, and the encoding's number there, or 255 for what the library does
/// by itself. Gives null after a failure.
///
/// # Safety
/// Both must come from `allocate` with their lengths, and are freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open_row_group(
    schema: *mut u128,
    schema_length: usize,
    properties: *mut u128,
    properties_length: usize,
) -> *mut RowGroup {
    let schema = unsafe { take(schema, schema_length) };
    let properties = unsafe { take(properties, properties_length) };
    or_told(ptr::null_mut(), || {
        let schema = each_batch(schema, |_| Ok(()))?;
        let properties = writer_properties(&schema, &properties)?;
        let writer = ArrowWriter::try_new(Host, schema, Some(properties))?;
        Ok(Box::into_raw(Box::new(RowGroup { writer, rows: 0 })))
    })
}

/// Encodes the batches of an Arrow IPC stream. Gives the rows so far, or -1 after a failure.
///
/// # Safety
/// `row_group` must be open; `stream` must come from `allocate` with its length, and is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn add_batches(row_group: *mut RowGroup, stream: *mut u128, length: usize) -> i32 {
    let stream = unsafe { take(stream, length) };
    let RowGroup { writer, rows } = unsafe { &mut *row_group };
    or_told(-1, || {
        each_batch(stream, |batch| {
            *rows += i32::try_from(batch.num_rows())?;
            Ok(writer.write(&batch)?)
        })?;
        Ok(*rows)
    })
}

/// Bytes that the encoded row group takes at most, without the footer.
///
/// # Safety
/// `row_group` must be open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn estimated_length(row_group: *const RowGroup) -> usize {
    unsafe { &*row_group }.writer.in_progress_size()
}

/// Writes the file to the host and closes the row group. Gives its rows, or -1 after a failure.
///
/// # Safety
/// `row_group` must be open, and is closed in either case.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn finish_row_group(row_group: *mut RowGroup) -> i32 {
    let RowGroup { writer, .. } = *unsafe { Box::from_raw(row_group) };
    or_told(-1, || Ok(i32::try_from(writer.close()?.file_metadata().num_rows())?))
}

/// Closes a row group of which nothing is to be written.
///
/// # Safety
/// `row_group` must be open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn abandon_row_group(row_group: *mut RowGroup) {
    drop(unsafe { Box::from_raw(row_group) });
}

fn each_batch(
    mut stream: Buffer,
    mut take: impl FnMut(RecordBatch) -> Result<(), Box<dyn Error>>,
) -> Result<SchemaRef, Box<dyn Error>> {
    let mut decoder = StreamDecoder::new();
    while let Some(batch) = decoder.decode(&mut stream)? {
        take(batch)?;
    }
    decoder.finish()?;
    decoder
        .schema()
        .ok_or_else(|| "an Arrow IPC stream without a schema".into())
}

fn writer_properties(schema: &SchemaRef, properties: &[u8]) -> Result<WriterProperties, Box<dyn Error>> {
    let [codec, columns @ ..] = properties else {
        return Err("no properties".into());
    };
    let compression = match codec {
        0 => Compression::UNCOMPRESSED,
        1 => Compression::SNAPPY,
        6 => Compression::ZSTD(ZstdLevel::default()),
        _ => return Err(format!("no codec has number {codec}").into()),
    };
    let mut builder = WriterProperties::builder()
        .set_compression(compression)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_dictionary_enabled(compression != Compression::UNCOMPRESSED)
        // Row groups are cut by whoever sends the batches.
        .set_max_row_group_row_count(None);
    for (field, column) in schema.fields().iter().zip(columns.chunks_exact(2)) {
        if let Some(encoding) = encoding(column[1])? {
            let path = ColumnPath::from(field.name().as_str());
            builder = builder
                .set_column_dictionary_enabled(path.clone(), column[0] == 1)
                .set_column_encoding(path, encoding);
        }
    }
    Ok(builder.build())
}

fn encoding(number: u8) -> Result<Option<Encoding>, Box<dyn Error>> {
    match number {
        0 => Ok(Some(Encoding::PLAIN)),
        5 => Ok(Some(Encoding::DELTA_BINARY_PACKED)),
        6 => Ok(Some(Encoding::DELTA_LENGTH_BYTE_ARRAY)),
        9 => Ok(Some(Encoding::BYTE_STREAM_SPLIT)),
        255 => Ok(None),
        _ => Err(format!("no encoding has number {number}").into()),
    }
}
