/** The folder of `initdb` and `postgres` with PostGIS; installs one when there is none. Throws where none can be had. */
export function ensurePostgis(): { readonly bin: string; readonly majorVersion: number };
