/** What the tests use of parquetjs-lite, which has no types of its own. */
declare module 'parquetjs-lite' {
  class ParquetReader {
    static openBuffer(buffer: Buffer): Promise<ParquetReader>;
    getCursor(columns: readonly (readonly string[])[]): {
      /** The next row without its NULLs, or null after the last. */
      next(): Promise<Record<string, unknown> & { sorted: bigint | number }>;
    };
  }
}
