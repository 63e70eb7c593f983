import type { DeclaredTable } from '../../test/interop/algebra/pipeline.ts';

/** A pipeline of a thousand subjects, and a hundred thousand sessions and trials. */
export function tablesFor(generation: 'legacy' | 'current'): readonly DeclaredTable[] {
  const [whole, small, real] = generation === 'legacy' ? ['int', 'smallint', 'double'] : ['int32', 'int16', 'float64'];
  return [
    { name: 'Subject', definition: `subject_id : ${whole}\n---\nsex : varchar(1)\nweight : ${real}`, rows: [] },
    {
      name: 'Session',
      definition: `-> Subject\nsession : ${small}\n---\nrig : varchar(12)\nday : date\nduration : ${real}`,
      rows: [],
    },
    { name: 'Trial', definition: `-> Session\ntrial : ${small}\n---\nhit : ${small}\nscore : ${real}`, rows: [] },
  ];
}

/** Statements that fill them, the same rows on every server. */
export function fill(schema: string, family: 'mysql' | 'postgresql'): readonly string[] {
  const numbers = (count: number): string =>
    family === 'mysql'
      ? `(SELECT seq - 1 AS i FROM \`${schema}\`.seq_1_to_${count}) s`
      : `generate_series(0, ${count - 1}) AS s(i)`;
  const sex = "CASE WHEN i % 2 = 0 THEN 'M' ELSE 'F' END";
  const whole = (text: string): string => (family === 'mysql' ? `(${text.replace('/', 'DIV')})` : `(${text})`);
  const day = family === 'mysql' ? "DATE '2020-01-01' + INTERVAL i % 300 DAY" : "DATE '2020-01-01' + i % 300";
  const quoted = (name: string): string => (family === 'mysql' ? `\`${schema}\`.\`${name}\`` : `"${schema}"."${name}"`);
  return [
    `INSERT INTO ${quoted('subject')} SELECT i, ${sex}, i % 40 FROM ${numbers(1000)}`,
    `INSERT INTO ${quoted('session')} SELECT ${whole('i / 100')}, i % 100, CONCAT('rig', i % 10), ${day}, (i * 7919) % 10000 / 100.0 FROM ${numbers(100_000)}`,
    `INSERT INTO ${quoted('trial')} SELECT ${whole('i / 100')}, i % 100, 1, i % 3, (i * 7907) % 10000 / 10000.0 FROM ${numbers(100_000)}`,
    ...['subject', 'session', 'trial'].map((name) => `ANALYZE ${family === 'mysql' ? 'TABLE ' : ''}${quoted(name)}`),
  ];
}
