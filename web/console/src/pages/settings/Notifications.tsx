import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api, type Wire } from '../../app/api.ts';
import { useMessages } from '../../messages/messages.ts';
import { Section } from '../../parts/Page.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Failure, FailureNote, Note, Skeleton } from '../../parts/State.tsx';
import { messages } from './messages.ts';

type Choices = Wire<'Notifications'>;

const key = ['notifications'];

/** What one is told by mail. */
export function Notifications() {
  const t = useMessages(messages);
  const { data, error } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get('/v1/me/notifications', { signal }),
  });
  return (
    <div className="rec-settings">
      <Section title={t.sections.notifications} hint={t.notificationsHint}>
        {error === null ? null : <Failure error={error} />}
        {data === undefined && error === null ? <Skeleton /> : null}
        {data === undefined ? null : <Topics choices={data} />}
      </Section>
    </div>
  );
}

function Topics({ choices }: { choices: Choices }) {
  const t = useMessages(messages);
  const client = useQueryClient();
  const available = choices.topics.filter((topic) => topic.available);
  const choose = useMutation({
    mutationFn: ({ topic, wanted }: { topic: string; wanted: boolean | undefined }) => {
      const topics = Object.fromEntries(
        choices.topics
          .map((known) => [known.topic, known.topic === topic ? wanted : known.wanted] as const)
          .flatMap(([name, value]) =>
            value === null || value === undefined ? [] : [[name, value]],
          ),
      ) as Record<string, boolean>;
      return api.put('/v1/me/notifications', { body: { topics } });
    },
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  return (
    <>
      <div className="rec-settings-body">
        {!choices.mail_is_sent ? <Note kind="warn">{t.mailOff}</Note> : null}
        {choices.mail_is_sent && !choices.mail ? <Note kind="warn">{t.noMail}</Note> : null}
        {choices.mail_is_sent && choices.mail ? <Note>{t.mailTo(choices.mail)}</Note> : null}
        {choose.error === null ? null : <FailureNote error={choose.error} />}
      </div>
      <ul className="rec-settings-topics">
        {available.map(({ topic, wanted, by_default }) => {
          const name = t.topicNames[topic] ?? topic;
          const usual = `${t.byDefault} (${by_default ? t.wanted : t.unwanted})`;
          return (
            <li key={topic} className="rec-settings-topic">
              <span>{name}</span>
              <Segments
                label={name}
                options={[
                  { value: 'default', name: usual },
                  { value: 'yes', name: t.wanted },
                  { value: 'no', name: t.unwanted },
                ]}
                value={wanted === true ? 'yes' : wanted === false ? 'no' : 'default'}
                onChange={(value) =>
                  choose.mutate({
                    topic,
                    wanted: value === 'default' ? undefined : value === 'yes',
                  })
                }
              />
            </li>
          );
        })}
      </ul>
    </>
  );
}
