import { beforeAll, describe, expect, test } from 'vitest';
import { type Api, type ApiClient, startApi } from '../support/api.ts';
import { quotedTable } from '../support/backend.ts';
import { type Backend, describeEachBackend } from '../support/backends.ts';
import { ok } from './corpora/answers.ts';
import { cascadeCases } from './corpora/cascade-cases.ts';
import { checkBlobs } from './corpora/check-blobs.ts';
import { checkDelete, checkPart, checkRefusal } from './corpora/check-deletes.ts';
import { checkAttributes, checkDefinition, checkDependencies, checkKeys, checkPages } from './corpora/check-reads.ts';
import { KeptCopy } from './corpora/kept-copy.ts';
import { dumpOf, pipelines, recordedPipeline } from './corpora/recorded-pipeline.ts';
import { RowGraph } from './corpora/row-graph.ts';

/** Rows that stay although they may be deleted alone: parts of other masters would go, and their masters stay. */
const refusedCascades: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  mysql: {
    elements: [
      'elements_subject.Subject',
      'elements_probe.ProbeType',
      'elements_probe.ElectrodeConfig',
      'elements_scan.Channel',
      'elements_subject.Line',
      'elements_ephys.ClusterQualityLabel',
    ],
    book: [],
    churchland: [
      'churchland_common_lab.Monkey',
      'churchland_common_acquisition.Task',
      'churchland_common_lab.Rig',
      'churchland_common_acquisition.Session',
      'churchland_common_lab.User',
      'churchland_common_equipment.ElectrodeArrayModel',
    ],
    tutorials: [],
  },
  postgresql: {
    elements: [
      'elements_subject.Subject',
      'elements_probe.ProbeType',
      'elements_scan.Channel',
      'elements_probe.ElectrodeConfig',
      'elements_miniscope.Channel',
      'elements_ephys.ClusterQualityLabel',
    ],
    docs2x: [],
    tutorials: [],
  },
};

test.each([
  ['mysql', 523, []],
  ['postgresql', 468, ['genotype_test', 'zygosity', 'imaging_session']],
] as const)(
  'the pipelines of %s hold %i tables, hardly one of them empty, none with bytes in its key',
  (family, size, empty) => {
    const tables = pipelines[family].flatMap((pipeline) => recordedPipeline(family, pipeline));
    expect(tables.length).toBe(size);
    expect(tables.filter(({ count }) => count === 0).map(({ stored }) => stored)).toEqual(empty);
    const keys = tables.flatMap(({ attributes }) => attributes.filter(({ inKey }) => inKey));
    expect(keys.filter(({ type }) => /^(?:.*blob|.*binary|attach|filepath|bit)\b/.test(type))).toEqual([]);
    expect(new Set(tables.map(({ schema, stored }) => `${schema}.${stored}`)).size).toBe(size);
  },
);

/** A dump is fed to PGlite row by row, which takes its time: it gets the smallest. */
const served = ({ name, family }: Backend): readonly string[] =>
  name === 'pglite' ? ['tutorials'] : pipelines[family];

describeEachBackend((backend) => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
    return () => api.close();
  });

  describe.each(served(backend))('%s', (pipeline) => {
    const tables = recordedPipeline(backend.family, pipeline);
    const schemas = [...new Set(tables.map(({ schema }) => schema))];
    let client: ApiClient;
    let rows: RowGraph;
    beforeAll(async () => {
      await backend.restore(dumpOf(backend.family, pipeline), { once: true });
      client = await api.login(backend);
      rows = await RowGraph.load(backend, schemas);
    });

    test('every schema is listed, and every table once in its tier', async () => {
      const { schemaNames } = (await ok(client.get('/schema'))).json() as { schemaNames: string[] };
      expect(schemaNames.filter((name) => schemas.includes(name)).sort()).toEqual([...schemas].sort());
      for (const schema of schemas) {
        const path = `/schema/${encodeURIComponent(schema)}/table`;
        const { tableTypes } = (await ok(client.get(path))).json() as { tableTypes: Record<string, string[]> };
        const listed = Object.entries(tableTypes).flatMap(([tier, names]) => names.map((name) => `${tier} ${name}`));
        const expected = tables.filter((table) => table.schema === schema);
        expect(listed.sort(), schema).toEqual(expected.map(({ tier, className }) => `${tier} ${className}`).sort());
      }
    });

    test.concurrent.each(tables)('$schema $className', async (table) => {
      await checkAttributes(client, table, backend);
      await checkDefinition(client, table, tables, backend);
      const whole = await checkPages(client, table, backend);
      await checkKeys(client, table, whole);
      await checkDependencies(client, table, whole, rows);
    });

    test('every blob is read', () => checkBlobs(backend, pipeline, schemas), 600_000);

    test('a row deleted with all that depends on it and inserted again leaves everything as it was', async () => {
      // The way of a cascade is the same on every server: one of them gets most of the cases.
      const most = { deleted: backend.name === 'mariadb' ? 15 : 5, refused: 6 };
      const { deleted, refused } = cascadeCases(tables, rows, most);
      expect(deleted.length).toBe(most.deleted);
      const touched = new Set(deleted.flatMap(({ going }) => [...going.keys()]));
      const kept = await KeptCopy.of(backend, `kept_${pipeline}`, rows.tables, touched);
      try {
        const classNames = new Map(
          tables.map(({ schema, stored, className }) => [quotedTable(schema, stored), `${schema}.${className}`]),
        );
        for (const cascade of deleted) await checkDelete(client, cascade, rows, kept, classNames, backend);
        for (const cascade of refused) await checkRefusal(client, cascade, kept);
        expect(refused.map(({ table: { schema, className } }) => `${schema}.${className}`)).toEqual(
          refusedCascades[backend.family]?.[pipeline],
        );
        for (const part of tables.filter(({ tier }) => tier === 'part').slice(0, 5)) await checkPart(client, part);
        expect(await kept.changed(rows.tables)).toEqual([]);
      } finally {
        await kept.drop();
      }
    });
  });
});
