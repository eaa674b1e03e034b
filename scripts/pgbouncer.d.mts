/** A PgBouncer that answers `--version`; installs one when there is none. Throws where none can be had. */
export function ensurePgBouncer(): string;
