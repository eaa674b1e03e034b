import { MimeModel } from '@jupyterlab/rendermime';
import { type JSONObject, type ReadonlyPartialJSONObject } from '@lumino/coreutils';

export const VEGA_LITE = 'application/vnd.vegalite.v5+json';

/** What Lab's own renderer draws, without the menu that leads to an editor outside. */
export function vegaModel(spec: Readonly<Record<string, unknown>>): MimeModel {
  // Only what JSON holds: fields that are undefined go.
  const data: JSONObject = JSON.parse(JSON.stringify({ [VEGA_LITE]: spec }));
  const metadata: ReadonlyPartialJSONObject = { [VEGA_LITE]: { embed_options: { actions: false } } };
  return new MimeModel({ data, metadata, trusted: true });
}
