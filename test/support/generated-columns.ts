/**
 * Makes a MariaDB dump with stored generated columns one that MySQL takes.
 *
 * MariaDB dumps the values of such columns and ignores them when they come back; MySQL refuses them (error 3105). The
 * columns are created as plain ones here, and made generated once their table is filled. Works on lines, byte for byte.
 */
export async function* generatedColumnsLast(dump: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let table = '';
  let later: string[] = [];
  for await (const line of linesOf(dump)) {
    table = /^CREATE TABLE (`(?:[^`]|``)+`) \($/.exec(line)?.[1] ?? table;
    const generated = /^( {2}`(?:[^`]|``)+` [^ ]+) GENERATED ALWAYS AS \(.*\) STORED(,?)$/.exec(line);
    if (generated !== null) {
      later.push(`ALTER TABLE ${table} MODIFY COLUMN ${line.replace(/,$/, '').trim()};`);
      yield Buffer.from(`${generated[1]}${generated[2]}\n`, 'latin1');
      continue;
    }
    yield Buffer.from(`${line}\n`, 'latin1');
    if (line === 'UNLOCK TABLES;') {
      for (const statement of later) yield Buffer.from(`${statement}\n`, 'latin1');
      later = [];
    }
  }
}

/** Lines as Latin-1 text, in which every byte is one character. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
