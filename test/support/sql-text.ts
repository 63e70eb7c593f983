/** Pieces of SQL: texts, names and comments are one each, so that what stands in them is not looked at. */
const piece = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([a-z]*)\$[\s\S]*?\$\1\$|--[^\n]*|[^'"$?;-]+|[\s\S]/gi;

/** The statements of a text, one by one. */
export function statementsOf(text: string): string[] {
  const statements = [''];
  for (const [part] of text.matchAll(piece)) {
    if (part === ';') statements.push('');
    else statements[statements.length - 1] += part;
  }
  return statements.filter((statement) => statement.trim() !== '');
}

/** PostgreSQL's SQL with each `?` replaced by the value it stands for, a list by its items. */
export function filledIn(text: string, values: readonly unknown[]): string {
  if (values.length === 0) return text;
  let index = 0;
  return text.replaceAll(piece, (part) => (part === '?' ? written(values[index++]) : part));
}

function written(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return value.map(written).join(', ');
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'::bytea`;
  return `'${String(value).replaceAll("'", "''")}'`;
}
