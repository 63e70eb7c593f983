import { didYouMean, type Heading, UnknownAttributeError } from '@pharus/datajoint';

/**
 * Reads the `attributes` parameter, a list of names with commas between; `KEY` stands for the primary key. Answers the
 * heading with these attributes only, in its own order; all of them where nothing is named.
 * @throws UnknownAttributeError
 */
export function selectAttributes(heading: Heading, text: string | undefined): Heading {
  if (text === undefined || text.trim() === '') return heading;
  // Names may hold commas, too.
  const names = heading.has(text) ? [text] : text.split(',').map((name) => name.trim());
  const selected = new Set(names.flatMap((name) => named(heading, name)));
  return heading.select(selected);
}

function named(heading: Heading, name: string): readonly string[] {
  if (heading.has(name)) return [name];
  if (name === 'KEY') return heading.primaryKey;
  throw new UnknownAttributeError(
    `Parameter "attributes" is a list of attribute names or KEY, with commas between; got ${JSON.stringify(name.slice(0, 80))}.` +
      didYouMean(name, heading.names),
    { details: { attribute: name } },
  );
}
