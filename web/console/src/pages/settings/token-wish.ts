import type { paths } from '@pgrecall/api-client';

type Body = NonNullable<
  paths['/v1/me/tokens']['post']['requestBody']
>['content']['application/json'];

interface TokenWish {
  name: string;
  scopes: readonly string[];
  /** `*` for all. */
  target: string;
  days: number;
}

/** A token that is asked for, as the API takes it. */
export function tokenWish({ name, scopes, target, days }: TokenWish): Body {
  const wish = { name, scopes, days, ...(target !== '*' && { target }) };
  // The description of the API has two schemas of one name, and knows only that of the other.
  return wish as unknown as Body;
}
