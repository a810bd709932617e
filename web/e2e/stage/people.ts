// The users of the tests. Each sets a password with the link that the command line printed, and
// those who approve or apply have a second factor, whose secret the tests keep.

import { code, stepNow } from './totp.js';
import type { Service } from './service.js';

export const PASSWORD = 'correct horse battery';

/** Who there is, and with which roles: role, then where it holds. */
export const ROLES = {
  ada: ['administrator'],
  olga: ['operator'],
  oscar: ['operator'],
  paul: ['approver'],
  audrey: ['auditor'],
  vera: ['viewer', '--on', 'events', '--tenant', 'northwind-events'],
} as const;

export type Name = keyof typeof ROLES;

/** Those with a second factor. */
const CAREFUL: readonly Name[] = ['ada', 'olga', 'oscar', 'paul'];

export interface Person {
  name: Name;
  /** The secret of the second factor. */
  secret?: string;
  /** The step of the last code that the server has seen. */
  step?: number;
  /** The value of the session's cookie. */
  cookie: string;
}

export async function invite(service: Service): Promise<Record<Name, Person>> {
  const people: Partial<Record<Name, Person>> = {};
  for (const name of Object.keys(ROLES) as Name[]) {
    people[name] = await enrol(service, name);
  }
  return people as Record<Name, Person>;
}

async function enrol(service: Service, name: Name): Promise<Person> {
  const [role, ...where] = ROLES[name];
  const printed = service.command('user', 'add', name, '--role', role, ...where);
  const invitation = /invitation=(\S+)/.exec(printed)?.[1];
  if (invitation === undefined) throw new Error(`no link for ${name} in: ${printed}`);
  await post(service, '/v1/invitations', { invitation, password: PASSWORD });
  const session = await signIn(service, name);
  if (!CAREFUL.includes(name)) return { name, cookie: session.cookie };
  const begun = await post(service, '/v1/me/second-factor', undefined, session);
  const secret = String(begun.secret);
  // The session goes on with another cookie, and has shown the factor.
  const step = stepNow();
  const shown = { code: code(secret, step) };
  const confirmed = await send(service, '/v1/me/second-factor/confirm', shown, session);
  return { name, secret, step, cookie: cookieOf(confirmed) };
}

interface Session {
  cookie: string;
  csrf: string;
}

async function signIn(service: Service, name: Name): Promise<Session> {
  const response = await send(service, '/v1/session', { name, password: PASSWORD });
  const body = (await response.json()) as Record<string, unknown>;
  return { cookie: cookieOf(response), csrf: String(body.csrf_token) };
}

function cookieOf(response: Response): string {
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`no cookie came with ${response.url}`);
  return cookie;
}

async function send(
  service: Service,
  path: string,
  body: unknown,
  session?: Session,
): Promise<Response> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (session) Object.assign(headers, { cookie: session.cookie, 'x-csrf-token': session.csrf });
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
  return response;
}

async function post(
  service: Service,
  path: string,
  body: unknown,
  session?: Session,
): Promise<Record<string, unknown>> {
  return (await (await send(service, path, body, session)).json()) as Record<string, unknown>;
}
