import type { ReactNode } from 'react';
import type { GetToken } from '@pgrecall/api-client';
import type { Messages } from '../src/messages/messages.ts';
import { PgRecallProvider } from '../src/provider.tsx';
import { address } from './server.ts';

interface AroundProps {
  token?: string | GetToken;
  locale?: string;
  timeZone?: string;
  messages?: Partial<Messages>;
  children?: ReactNode;
}

/** The provider with what tests have in common. */
export function Around({ children, ...rest }: AroundProps) {
  const props = { address, token: 't', target: 'shop', locale: 'en', timeZone: 'UTC', ...rest };
  return <PgRecallProvider {...props}>{children}</PgRecallProvider>;
}
