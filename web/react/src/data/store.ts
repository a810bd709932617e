/** A state that components can watch (`useSyncExternalStore`), at work only while somebody does. */
export abstract class Store<S> {
  #state: S;
  readonly #listeners = new Set<() => void>();
  #work: AbortController | undefined;

  protected constructor(initial: S) {
    this.#state = initial;
  }

  readonly getSnapshot = (): S => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#work === undefined) {
      this.#work = new AbortController();
      this.start(this.#work.signal);
    }
    return () => {
      this.#listeners.delete(listener);
      // Not at once: React unsubscribes and subscribes again in strict mode, and between pages.
      setTimeout(() => {
        if (this.#listeners.size === 0) this.#stop();
      }, 0);
    };
  };

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  /** Begins to work, until the signal is aborted. */
  protected abstract start(signal: AbortSignal): void;

  /** The signal of the work under way. */
  protected get signal(): AbortSignal | undefined {
    return this.#work?.signal;
  }

  protected set(part: Partial<S>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }

  #stop(): void {
    this.#work?.abort();
    this.#work = undefined;
  }
}
