import { useSuspenseQuery } from '@tanstack/react-query';

import type { Wire } from '../../app/api.ts';
import { targetsQuery } from '../../app/targets.ts';
import { useMessages } from '../../messages/messages.ts';
import { Button, IconButton } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { Field } from '../../parts/Field.tsx';
import { messages } from './messages.ts';

export type Role = Wire<'Membership'>;

export const firstRole: Role = { role: 'auditor', target: '*' };

const names = ['viewer', 'auditor', 'operator', 'approver', 'administrator'] as const;

interface RoleFieldsProps {
  roles: readonly Role[];
  onChange: (roles: readonly Role[]) => void;
}

/** The roles of a user, and where each holds. */
export function RoleFields({ roles, onChange }: RoleFieldsProps) {
  const t = useMessages(messages);
  const change = (index: number, role: Role) =>
    onChange(roles.map((held, at) => (at === index ? role : held)));
  return (
    <fieldset className="rec-settings-memberships">
      <legend className="rec-label">{t.roles}</legend>
      {roles.map((role, index) => (
        // Roles have no name but what they are; they change while they are edited.
        <div key={index} className="rec-settings-membership">
          <RoleField role={role} onChange={(changed) => change(index, changed)} />
          <IconButton
            icon="trash"
            label={t.removeRole}
            onPress={() => onChange(roles.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button small icon="plus" onPress={() => onChange([...roles, firstRole])}>
        {t.addRole}
      </Button>
    </fieldset>
  );
}

function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  const t = useMessages(messages);
  const { data: targets } = useSuspenseQuery(targetsQuery);
  const isViewer = role.role === 'viewer';
  const isAdministrator = role.role === 'administrator';
  return (
    <>
      <Choice
        label={t.role}
        hideLabel
        options={names.map((value) => ({ value, name: t.roleNames[value] ?? value }))}
        value={role.role as (typeof names)[number]}
        onChange={(name) =>
          onChange({
            role: name,
            target: name === 'administrator' ? '*' : (role.target ?? '*'),
            ...(name === 'viewer' && { tenant: role.tenant ?? '' }),
          })
        }
      />
      <Choice
        label={t.target}
        hideLabel
        isDisabled={isAdministrator}
        options={[
          { value: '*', name: t.allTargets },
          ...targets.map(({ name: value }) => ({ value, name: value })),
        ]}
        value={role.target ?? '*'}
        onChange={(target) => onChange({ ...role, target })}
      />
      {isViewer ? (
        <Field
          label={t.tenant}
          value={role.tenant ?? ''}
          onChange={(tenant) => onChange({ ...role, tenant })}
          isRequired
        />
      ) : null}
    </>
  );
}
