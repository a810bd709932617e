import { followChanges, isProblem } from '@pgrecall/api-client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer, useRef } from 'react';

import { api } from '../../app/api.ts';
import { isSignedOut, queryClient, sessionKey } from '../../app/queries.ts';
import { catchUp } from './changes.ts';
import { cannotFollow, fits, liveFilter } from './fit.ts';
import { readQuery } from './query.ts';
import { nothingArrived, receive, release, type Arrived, type Change } from './stream.ts';

/** How far the live connection is. `off`: the search cannot be followed. */
export type LiveState = 'off' | 'connecting' | 'live' | 'interrupted' | 'failed';

interface State {
  search: string;
  arrived: Arrived;
  live: LiveState;
}

type Told =
  | { kind: 'begin'; search: string; live: LiveState }
  | { kind: 'changes'; search: string; changes: readonly Change[]; isHolding: boolean }
  | { kind: 'connection'; search: string; live: LiveState }
  | { kind: 'release' };

function after(state: State, told: Told): State {
  if (told.kind === 'release') return { ...state, arrived: release(state.arrived) };
  if (told.kind === 'begin') {
    return { search: told.search, live: told.live, arrived: nothingArrived };
  }
  // What a connection tells that was given up belongs to another search.
  if (told.search !== state.search) return state;
  if (told.kind === 'connection') return { ...state, live: told.live };
  return { ...state, arrived: receive(state.arrived, told.changes, told.isHolding) };
}

/** New changes are shown together, so that a busy table does not draw the page a hundred times. */
const togetherMs = 80;

interface Way {
  /** While this holds, changes are counted and not shown. */
  isHolding: boolean;
  /** Until then nothing is followed: what is looked for comes first. */
  isReady: boolean;
}

/** The changes that are made while a search is looked at. */
export function useLive(target: string, q: string, { isHolding, isReady }: Way) {
  const client = useQueryClient();
  const search = `${target} ${q}`;
  const { terms } = useMemo(() => readQuery(q), [q]);
  const [state, tell] = useReducer(after, { search, arrived: nothingArrived, live: 'connecting' });
  const holding = useRef(isHolding);
  useEffect(() => {
    holding.current = isHolding;
  }, [isHolding]);

  useEffect(() => {
    if (cannotFollow(terms)) {
      tell({ kind: 'begin', search, live: 'off' });
      return;
    }
    tell({ kind: 'begin', search, live: 'connecting' });
    if (!isReady) return;
    const giveUp = new AbortController();
    const basket = gather((changes) => {
      tell({ kind: 'changes', search, changes, isHolding: holding.current });
    });
    const connection = {
      wanted: (change: Change) => fits(change, terms),
      filter: liveFilter(terms),
      arrive: (changes: readonly Change[]) => {
        if (!giveUp.signal.aborted) basket.put(changes);
      },
      report: (live: LiveState) => {
        if (!giveUp.signal.aborted) tell({ kind: 'connection', search, live });
      },
      catchUp: () => catchUp(client, { target, q }),
    };
    void follow(target, connection, giveUp.signal);
    return () => {
      giveUp.abort();
      basket.drop();
    };
  }, [client, target, q, search, terms, isReady]);

  const isCurrent = state.search === search;
  const live: LiveState = isCurrent ? state.live : 'connecting';
  return {
    arrived: isCurrent ? state.arrived : nothingArrived,
    live,
    release: () => tell({ kind: 'release' }),
  };
}

interface Connection {
  wanted: (change: Change) => boolean;
  filter: { actor?: string; op?: string };
  arrive: (changes: readonly Change[]) => void;
  report: (live: LiveState) => void;
  catchUp: () => Promise<readonly Change[]>;
}

async function follow(target: string, connection: Connection, signal: AbortSignal): Promise<void> {
  let isNew = true;
  while (!signal.aborted) {
    try {
      for await (const event of followChanges(api, target, { ...connection.filter, signal })) {
        if (event.kind === 'change' && connection.wanted(event.change)) {
          connection.arrive([event.change]);
        }
        if (event.kind === 'connected') connection.report('live');
        if (event.kind === 'interrupted') connection.report('interrupted');
        // The first tick says from where on everything is told; what came before is fetched.
        if (event.kind === 'tick' && isNew) {
          isNew = false;
          connection.arrive(await connection.catchUp());
        }
      }
    } catch (error) {
      // A page that slept for days begins anew; anything else will not change by itself.
      const isGone = isProblem(error) && error.code === 'live/position-gone';
      isNew = true;
      if (!isGone) {
        connection.report('failed');
        // The shell notices, and asks to sign in.
        if (isSignedOut(error)) void queryClient.invalidateQueries({ queryKey: sessionKey });
        return;
      }
    }
  }
}

function gather(hand: (changes: readonly Change[]) => void) {
  let together: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    put: (changes: readonly Change[]) => {
      if (changes.length === 0) return;
      together.push(...changes);
      timer ??= setTimeout(() => {
        timer = undefined;
        hand(together);
        together = [];
      }, togetherMs);
    },
    drop: () => clearTimeout(timer),
  };
}
