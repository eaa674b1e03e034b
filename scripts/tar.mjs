/**
 * A tar archive in POSIX ustar format (pax(1), "ustar Interchange Format"): sorted by name, owned by root, of no date.
 */
const BLOCK_BYTES = 512;
const LONGEST_NAME = 100;

/** Gives the archive of files `{ name, mode, bytes }`; the same files give the same bytes. */
export function tar(files) {
  const sorted = [...files].sort((one, other) => (one.name < other.name ? -1 : 1));
  const blocks = sorted.flatMap(file => [header(file), file.bytes, padding(file.bytes.length)]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function header({ name, mode, bytes }) {
  if (Buffer.byteLength(name) > LONGEST_NAME) {
    throw new Error(`The name ${name} is too long for a ustar header.`);
  }
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0);
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(bytes.length, 12), 124);
  block.write(octal(0, 12), 136);
  // The checksum is taken with blanks in its own place.
  block.fill(' ', 148, 156);
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  block.write('root', 265);
  block.write('root', 297);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function octal(number, width) {
  return `${number.toString(8).padStart(width - 1, '0')}\0`;
}

function padding(length) {
  return Buffer.alloc((BLOCK_BYTES - (length % BLOCK_BYTES)) % BLOCK_BYTES);
}
