/** What can be done about a conflict. */
export type Policy = 'abort' | 'skip' | 'merge' | 'overwrite' | 'cascade';

/** The policies that can settle a kind of conflict, as the server knows them. */
const settling: Readonly<Record<string, readonly Policy[]>> = {
  'changed later': ['skip', 'merge', 'overwrite'],
  gap: ['skip', 'merge', 'overwrite'],
  dependants: ['skip', 'cascade'],
  'parent gone': ['skip'],
  'unique taken': ['skip'],
  'table gone': ['skip'],
  'column gone': ['skip', 'merge'],
  'not recorded': ['skip'],
};

/** The policies that can settle a kind of conflict; none where nothing but another plan helps. */
export function policiesFor(kind: string): readonly Policy[] {
  return settling[kind] ?? [];
}

/** How a decision is told to the server: `changed-later=merge`. */
export function decision(kind: string, policy: Policy): string {
  return `${kind.replaceAll(' ', '-')}=${policy}`;
}

/** The decisions with one of them made anew. */
export function decide(settled: readonly string[], kind: string, policy: Policy): string[] {
  const name = kind.replaceAll(' ', '-');
  const others = settled.filter((text) => text.split('=')[0] !== name);
  return policy === 'abort' ? others : [...others, decision(kind, policy)];
}

/** What was decided about a kind. */
export function decided(settled: readonly string[], kind: string): Policy {
  const own = settled.find((text) => text.startsWith(`${kind.replaceAll(' ', '-')}=`));
  const forAll = settled.find((text) => !text.includes('='));
  return ((own?.split('=')[1] ?? forAll) as Policy | undefined) ?? 'abort';
}
