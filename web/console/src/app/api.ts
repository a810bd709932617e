import { createApi, withSession, type components } from '@pgrecall/api-client';

let csrfToken: string | undefined;

/** What the server wants to be told with everything that changes something. */
export function keepCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** The API of the server that this page came from. */
export const api = createApi({ address: '', authentication: withSession(() => csrfToken) });

type Schemas = components['schemas'];

/** The API's own words for what it gives and takes. */
export type Wire<Name extends keyof Schemas> = Schemas[Name];
