/** Bundles the gateway into `outdir`: `main.js`, `row-group-worker.js` and the WebAssembly it loads. */
export function buildGateway(outdir: string): Promise<void>;
