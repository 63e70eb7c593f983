import { readQuoted } from '../../packages/datajoint/src/sql/read-literal.ts';

/**
 * The lines of statements that define a table, in one spelling: types in lower case, texts as JSON, blanks only where
 * they matter. What means the same is spelled the same: a nullable column says `default null` or nothing.
 *
 * Comments are what was meant: the Python library sends backslashes unescaped, and quotes in types. It leaves the
 * comments of foreign keys' attributes out on PostgreSQL; those without a type are not compared there.
 */
export function canonicalDdl(statements: readonly string[]): readonly string[] {
  return statements
    .flatMap((statement) => statement.split(/,?\n/))
    .map(canonicalLine)
    .filter((line) => !/^(?:|comment ""|comment on table \S+ is ""|comment on column \S+ is "[^:].*|\))$/.test(line))
    .sort();
}

function canonicalLine(text: string): string {
  const line = text
    .replace(/^\) *ENGINE=InnoDB,?/, '')
    .replace(/^( *)COMMENT *=/, '$1COMMENT ')
    .replace(/^DO 'BEGIN (.*); EXCEPTION .*$/, (_all, statement: string) => statement.replaceAll("''", "'"))
    .replaceAll('_utf8mb4', '');
  const [, place, escaped, said = ''] = /^COMMENT ON (\S+ \S+) IS (E?)'(.*)'$/.exec(line) ?? [];
  if (place !== undefined) {
    const meant =
      escaped === 'E' ? readQuoted(`'${said}'`, 0)?.value : said.replaceAll("''", "'").replaceAll('\\"', '"');
    return `comment on ${place.replaceAll('"', '').toLowerCase()} is ${inOneSpelling(meant)}`;
  }
  const [, words = line, quote, comment = ''] = /^(.*?) ?\bCOMMENT (["'])(.*)\2$/.exec(line) ?? [];
  const plain = canonicalWords(words)
    .replace(/^(\S+ .*?) ?(?:null )?default null/, '$1')
    .replace(/\)(?=[a-z])/g, ') ')
    .replace(/^(create (?:unique )?index) \S+/, '$1')
    .trim();
  if (quote === undefined) return plain;
  const meant = quote === '"' ? comment.replaceAll('\\"', '"') : readQuoted(`'${comment}'`, 0)?.value;
  return `${plain} comment ${inOneSpelling(meant)}`.trim();
}

/** The library turns tabs into blanks. */
const inOneSpelling = (text: string | undefined): string => JSON.stringify(text?.replace(/\s+/g, ' '));

/** Rewrites what stands outside texts in quotes; the texts themselves become JSON. In names there is no quote. */
function canonicalWords(line: string): string {
  let result = '';
  let words = '';
  const flush = (): void => {
    const lower = words.toLowerCase().replace(/[`"]/g, '').replace(/\s+/g, ' ');
    result += lower.replace(/ ?([(),]) ?/g, '$1');
    words = '';
  };
  for (let index = 0; index < line.length; index += 1) {
    const isText = /(?:is|default|enum *\(|, *|\be) *$/i.test(words) && !/references|index|key *\(/i.test(words);
    const [name] = isText ? [] : (/^"[a-z_~][\w#~]*"/i.exec(line.slice(index)) ?? []);
    const literal = name === undefined ? readQuoted(line, index) : undefined;
    if (literal === undefined) {
      words += name ?? line[index];
      index += (name?.length ?? 1) - 1;
      continue;
    }
    flush();
    result += JSON.stringify(literal.value);
    index = literal.end - 1;
  }
  flush();
  return result;
}
