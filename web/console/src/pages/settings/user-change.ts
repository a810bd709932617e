import type { paths } from '@pgrecall/api-client';

type Body = NonNullable<
  paths['/v1/users/{name}']['patch']['requestBody']
>['content']['application/json'];

/** What changes about a user, as the API takes it; what is left out stays. */
export function userChange(change: { disabled?: boolean; allow_from?: string[] }): Body {
  // The description of the API has two schemas of one name, and knows only that of the other.
  return change;
}
