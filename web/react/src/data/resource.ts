import type { ProblemError } from '@pgrecall/api-client';
import { problemFrom } from './problem-from.ts';
import { Store } from './store.ts';

/** Something that is loaded as a whole. What was loaded stays while it is loaded anew. */
export interface Loaded<T> {
  data: T | undefined;
  error: ProblemError | undefined;
  isLoading: boolean;
}

/** What was loaded is not loaded again for so long, however many components ask. */
const FRESH_MS = 15_000;

/** Something of the API, loaded once for all who watch it. */
export class Resource<T> extends Store<Loaded<T>> {
  readonly #load: (signal: AbortSignal) => Promise<T>;
  #loadedAt = -Infinity;

  constructor(load: (signal: AbortSignal) => Promise<T>) {
    super({ data: undefined, error: undefined, isLoading: true });
    this.#load = load;
  }

  readonly reload = (): void => {
    if (this.signal) void this.#run(this.signal);
  };

  protected override start(signal: AbortSignal): void {
    if (performance.now() - this.#loadedAt > FRESH_MS) void this.#run(signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.set({ isLoading: true });
    try {
      const data = await this.#load(signal);
      if (signal.aborted) return;
      this.#loadedAt = performance.now();
      this.set({ data, error: undefined, isLoading: false });
    } catch (error) {
      if (signal.aborted) return;
      this.set({ error: problemFrom(error), isLoading: false });
    }
  }
}
