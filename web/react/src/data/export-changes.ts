import type { Api } from '@pgrecall/api-client';
import { queryOf, type ChangeFilter } from '../journal/filter.ts';

/** In which form changes are exported. */
export type ExportFormat = 'csv' | 'jsonl';

/** What is exported, and how. */
export interface ExportOptions {
  filter: ChangeFilter;
  format: ExportFormat;
  signal: AbortSignal;
  /** Told how many bytes have come. */
  progress: (bytes: number) => void;
}

/**
 * Fetches all changes that fit, as a file. The server cuts the connection if it breaks off, so a
 * part is never taken for the whole: then this fails.
 */
export async function exportChanges(
  api: Api,
  target: string,
  options: ExportOptions,
): Promise<Blob> {
  const { filter, format, signal, progress } = options;
  const base = (api.address || location.origin).replace(/\/$/, '');
  const url = new URL(`${base}/v1/targets/${encodeURIComponent(target)}/changes/export`);
  for (const [name, value] of Object.entries({ ...queryOf(filter), format })) {
    url.searchParams.set(name, value);
  }
  const response = await api.send(new Request(url, { signal }));
  let bytes = 0;
  const counted = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        progress((bytes += piece.byteLength));
        controller.enqueue(piece);
      },
    }),
  );
  const type = response.headers.get('content-type') ?? '';
  return new Response(counted ?? null, { headers: { 'content-type': type } }).blob();
}

/** Has the browser save a file. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the file when the click is over; some need a moment.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
