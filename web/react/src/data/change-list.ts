import { followChanges, type Api, type ProblemError } from '@pgrecall/api-client';
import type { Change } from '../journal/change.ts';
import { fits, liveQueryOf, queryOf, type ChangeFilter } from '../journal/filter.ts';
import { problemFrom } from './problem-from.ts';
import { Store } from './store.ts';

/** Which changes, and how they are fetched. */
export interface ListedChanges extends ChangeFilter {
  realtime: boolean;
  pageSize: number;
}

/** How far the live connection is: `failed` is not tried again. */
export type LiveState = 'off' | 'connecting' | 'live' | 'interrupted' | 'failed';

/** A list of changes, newest first. */
export interface ChangeListState {
  changes: readonly Change[];
  isLoading: boolean;
  isLoadingMore: boolean;
  hasMore: boolean;
  error: ProblemError | undefined;
  live: LiveState;
  liveError: ProblemError | undefined;
  isPaused: boolean;
  /** How many came while the list was paused. */
  waiting: number;
  /** The changes that came last while somebody looked. */
  fresh: ReadonlySet<number>;
}

/** New changes are shown together, so that a busy table does not draw the page a hundred times. */
const TOGETHER_MS = 60;
/** So many are held for a paused list or a page that stays open for days; then it begins anew. */
const MOST_HELD = 5_000;

const initial: ChangeListState = {
  changes: [],
  isLoading: true,
  isLoadingMore: false,
  hasMore: false,
  error: undefined,
  live: 'off',
  liveError: undefined,
  isPaused: false,
  waiting: 0,
  fresh: new Set(),
};

/** Changes in pages, with those that are made meanwhile put in front; none is shown twice. */
export class ChangeList extends Store<ChangeListState> {
  readonly #api: Api;
  readonly #target: string;
  readonly #wanted: ListedChanges;
  #next: string | undefined;
  /** What is asked for since the list was begun last; beginning anew ends it. */
  #round = new AbortController();
  #first: Promise<void> = Promise.resolve();
  #arrived: Change[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, target: string, wanted: ListedChanges) {
    super(initial);
    this.#api = api;
    this.#target = target;
    this.#wanted = wanted;
  }

  readonly reload = (): void => {
    if (this.signal) void this.#loadFirst(this.signal);
  };

  readonly loadMore = (): void => {
    const { isLoading, isLoadingMore, hasMore } = this.getSnapshot();
    if (hasMore && !isLoading && !isLoadingMore) void this.#loadNext(this.#round.signal);
  };

  readonly pause = (): void => {
    this.set({ isPaused: true });
  };

  readonly resume = (): void => {
    this.set({ isPaused: false, waiting: 0 });
    if (this.#arrived.length > MOST_HELD) this.reload();
    else this.#showArrived();
  };

  protected override start(signal: AbortSignal): void {
    void this.#loadFirst(signal);
    if (this.#wanted.realtime && this.#wanted.until === undefined) void this.#follow(signal);
    signal.addEventListener('abort', () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    });
  }

  #loadFirst(outer: AbortSignal): Promise<void> {
    this.#round.abort();
    this.#round = new AbortController();
    const signal = AbortSignal.any([outer, this.#round.signal]);
    this.set({ isLoading: true, isLoadingMore: false, error: undefined });
    this.#first = this.#attempt(signal, async () => {
      const page = await this.#page(signal, undefined);
      this.#begin(page);
    });
    return this.#first;
  }

  async #loadNext(signal: AbortSignal): Promise<void> {
    this.set({ isLoadingMore: true, error: undefined });
    await this.#attempt(signal, async () => {
      const page = await this.#page(signal, this.#next);
      this.#next = page.next;
      const changes = merged(this.getSnapshot().changes, page.changes);
      this.set({ changes, hasMore: page.next !== undefined });
    });
  }

  async #attempt(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!signal.aborted) this.set({ error: problemFrom(error) });
    }
    if (!signal.aborted) this.set({ isLoading: false, isLoadingMore: false });
  }

  async #page(signal: AbortSignal, cursor: string | undefined) {
    const page = await this.#api.get('/v1/targets/{target}/changes', {
      params: {
        path: { target: this.#target },
        query: {
          ...queryOf(this.#wanted),
          limit: this.#wanted.pageSize,
          ...(cursor === undefined ? {} : { cursor }),
        },
      },
      signal,
    });
    signal.throwIfAborted();
    return { changes: page.changes, next: page.next ?? undefined };
  }

  /** Shows a first page; what came in the meantime stays. */
  #begin(page: { changes: readonly Change[]; next: string | undefined }): void {
    this.#next = page.next;
    const arrived = this.#arrived.splice(0);
    this.set({
      changes: merged(page.changes, arrived),
      hasMore: page.next !== undefined,
      isLoading: false,
      waiting: 0,
    });
  }

  async #follow(signal: AbortSignal): Promise<void> {
    this.set({ live: 'connecting', liveError: undefined });
    let after: string | undefined;
    for (;;) {
      try {
        await this.#followFrom(after, signal, (position) => (after = position));
        return;
      } catch (error) {
        if (signal.aborted) return;
        const problem = problemFrom(error);
        if (problem.code !== 'live/position-gone' || after === undefined) {
          this.set({ live: 'failed', liveError: problem });
          return;
        }
        // The page slept for longer than positions are kept: it begins anew.
        after = undefined;
      }
    }
  }

  async #followFrom(
    after: string | undefined,
    signal: AbortSignal,
    reached: (position: string) => void,
  ): Promise<void> {
    const query = { ...liveQueryOf(this.#wanted), after, signal };
    let position = after;
    for await (const event of followChanges(this.#api, this.#target, query)) {
      if ('position' in event) reached((position = event.position));
      if (event.kind === 'change') this.#arrive(event.change);
      if (event.kind === 'interrupted') this.set({ live: event.kind, liveError: event.problem });
      if (event.kind === 'connected') {
        this.set({ live: 'live', liveError: undefined });
        // What was committed between the first page and the connection is told by neither.
        if (position === undefined) await this.#catchUp(signal);
      }
    }
  }

  async #catchUp(outer: AbortSignal): Promise<void> {
    await this.#first;
    const signal = AbortSignal.any([outer, this.#round.signal]);
    await this.#attempt(signal, async () => {
      const page = await this.#page(signal, undefined);
      const known = new Set(this.getSnapshot().changes.map((change) => change.id));
      const isJoined = page.next === undefined || page.changes.some(({ id }) => known.has(id));
      if (!isJoined) this.#begin(page);
      else page.changes.filter(({ id }) => !known.has(id)).forEach((one) => this.#arrive(one));
    });
  }

  #arrive(change: Change): void {
    if (!fits(change, this.#wanted) || this.#arrived.length > MOST_HELD) return;
    this.#arrived.push(change);
    // Not begun anew with each change: on a busy table it would never come to an end.
    this.#timer ??= setTimeout(() => this.#showArrived(), TOGETHER_MS);
  }

  #showArrived(): void {
    this.#timer = undefined;
    const { isPaused, changes, isLoading } = this.getSnapshot();
    if (isPaused) {
      const known = new Set(changes.map((change) => change.id));
      const waiting = new Set(this.#arrived.map(({ id }) => id).filter((id) => !known.has(id)));
      this.set({ waiting: waiting.size });
    } else if (!isLoading) {
      const fresh = new Set(this.#arrived.map(({ id }) => id));
      const together = merged(changes, this.#arrived.splice(0));
      if (together.length > MOST_HELD && changes.length <= MOST_HELD) this.reload();
      else this.set({ changes: together, waiting: 0, fresh });
    }
  }
}

/** Both lists in one, newest first, each change once. */
function merged(ones: readonly Change[], others: readonly Change[]): readonly Change[] {
  if (others.length === 0) return ones;
  const byId = new Map([...ones, ...others].map((change) => [change.id, change]));
  return [...byId.values()].sort((one, other) => other.id - one.id);
}
