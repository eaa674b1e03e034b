/** Compression of a file, and with it how new the readers are that the file asks for; see docs/export.md. */
export type Compression = 'zstd' | 'snappy' | 'uncompressed';

/** What an encoder makes of the batches of one row group: a whole Parquet file, or a stretch of a CSV file, without its header. */
export type Encoding =
  | { readonly kind: 'parquet'; readonly compression: Compression }
  | {
      readonly kind: 'csv';
      /** Each stretch is then a gzip member of its own; members that follow each other are one gzip file. */
      readonly gzip: boolean;
    };

/** What an encoder thread is told. Row groups of several files may be open in one thread at a time. */
export type EncoderRequest =
  | {
      readonly kind: 'open';
      readonly rowGroup: number;
      /** An Arrow IPC stream without batches. */
      readonly schema: Uint8Array;
      readonly encoding: Encoding;
    }
  | {
      readonly kind: 'batch';
      readonly rowGroup: number;
      /** An Arrow IPC stream of one batch; its buffer is transferred, and comes back with `taken`. */
      readonly stream: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'finish'; readonly rowGroup: number }
  | { readonly kind: 'abandon'; readonly rowGroup: number };

/** What an encoder thread says. After `encoded` and `failed` it has forgotten the row group. */
export type EncoderReply =
  | { readonly kind: 'taken'; readonly buffer: ArrayBuffer }
  | {
      readonly kind: 'encoded';
      readonly rowGroup: number;
      /** What the encoding says; its buffer is transferred. */
      readonly encoded: Uint8Array<ArrayBuffer>;
      readonly rows: number;
      /** Of the thread's WebAssembly; it never shrinks. */
      readonly memoryBytes: number;
    }
  | { readonly kind: 'failed'; readonly rowGroup: number; readonly reason: string };
