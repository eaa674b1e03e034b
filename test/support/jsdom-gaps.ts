import vm from 'node:vm';

/**
 * What browsers have and jsdom lacks. Fetch and the types it exchanges come from Node's own realm
 * together: a buffer of one realm is no Uint8Array to the other.
 */
const FROM_NODE = [
  'fetch',
  'Request',
  'Response',
  'Headers',
  'AbortController',
  'AbortSignal',
  'ReadableStream',
  'TextDecoder',
  'TextEncoder',
  'ArrayBuffer',
  'SharedArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float32Array',
  'Float64Array',
  'structuredClone'
];
for (const name of FROM_NODE) {
  define(name, vm.runInThisContext(name));
}

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return [];
  }
}
define('IntersectionObserver', NoObserver);
define('ResizeObserver', NoObserver);

// jsdom knows neither drags nor pointers; a mouse event carries the fields these tests read.
define('DragEvent', class DragEvent extends MouseEvent {});
define('PointerEvent', class PointerEvent extends MouseEvent {});

define('matchMedia', (media: string) => ({
  media,
  matches: false,
  addListener: () => undefined,
  removeListener: () => undefined,
  addEventListener: () => undefined,
  removeEventListener: () => undefined
}));

define('requestIdleCallback', (run: () => void) => setTimeout(run));
define('cancelIdleCallback', clearTimeout);

// No layout, so nothing has a place or a size.
Range.prototype.getClientRects = () => Object.assign([], { item: () => null });
Range.prototype.getBoundingClientRect = () => new DOMRect();
Element.prototype.scrollIntoView = () => undefined;
HTMLCanvasElement.prototype.getContext = () => null;

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
