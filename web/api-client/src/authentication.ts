/** How requests show who sends them. */
export interface Authentication {
  /** Whether the browser sends its cookies. */
  readonly credentials: RequestCredentials;
  /** The headers that a request of this method needs. */
  headers(method: string): Promise<Readonly<Record<string, string>>>;
  /** Told when the server did not know these headers; true if new ones may help. */
  rejected(headers: Readonly<Record<string, string>>): boolean;
}

/** A token as the back end of a page hands it out. */
export interface ViewerToken {
  token: string;
  /** Until when it holds: a time in ISO 8601; unknown without it. */
  expiresAt?: string | undefined;
}

/** Gets a token: a new one whenever it is asked. */
export type GetToken = () => Promise<string | ViewerToken>;

/** For pages of the server itself: the session's cookie, and its CSRF token where something is changed. */
export function withSession(csrfToken: () => string | undefined): Authentication {
  return {
    credentials: 'same-origin',
    headers: (method) => {
      const token = method === 'GET' || method === 'HEAD' ? undefined : csrfToken();
      return Promise.resolve(token === undefined ? {} : { 'X-CSRF-Token': token });
    },
    rejected: () => false,
  };
}

/** How long before its end a token is exchanged for a new one. */
const EARLY_MS = 60_000;
/** How long a new token is used at least: the clock of the browser may be wrong. */
const USED_MS = 10_000;

/**
 * For everybody else: a token, or a function that gets one. The function is asked when a token is
 * needed first, a minute before it ends, and when the server knows it no more; once for all
 * requests that wait for it.
 */
export function withToken(source: string | GetToken, now: () => number = Date.now): Authentication {
  if (typeof source === 'string') return withConstantToken(source);
  const getToken = source;
  let held: Promise<Held> | undefined;
  let inHand: string | undefined;

  function renew(): Promise<Held> {
    const mine = getToken().then((got) => heldOf(got, now()));
    held = mine;
    mine.then(
      (found) => (inHand = found.token),
      () => {
        if (held === mine) held = undefined;
      },
    );
    return mine;
  }

  async function current(): Promise<string> {
    const mine = held ?? renew();
    const found = await mine;
    if (now() < found.renewAt) return found.token;
    return (await (held === mine || held === undefined ? renew() : held)).token;
  }

  return {
    credentials: 'omit',
    headers: async () => authorization(await current()),
    rejected: (headers) => {
      // Another request may have got a new one meanwhile: that one is not thrown away.
      if (headers.Authorization === `Bearer ${inHand}`) held = undefined;
      return true;
    },
  };
}

function withConstantToken(token: string): Authentication {
  return {
    credentials: 'omit',
    headers: () => Promise.resolve(authorization(token)),
    rejected: () => false,
  };
}

function authorization(token: string) {
  return { Authorization: `Bearer ${token}` };
}

interface Held {
  token: string;
  renewAt: number;
}

function heldOf(got: string | ViewerToken, now: number): Held {
  if (typeof got === 'string') return { token: got, renewAt: Infinity };
  const ends = got.expiresAt === undefined ? NaN : Date.parse(got.expiresAt);
  if (Number.isNaN(ends)) return { token: got.token, renewAt: Infinity };
  // A token that lives for less than two minutes is exchanged at half of its life.
  const renewAt = Math.max(ends - EARLY_MS, now + (ends - now) / 2);
  return { token: got.token, renewAt: Math.max(renewAt, now + USED_MS) };
}
