import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { declare, type Parent } from '../../packages/datajoint/src/definition/declare.ts';
import { parseDefinition } from '../../packages/datajoint/src/definition/parse-definition.ts';
import type { Attribute, Generation } from '../../packages/datajoint/src/heading/attribute.ts';
import {
  DefinitionError,
  type Dialect,
  Heading,
  mysqlDialect,
  postgresDialect,
} from '../../packages/datajoint/src/index.ts';
import { python23, python014 } from '../support/python.ts';
import { shared } from '../support/shared.ts';
import { canonicalDdl } from './canonical-ddl.ts';

/** A definition that somebody published. */
interface Published {
  readonly repo: string;
  readonly path: string;
  readonly class: string;
  readonly definition: string;
  readonly parts: readonly Published[];
}

interface Case {
  readonly table: string;
  readonly definition: string;
  /** Invented primary keys of the tables it refers to. */
  readonly parents: Readonly<Record<string, readonly string[]>>;
  readonly from: string;
}

type Answer =
  | { readonly ddl: readonly string[]; readonly error?: never }
  | { readonly error: string; readonly ddl?: never };
type Answers = Readonly<Partial<Record<Dialect['name'], Answer>>>;

const dialects = { mysql: mysqlDialect, postgresql: postgresDialect } as const;

/** Types that the library lets pass to the server, which has none such: `int32` in 0.14, MySQL's on PostgreSQL. */
const onlyServer = /is none of this database|Unsupported attribute type "(?:int(?:8|16|32|64)|tinyinteger)"/;

/** On PostgreSQL the library takes paths into JSON apart at their commas and parentheses: nothing a server could read. */
const brokenIndex = /CREATE (?:UNIQUE )?INDEX .*"\(\(?jsonb_extract_path_text/;

/** How many definitions are judged; all 4,166 with `all`. */
const limit =
  process.env.TEST_DEFINITIONS === 'all' ? Number.POSITIVE_INFINITY : Number(process.env.TEST_DEFINITIONS || 800);
const cases = publishedCases();

describe.each([
  ['0.14', 'legacy', python014, ['mysql']],
  ['2.3', '2', python23, ['mysql', 'postgresql']],
] as const)('published definitions as DataJoint %s reads them', (_version, generation, interpreter, spoken) => {
  test('become the same tables; what it refuses is refused with its place, or read where it is clear', async () => {
    const answers = await ask(await interpreter());
    expect(answers.length).toBe(cases.length);
    for (const dialect of spoken) {
      const counts = { same: 0, refused: 0, refusedByServer: 0, broken: 0, more: 0 };
      const wrong: string[] = [];
      for (const [index, item] of cases.entries()) {
        const theirs = answers[index]?.[dialect] as Answer;
        const ours = declared(item, generation, dialects[dialect]);
        if (theirs.ddl?.some((statement) => brokenIndex.test(statement))) counts.broken += 1;
        else if (theirs.error !== undefined) counts[ours.error === undefined ? 'more' : 'refused'] += 1;
        else if (ours.error !== undefined && onlyServer.test(ours.error)) counts.refusedByServer += 1;
        else if (ours.error !== undefined) wrong.push(`${item.from}\n${item.definition}\nwas refused: ${ours.error}`);
        else {
          const [expected, got] = [canonicalDdl(theirs.ddl), canonicalDdl(ours.ddl)];
          const differing =
            expected.find((line) => !got.includes(line)) ?? got.find((line) => !expected.includes(line));
          if (differing === undefined && expected.length === got.length) counts.same += 1;
          else
            wrong.push(
              `${item.from}\n${item.definition}\nexpected ${expected.join('\n')}\ngot ${got.join('\n')}\n${differing}`,
            );
        }
      }
      console.log(`${dialect}: ${JSON.stringify(counts)} of ${cases.length}, ${wrong.length} differ`);
      expect(counts.same).toBeGreaterThan(cases.length * 0.6);
      expect(counts.more).toBeLessThan(cases.length * 0.02);
      expect(wrong.slice(0, 3).join('\n\n')).toBe('');
    }
  }, 300_000);
});

function publishedCases(): readonly Case[] {
  const text = gunzipSync(readFileSync(shared('corpora/definitions.jsonl.gz'))).toString('utf8');
  const published = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const main = JSON.parse(line) as Published;
      return [main, ...main.parts];
    });
  const all = published.map((one) => ({
    table: one.class
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')
      .slice(0, 50),
    definition: one.definition,
    parents: parentsOf(one.definition),
    from: `${one.repo} ${one.path} ${one.class}`,
  }));
  // Every so manieth, so that a share has something of everything.
  return all.filter((_, index) => index % Math.ceil(all.length / limit) === 0);
}

/** The references in a definition, each with a primary key that its renames fit. */
function parentsOf(definition: string): Readonly<Record<string, readonly string[]>> {
  const parents: Record<string, Set<string>> = {};
  for (const line of definition.split('\n')) {
    const [, reference, rest = ''] =
      /->\s*(?:\[[^\]]*\])?\s*([A-Za-z_][\w.]*?)(?:\.proj)?\s*(?:\(|#|$)(.*)$/.exec(line) ?? [];
    if (reference === undefined) continue;
    const name = reference.replace(/\.+$/, '');
    const keys = parents[name] ?? new Set();
    parents[name] = keys;
    for (const [, original = ''] of rest.matchAll(/=\s*['"](\w+)['"]/g)) keys.add(original);
    const last = name.split('.').at(-1) ?? '';
    if (keys.size === 0) keys.add(`${last.toLowerCase()}_id`);
  }
  const [first] = Object.values(parents);
  const attributes = new Set(Array.from(definition.matchAll(/^\s*([a-z]\w*)\s*[:=]/gm), ([, name]) => name));
  for (const [, names = ''] of definition.matchAll(/^\s*(?:unique\s+)?index\s*\(([\w, ]*)\)/gim)) {
    // What an index names and nobody declares comes from a parent.
    for (const name of names.split(',').map((text) => text.trim())) if (!attributes.has(name)) first?.add(name);
  }
  return Object.fromEntries(Object.entries(parents).map(([name, keys]) => [name, [...keys]]));
}

async function ask(interpreter: string): Promise<readonly Answers[]> {
  const python = spawn(interpreter, [join(import.meta.dirname, 'python/definitions.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8' },
  });
  python.stdin.end(
    cases.map(({ table, definition, parents }) => `${JSON.stringify({ table, definition, parents })}\n`).join(''),
  );
  const answers: Answers[] = [];
  for await (const line of createInterface({ input: python.stdout })) answers.push(JSON.parse(line) as Answers);
  return answers;
}

function declared({ table, definition, parents }: Case, generation: Generation, dialect: Dialect): Answer {
  try {
    const declaration = parseDefinition(definition, generation);
    const found = declaration.items.flatMap((item) => {
      if (item.kind !== 'foreignKey') return [];
      const { words, stored } = item.reference;
      const name = words?.join('.') ?? `${stored?.schema}.${stored?.table}`;
      return [parent(name, parents[name] ?? ['id'])];
    });
    const words = [...definition.matchAll(/<(\w+)(?:@[\w-]*)?>/g)].map(([, name = '']) => name);
    const codecs = Object.fromEntries(words.map((name) => [name, generation === '2' ? '<blob>' : 'longblob']));
    const name = { schema: 'db', table };
    const { spec } = declare({ name, declaration, parents: found, dialect, codecs, isTrusted: true });
    return { ddl: dialect.ddl.createTable(spec).map((statement) => statement.toStatement(dialect.syntax).text) };
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    // Every refusal says where.
    expect(error.details).toEqual({ line: expect.any(Number), column: expect.any(Number) });
    return { error: error.message };
  }
}

function parent(reference: string, primaryKey: readonly string[]): Parent {
  const attributes = primaryKey.map((name): Attribute => {
    const databaseType = 'int';
    const storage = { kind: 'integer', unsigned: false, bits: 32 } as const;
    const rest = { inKey: true, nullable: false, autoincrement: false, default: null, storage };
    return { name, type: 'int', databaseType, comment: `the ${name}`, ...rest };
  });
  return {
    name: { schema: 'db', table: reference.replaceAll('.', '__').toLowerCase() },
    heading: new Heading(attributes),
    enums: new Map(),
  };
}
