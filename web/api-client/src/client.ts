import createFetchClient from 'openapi-fetch';
import type { FetchOptions, MaybeOptionalInit } from 'openapi-fetch';
import type {
  HttpMethod,
  PathsWithMethod,
  RequiredKeysOf,
  ResponseObjectMap,
} from 'openapi-typescript-helpers';
import type { Authentication } from './authentication.ts';
import { parseJson } from './json.ts';
import { isProblem, ProblemError, problemOf, unreachable, withoutToken } from './problem.ts';
import type { paths } from './schema.ts';

/** Where the API is, and who asks. */
export interface ApiOptions {
  /** The address of the server, without `/v1`; the page's own origin if it is empty. */
  address: string;
  authentication: Authentication;
  /** Another `fetch`, for tests. */
  fetch?: (request: Request) => Promise<Response>;
}

/** The API: every answer is typed, every failure is thrown as a `ProblemError`. */
export interface Api {
  readonly address: string;
  get: Call<'get'>;
  post: Call<'post'>;
  put: Call<'put'>;
  patch: Call<'patch'>;
  delete: Call<'delete'>;
  /** Sends any request with the sign of who asks; for what is not JSON. */
  send(request: Request): Promise<Response>;
}

type Call<M extends HttpMethod> = <P extends PathsWithMethod<paths, M>>(
  path: P,
  ...init: Init<P, M>
) => Promise<Answer<P, M>>;

type Options<P extends keyof paths, M extends HttpMethod> = MaybeOptionalInit<
  paths[P],
  M & keyof paths[P]
>;

type Init<P extends keyof paths, M extends HttpMethod> =
  RequiredKeysOf<Options<P, M>> extends never ? [init?: Options<P, M>] : [init: Options<P, M>];

/** What an operation answers when it succeeds. */
export type Answer<P extends keyof paths, M extends HttpMethod> = Body<
  Success<ResponseObjectMap<paths[P][M & keyof paths[P]]>>
>;

type Success<Responses> = Responses[keyof Responses & (200 | 201 | 202 | 204)];

/** The JSON of an answer; nothing where an answer has none. */
type Body<Response> = Response extends { content: infer Content extends object }
  ? Content[keyof Content]
  : undefined;

/** The API at an address. */
export function createApi(options: ApiOptions): Api {
  const send = sender(options);
  const client = createFetchClient<paths>({ baseUrl: options.address || ownOrigin(), fetch: send });

  const call = async (method: HttpMethod, path: string, init?: object): Promise<unknown> => {
    // The types of a call are checked where it is made; in here, all calls are alike.
    const request = client.request as unknown as AnyRequest;
    const { data } = await request(method, path, { ...init, parseAs: 'text' });
    return data === undefined || data === '' ? undefined : parseAnswer(data);
  };
  const calls = <M extends HttpMethod>(method: M) =>
    ((path: string, init?: object) => call(method, path, init)) as unknown as Call<M>;

  return {
    address: options.address,
    get: calls('get'),
    post: calls('post'),
    put: calls('put'),
    patch: calls('patch'),
    delete: calls('delete'),
    send,
  };
}

type AnyRequest = (
  method: HttpMethod,
  path: string,
  init: FetchOptions<unknown>,
) => Promise<{ data?: string }>;

/** Signs requests, tries once more with a new sign if the server asks who it is, throws problems. */
function sender({ authentication, fetch = (request) => globalThis.fetch(request) }: ApiOptions) {
  const signed = async (request: Request) => {
    const headers = await authentication.headers(request.method).catch((cause: unknown) => {
      throw isProblem(cause) ? cause : withoutToken(cause);
    });
    const copy = new Request(request.clone(), { credentials: authentication.credentials });
    for (const [name, value] of Object.entries(headers)) copy.headers.set(name, value);
    const response = await fetch(copy).catch((error: unknown) => {
      throw request.signal.aborted ? error : unreachable(error);
    });
    return { response, headers };
  };
  return async (request: Request): Promise<Response> => {
    let { response, headers } = await signed(request);
    if (response.status === 401 && authentication.rejected(headers)) {
      await response.body?.cancel();
      ({ response, headers } = await signed(request));
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  };
}

function parseAnswer(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new ProblemError({}, { cause });
  }
}

function ownOrigin(): string {
  return typeof location === 'undefined' ? '' : location.origin;
}
