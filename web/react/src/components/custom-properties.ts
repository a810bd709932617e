import type { CSSProperties } from 'react';

/**
 * Values for the style sheet, as custom properties: these survive `* { all: … }` of the page
 * around, and React sets them by script, which a strict content security policy allows.
 */
export function customProperties(
  values: Record<`--pgr-${string}`, string | number>,
): CSSProperties {
  return values;
}
