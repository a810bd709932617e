import type { components } from './schema.ts';
import { parseJson } from './json.ts';

/** What stands in the way of an undo. */
export type Conflict = components['schemas']['Conflict'];

type Details = components['schemas']['Problem'];

/** Why a request was not done: the problem details of RFC 9457, with pgRecall's code and hint. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** The stable code of the kind of failure, such as `undo/conflict`. */
  readonly code: string;
  /** What is wrong, in short. */
  readonly title: string;
  /** What lies behind it. */
  readonly detail: string | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** The HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** What stands in the way of an undo. */
  readonly conflicts: readonly Conflict[];
  /** The number of the request, for whoever reads the server's log. */
  readonly request: string | undefined;

  constructor(details: Partial<Details>, around: { request?: string; cause?: unknown } = {}) {
    const title = details.title ?? 'the server gave an answer that is not understood';
    super(title, { cause: around.cause });
    this.title = title;
    this.code = details.code ?? 'api/unexpected';
    this.detail = details.detail ?? undefined;
    this.hint = details.hint ?? undefined;
    this.status = details.status ?? 0;
    this.conflicts = details.conflicts ?? [];
    this.request = around.request;
  }
}

/** Whether something that was caught says why a request was not done. */
export function isProblem(error: unknown): error is ProblemError {
  return error instanceof ProblemError;
}

/** What an answer that is no success says; also when a proxy wrote it, and not pgRecall. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const request = response.headers.get('x-request-id');
  const around = request === null ? {} : { request };
  const text = await response.text().catch(() => '');
  if (/[/+]json\b/.test(response.headers.get('content-type') ?? '')) {
    const details = parseDetails(text);
    if (details !== undefined)
      return new ProblemError({ ...details, status: response.status }, around);
  }
  const code = `http/${response.status}`;
  const title = `the server answered ${response.status} ${response.statusText}`.trimEnd();
  return new ProblemError({ status: response.status, code, title }, around);
}

/** What is said when there was no answer at all. */
export function unreachable(cause: unknown): ProblemError {
  const details = {
    status: 0,
    code: 'client/unreachable',
    title: 'the pgRecall server cannot be reached',
    hint: 'check the connection, the address, and that `allowed_origins` of the server has this page',
  };
  return new ProblemError(details, { cause });
}

/** What is said when the page could not get a token. */
export function withoutToken(cause: unknown): ProblemError {
  const details = {
    status: 0,
    code: 'client/no-token',
    title: 'this page did not get a token for pgRecall',
    hint: 'try again; if it stays, whoever runs this page has to look after its token end point',
  };
  return new ProblemError(details, { cause });
}

function parseDetails(text: string): Partial<Details> | undefined {
  try {
    const details = parseJson(text);
    return typeof details === 'object' && details !== null ? details : undefined;
  } catch {
    return undefined;
  }
}
