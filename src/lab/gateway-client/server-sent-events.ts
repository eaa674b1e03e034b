export interface ServerSentEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * The events of a `text/event-stream` body, as the HTML standard reads them. EventSource is of no
 * use here: it cannot send Jupyter's token header.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let name = '';
  let data: string[] = [];
  for await (const line of lines(body)) {
    if (line === '') {
      if (data.length > 0) {
        yield { name: name || 'message', data: data.join('\n') };
      }
      name = '';
      data = [];
      continue;
    }
    const [field, value] = fieldOf(line);
    if (field === 'event') {
      name = value;
    } else if (field === 'data') {
      data.push(value);
    }
  }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon < 0) {
    return [line, ''];
  }
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      const parts = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        yield part.endsWith('\r') ? part.slice(0, -1) : part;
      }
    }
  } finally {
    // Fails when the stream is already in error, which the caller has heard by then.
    await reader.cancel().catch(() => undefined);
  }
}
