import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';

import { rememberTarget, targetsQuery, useTarget } from '../app/targets.ts';
import { useMessages } from '../messages/messages.ts';
import { Choice } from '../parts/Choice.tsx';
import { messages } from './messages.ts';

/** Chooses the database that is looked at; the page stays the same. */
export function TargetSwitcher() {
  const t = useMessages(messages);
  const { data: targets } = useSuspenseQuery(targetsQuery);
  const target = useTarget();
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const options = targets.map(({ name, tenant }) => ({
    value: name,
    name,
    hint: tenant === null || tenant === undefined ? undefined : t.tenant(tenant),
  }));
  const choose = (name: string) => {
    rememberTarget(name);
    const [, page = 'timeline', named] = path.split('/');
    void navigate({ href: named === undefined ? path : `/${page}/${name}` });
  };
  return (
    <div className="rec-switcher">
      <Choice
        label={t.target}
        hideLabel
        options={options}
        value={target?.name ?? null}
        onChange={choose}
        isDisabled={targets.length === 0}
      />
    </div>
  );
}
