import type { components } from '@pgrecall/api-client';
import { useResource, type UseResource } from './use-resource.ts';

/** A table that is or was recorded. */
export type Table = components['schemas']['Table'];

/** The tables that are or were recorded, with the gaps in what was recorded of them. */
export function useTables(): UseResource<readonly Table[]> {
  return useResource('tables', ({ api, target }, signal) =>
    api.get('/v1/targets/{target}/tables', { params: { path: { target } }, signal }),
  );
}
