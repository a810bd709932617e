import { createApi, withToken, type Api, type GetToken } from '@pgrecall/api-client';
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useState,
  type Context,
  type ReactNode,
} from 'react';
import { Resource } from './data/resource.ts';
import type { Messages } from './messages/messages.ts';

/** What all hooks and components below the provider share. */
export interface PgRecall {
  api: Api;
  target: string;
  locale: string | undefined;
  timeZone: string | undefined;
  theme: Theme | undefined;
  messages: Partial<Messages> | undefined;
  /** What is loaded under a name, once for all components that ask for it. */
  resource: <T>(name: string, load: (signal: AbortSignal) => Promise<T>) => Resource<T>;
}

/** Light or dark; without it, what `data-theme` of an ancestor or the system says. */
export type Theme = 'light' | 'dark';

/** Where the API is, who asks, and how things are written. */
export type PgRecallProviderProps = (AddressAndToken | WithApi) & {
  /** The database to show, by its name at the server. */
  target: string;
  /** How dates and numbers are written: `en`, `de-AT`; the browser's language without it. */
  locale?: string | undefined;
  /** The time zone, such as `Europe/Vienna`; the browser's without it. */
  timeZone?: string | undefined;
  theme?: Theme | undefined;
  /** Other texts than those that come with it. */
  messages?: Partial<Messages> | undefined;
  children?: ReactNode;
};

interface AddressAndToken {
  /** The address of the pgRecall server. */
  address: string;
  /** A viewer token, or a function that gets one; it is asked again before the token ends. */
  token: string | GetToken;
}

interface WithApi {
  /** A client of one's own, for other kinds of access. It must stay the same one. */
  api: Api;
}

const SharedContext: Context<PgRecall | undefined> = createContext<PgRecall | undefined>(undefined);

/**
 * Gives hooks and components their server. What was loaded for one user is kept until the provider
 * goes: where another user may sign in without a new page, give it `key={user.id}`.
 */
export function PgRecallProvider(props: PgRecallProviderProps) {
  const { target, locale, timeZone, theme, messages, children } = props;
  const api = useApi(props);
  // All that was loaded belongs to the server, the target and the token with which it was loaded.
  const resource = useMemo(() => keepResources(api, target), [api, target]);
  const shared = useMemo(
    () => ({ api, target, locale, timeZone, theme, messages, resource }),
    [api, target, locale, timeZone, theme, messages, resource],
  );
  return <SharedContext.Provider value={shared}>{children}</SharedContext.Provider>;
}

/** What the provider around gives. */
export function usePgRecall(): PgRecall {
  const shared = useContext(SharedContext);
  if (shared === undefined) {
    throw new Error('put a <PgRecallProvider> around what uses pgRecall');
  }
  return shared;
}

function useApi(props: AddressAndToken | WithApi): Api {
  const given = 'api' in props ? props.api : undefined;
  const address = 'api' in props ? '' : props.address;
  const token = 'api' in props ? '' : props.token;

  // A function written in place is another one each time; only the latest is asked, and the
  // client and all that was loaded stay.
  const [latest] = useState(() => latestOf(token));
  useEffect(() => {
    latest.set(token);
  }, [latest, token]);

  const constant = typeof token === 'string' ? token : undefined;
  return useMemo(
    () => given ?? createApi({ address, authentication: withToken(constant ?? latest.get) }),
    [given, address, constant, latest],
  );
}

function latestOf(first: string | GetToken): { get: GetToken; set: (token: typeof first) => void } {
  let latest = first;
  return {
    get: () => (typeof latest === 'string' ? Promise.resolve(latest) : latest()),
    set: (token) => {
      latest = token;
    },
  };
}

/** How many things are kept that nobody watches. */
const MOST_KEPT = 50;

function keepResources(api: Api, target: string): PgRecall['resource'] {
  const kept = new Map<string, Resource<unknown>>();
  return <T,>(name: string, load: (signal: AbortSignal) => Promise<T>) => {
    const fullName = `${api.address} ${target} ${name}`;
    const known = kept.get(fullName);
    // Whoever asks under a name loads the same under it.
    if (known) return known as unknown as Resource<T>;
    const unwatched = [...kept].filter(([, resource]) => !resource.isWatched);
    for (const [old] of unwatched.slice(0, -MOST_KEPT)) kept.delete(old);
    const made = new Resource(load);
    kept.set(fullName, made);
    return made;
  };
}
