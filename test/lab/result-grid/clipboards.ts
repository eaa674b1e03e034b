/** The clipboard of a page over HTTPS, which jsdom lacks: takes a text that comes later. Removed after the test. */
export function withAsyncClipboard(): { readonly isOffered: boolean; text(): Promise<string> } {
  let offered: Promise<Blob> | null = null;
  class Item {
    constructor(readonly kinds: Readonly<Record<string, Promise<Blob>>>) {}
  }
  const write = async ([item]: readonly Item[]) => {
    offered = item!.kinds['text/plain']!;
    await offered;
  };
  define(globalThis, 'ClipboardItem', Item);
  define(navigator, 'clipboard', { write });
  return {
    get isOffered() {
      return offered !== null;
    },
    text: async () => contentOf(await offered!)
  };
}

/** The copy command of a page over plain HTTP; while closed it does nothing, as a browser's does without a key press. */
export function withCopyCommand(): { readonly copied: string[]; isClosed: boolean } {
  const clipboard = { copied: [] as string[], isClosed: false };
  define(document, 'execCommand', () => {
    if (clipboard.isClosed) return false;
    const setData = (_kind: string, text: string) => clipboard.copied.push(text);
    const event = new Event('copy', { bubbles: true, cancelable: true });
    document.body.dispatchEvent(Object.assign(event, { clipboardData: { setData } }));
    return true;
  });
  return clipboard;
}

const defined: (readonly [object, string])[] = [];

function define(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, configurable: true });
  defined.push([owner, name]);
}

afterEach(() => {
  defined.splice(0).forEach(([owner, name]) => Reflect.deleteProperty(owner, name));
});

function contentOf(blob: Blob): Promise<string> {
  return new Promise(resolve => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(String(reader.result)));
    reader.readAsText(blob);
  });
}
