import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsOf } from '../support/imports.ts';
import { repositoryRoot } from '../support/shared.ts';
import { committedFiles } from '../support/source-files.ts';

/** What each package may import of the others. */
const packages: Readonly<Record<string, readonly string[]>> = {
  datajoint: [],
  contract: [],
  'spec-sheet': ['@pharus/datajoint'],
  server: ['@pharus/contract', '@pharus/datajoint', '@pharus/spec-sheet'],
  workbench: ['@pharus/contract'],
};

/** The rooms of `datajoint/src`, lowest first: a folder imports only itself and folders that come before it. */
const rooms = [
  'blob',
  'sql',
  'dialect',
  'connection',
  'heading',
  'dependencies',
  'definition',
  'store',
  'expression',
  'table',
  'schema',
];

/** Single files at the root of `datajoint/src` that stand below all rooms; `blob` takes none of them either. */
const ground = ['calendar.ts', 'errors.ts', 'float32.ts', 'naming.ts', 'suggest.ts'];

interface Import {
  readonly file: string;
  readonly module: string;
}

const imports: Import[] = committedFiles()
  .filter((path) => /^packages\/[^/]+\/src\/.*\.tsx?$/.test(path))
  .flatMap((file) => importsOf(readFileSync(join(repositoryRoot, file), 'utf8')).map((module) => ({ file, module })));

const isTest = ({ file }: Import): boolean => /\.(?:test|fixture)\.tsx?$/.test(file);
const show = ({ file, module }: Import): string => `${file} imports ${module}`;

describe('packages', () => {
  test('import one another in one direction only', () => {
    const wrong = imports.filter(({ file, module }) => {
      const own = file.split('/')[1] ?? '';
      const name = /^(@pharus\/[^/]+|pharus)(?:\/|$)/.exec(module)?.[1];
      return name !== undefined && !packages[own]?.includes(name);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('reach one another by name, never by path', () => {
    const wrong = imports.filter(({ file, module }) => {
      if (!module.startsWith('.')) return false;
      const target = normalize(join(dirname(file), module));
      return !target.startsWith(`${file.split('/').slice(0, 3).join('/')}/`);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('datajoint has no dependency at run time: drivers come behind import()', () => {
    const wrong = imports.filter(
      (entry) =>
        entry.file.startsWith('packages/datajoint/') &&
        !isTest(entry) &&
        !/^(?:\.|node:|(?:mysql2|pg|@electric-sql\/pglite|@aws-sdk\/client-s3)(?:\/|$))/.test(entry.module),
    );
    expect(wrong.map(show)).toEqual([]);
    const manifest = JSON.parse(
      readFileSync(join(repositoryRoot, 'packages/datajoint/package.json'), 'utf8'),
    ) as object;
    expect(manifest).not.toHaveProperty('dependencies');
  });

  test('only the contract is shared with browsers: it knows no node', () => {
    const wrong = imports.filter(
      (entry) => entry.file.startsWith('packages/contract/') && !isTest(entry) && entry.module.startsWith('node:'),
    );
    expect(wrong.map(show)).toEqual([]);
  });
});

describe('the rooms of datajoint', () => {
  const source = 'packages/datajoint/src/';
  const inside = imports
    .filter((entry) => entry.file.startsWith(source) && !isTest(entry) && entry.module.startsWith('.'))
    .map((entry) => ({
      ...entry,
      from: entry.file.slice(source.length),
      to: normalize(join(dirname(entry.file), entry.module)).slice(source.length),
    }));
  const roomOf = (path: string): string | undefined => (path.includes('/') ? path.split('/')[0] : undefined);

  test('are the ones listed here', () => {
    const found = new Set(
      committedFiles()
        .filter((path) => path.startsWith(source))
        .map((path) => roomOf(path.slice(source.length)))
        .filter((room) => room !== undefined),
    );
    expect([...found].filter((room) => !rooms.includes(room))).toEqual([]);
  });

  test('import only rooms below them', () => {
    const wrong = inside.filter(({ from, to }) => {
      const own = roomOf(from);
      const other = roomOf(to);
      if (own === undefined || other === undefined || own === other) return false;
      return rooms.indexOf(other) > rooms.indexOf(own) || own === 'blob';
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('take of the root only what stands below them', () => {
    const wrong = inside.filter(({ from, to }) => {
      const own = roomOf(from);
      if (roomOf(to) !== undefined) return false;
      return (
        own === 'blob' || (own !== undefined && !ground.includes(to)) || (ground.includes(from) && !ground.includes(to))
      );
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('stand on the ground, which imports none of them', () => {
    const wrong = inside.filter(({ from, to }) => ground.includes(from) && roomOf(to) !== undefined);
    expect(wrong.map(show)).toEqual([]);
  });
});

describe('reading imports', () => {
  test('finds every form and no quotation', () => {
    const text = `import a from 'a';
import type { B } from "./b.ts";
import {
  c,
  d,
} from './c.ts';
import 'e';
export * from './f.ts';
const g = await import('g');
// import h from 'h';
/* import i from 'i'; */
const address = 'https://j';`;
    expect(importsOf(text)).toEqual(['a', './b.ts', './c.ts', 'e', './f.ts', 'g']);
  });
});
