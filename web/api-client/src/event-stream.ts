/** A server-sent event. `id` is that of the last event that had one. */
export interface ServerEvent {
  event: string;
  data: string;
  id: string;
}

/**
 * The events of a `text/event-stream`, as the HTML standard reads it (section 9.2.6). `EventSource`
 * reads it too, and cannot send who asks. `heard` is told of every piece, comments included.
 */
export async function* eventsOf(
  response: Response,
  heard: () => void,
): AsyncGenerator<ServerEvent, void, undefined> {
  let block = emptyBlock('');
  for await (const line of linesOf(response, heard)) {
    if (line !== '') {
      take(line, block);
      continue;
    }
    if (block.data.length > 0) {
      yield { event: block.event, data: block.data.join('\n'), id: block.id };
    }
    block = emptyBlock(block.id);
  }
  // What is not ended by an empty line is half an event, and is dropped.
}

interface Block {
  event: string;
  data: string[];
  id: string;
}

function emptyBlock(id: string): Block {
  return { event: 'message', data: [], id };
}

function take(line: string, block: Block): void {
  const colon = line.indexOf(':');
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'data') block.data.push(value);
  else if (field === 'event') block.event = value;
  else if (field === 'id' && !value.includes('\0')) block.id = value;
}

async function* linesOf(
  response: Response,
  heard: () => void,
): AsyncGenerator<string, void, undefined> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the end may be the first half of a line end.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
