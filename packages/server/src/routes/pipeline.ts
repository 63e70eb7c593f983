import type {
  HeadingAttribute,
  HeadingResponse,
  PipelineAttributesResponse,
  PipelineResponse,
  PipelineTable,
} from '@pharus/contract';
import {
  type Attribute,
  enumValues,
  type ForeignKey,
  isAutoPopulated,
  isRenamed,
  type PipelineSchema,
  type Privilege,
  type Table,
  type TableLinks,
  type TableName,
  type Tier,
  tableLinks,
} from '@pharus/datajoint';
import type { FastifyPluginAsync } from 'fastify';
import type { RouteDependencies } from '../dependencies.ts';
import { schemasOf } from '../parse/pipeline-query.ts';
import type { Query } from '../parse/record-query.ts';
import { fullName, written, writtenName } from '../respond/table-names.ts';
import { sendTagged } from '../respond/tagged.ts';
import { freshlyOnChange } from './freshly-on-change.ts';

interface PipelineRoute {
  Params: { schema: string; table: string };
  Querystring: Query;
}

/** What a workbench draws a pipeline from: all tables and keys at once, all attributes at once, one table with its neighbours. */
export const pipelineRoutes =
  ({ authenticate, connect, signal }: RouteDependencies): FastifyPluginAsync =>
  async (app) => {
    app.get<PipelineRoute>('/pipeline', async (request, reply) => {
      const credentials = await authenticate(request);
      const asked = schemasOf(request.query);
      const database = await connect(request, credentials);
      const { schemas, edges } = await database.catalog.pipeline(asked, { signal: signal(request) });
      const answer: PipelineResponse = {
        schemas: schemas.map(schemaOf),
        edges: edges.map((edge) => ({
          id: edge.constraint,
          parent: fullName(edge.parent),
          child: fullName(edge.child),
          attrMap: Object.fromEntries(edge.attributes),
          primary: edge.isPrimary,
          multi: edge.isMulti,
          aliased: edge.isRenamed,
        })),
      };
      return sendTagged(request, reply, answer);
    });

    app.get<PipelineRoute>('/pipeline/attributes', async (request, reply) => {
      const credentials = await authenticate(request);
      const asked = schemasOf(request.query);
      const database = await connect(request, credentials);
      const found = await database.catalog.attributes(asked, { signal: signal(request) });
      const answer: PipelineAttributesResponse = found.map(({ table, className, name, type, comment }) => ({
        schema: table.schema,
        table: className,
        attribute: name,
        type,
        comment,
      }));
      return sendTagged(request, reply, answer);
    });

    app.get<PipelineRoute>('/schema/:schema/table/:table/heading', async (request, reply) => {
      const database = await connect(request, await authenticate(request));
      const answer = await freshlyOnChange(database, async () => {
        const table = await database.schema(request.params.schema).table(request.params.table);
        return headingOf(table, await tableLinks(table));
      });
      return sendTagged(request, reply, answer);
    });
  };

function schemaOf({ name, generation, tables }: PipelineSchema): PipelineResponse['schemas'][number] {
  return {
    name,
    generation: generation === '2' ? '2' : '0.14',
    tables: tables.map(
      ({ name, className, tier, master, comment, estimatedRows, privileges }): PipelineTable => ({
        name: className,
        stored: name.table,
        tier: tier ?? null,
        ...(master !== undefined && { master: writtenName(master) }),
        comment,
        ...(estimatedRows !== undefined && { rows: { estimate: estimatedRows } }),
        may: mayOf(tier, privileges),
      }),
    ),
  };
}

/** What the user may do here: whatever the database would let them, no table that `populate` fills takes rows by hand. */
function mayOf(tier: Tier | undefined, privileges: readonly Privilege[]): HeadingResponse['may'] {
  return isAutoPopulated(tier) ? privileges.filter((each) => each !== 'insert') : [...privileges];
}

function headingOf(table: Table, { privileges, foreignKeys, children, parts, indexes }: TableLinks): HeadingResponse {
  const { name, className, tier, heading } = table;
  return {
    schema: name.schema,
    table: className,
    stored: name.table,
    tier: tier ?? null,
    comment: heading.comment,
    autopopulated: isAutoPopulated(tier),
    may: mayOf(tier, privileges),
    attributes: heading.attributes.map((attribute) => attributeOf(attribute, foreignKeys)),
    foreignKeys: foreignKeys.map((key) => ({
      id: key.constraint,
      parent: key.isParentVisible ? written(key.parent) : null,
      attrMap: Object.fromEntries(key.attributes),
      primary: key.isPrimary,
      nullable: key.isNullable,
      unique: key.isUnique,
      multi: key.isMulti,
      aliased: key.isRenamed,
    })),
    children: [...children]
      .sort((a, b) => Number(isPart(b, parts)) - Number(isPart(a, parts)))
      .map((key) => ({
        id: key.constraint,
        child: written(key.child),
        attrMap: Object.fromEntries(key.attributes),
        aliased: isRenamed(key),
      })),
    parts: parts.map(({ table: part }) => writtenName(part)),
    indexes: indexes.map(({ attributes, unique }) => ({ attributes: [...attributes], unique })),
  };
}

function attributeOf(attribute: Attribute, foreignKeys: readonly ForeignKey[]): HeadingAttribute {
  const { name, type, inKey, nullable, default: initial, autoincrement, comment } = attribute;
  const unit = /^\s*[([]([^()[\]]{1,24})[)\]]|[([]([^()[\]]{1,24})[)\]]\s*$/.exec(comment);
  const values = enumValues(type);
  const codec = /^<([^@>]+)(?:@[^>]*)?>$/.exec(type)?.[1];
  const keys = foreignKeys.filter(({ attributes }) => attributes.some(([child]) => child === name));
  return {
    name,
    type,
    primary: inKey,
    nullable,
    default: initial,
    autoincrement,
    comment,
    ...(unit !== null && { unit: unit[1] ?? unit[2] ?? '' }),
    ...(values !== undefined && { enum: values }),
    ...(codec !== undefined && { codec }),
    ...(keys.length > 0 && { fk: keys.map(({ constraint }) => constraint) }),
  };
}

function isPart({ child }: ForeignKey, parts: readonly TableName[]): boolean {
  return parts.some(({ schema, table }) => schema === child.schema && table === child.table);
}
