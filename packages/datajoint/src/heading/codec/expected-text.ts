import type { Attribute } from '../attribute.ts';
import { enumValues } from '../enum-values.ts';

/** What a date, a time or an enum takes, in words; undefined for other attributes. */
export function expectedText({ storage, databaseType, type }: Attribute): string | undefined {
  switch (storage.kind) {
    case 'date':
      return 'a day as YYYY-MM-DD';
    case 'datetime':
      return 'YYYY-MM-DD HH:MM:SS[.ffffff]';
    case 'time':
      return 'HH:MM:SS[.ffffff]';
    default:
      return [databaseType, type].some((text) => enumValues(text) !== undefined) ? 'one of its values' : undefined;
  }
}
