import {
  type Database,
  DataJointError,
  isClassName,
  type QueryExpression,
  type Schema,
  TableNotFound,
} from '@pharus/datajoint';
import { builtins } from '../python/builtins.ts';
import { type Environment, evaluate } from '../python/evaluate.ts';
import { parseExpression } from '../python/parse.ts';
import { PythonError, positionOf } from '../python/python-error.ts';
import { HostObject, kindOf, type PythonValue } from '../python/values.ts';
import { DjModule } from './dj-module.ts';
import { ExpressionObject, TableObject } from './expression-object.ts';

export interface QueryOptions {
  /** The schemas in which a table without one is looked for, in this order; without them, all that the user sees. */
  readonly schemas?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const limits = { length: 10_000, depth: 64 };

/**
 * Evaluates DataJoint's own text, ``ephys.Session * Subject & 'sex="M"' & {'rig': 2}``, against the schemas a user sees.
 *
 * Names are those schemas (`lab__one` for `lab-one`), the classes of their tables where only one has it, and `dj` with
 * `U`, `AndList`, `Not` and `Top`. Nothing is fetched; headings of the tables that are named are read.
 * @throws PythonError with the place in the text.
 */
export async function evaluateQuery(
  text: string,
  database: Database,
  { schemas, signal }: QueryOptions = {},
): Promise<QueryExpression> {
  const environment = new QueryEnvironment(database, schemas);
  const value = await evaluate(parseExpression(text, limits), { text, environment, steps: 2000, signal }).catch(
    (error: unknown) => {
      throw pointed(error, text);
    },
  );
  if (value instanceof ExpressionObject) return value.expression;
  throw new PythonError(`expected a query, got ${kindOf(value)}.`, { offset: 0, line: 1, column: 1 });
}

/** An error in a text of SQL with its place in there, where that text stands in the query as it is. */
function pointed(error: unknown, text: string): unknown {
  if (!(error instanceof PythonError) || !(error.cause instanceof DataJointError)) return error;
  const { expression, column } = error.cause.details;
  if (typeof expression !== 'string' || typeof column !== 'number') return error;
  const begins = [`'${expression}'`, `"${expression}"`].map((literal) => text.indexOf(literal, error.position.offset));
  const [first] = begins.filter((begin) => begin >= 0).sort((a, b) => a - b);
  if (first === undefined) return error;
  // Two columns in one sentence would puzzle.
  const sentence = error.sentence.replace(` (column ${column})`, '').replace(` at column ${column}`, '');
  return new PythonError(sentence, positionOf(text, first + column), { cause: error.cause });
}

class QueryEnvironment implements Environment {
  readonly #database: Database;
  readonly #path: readonly string[] | undefined;
  #isFresh = false;

  constructor(database: Database, path: readonly string[] | undefined) {
    this.#database = database;
    this.#path = path;
  }

  async get(name: string): Promise<PythonValue | undefined> {
    if (name === 'dj') return new DjModule();
    const found = await this.#find(name);
    if (found !== undefined || this.#isFresh) return found;
    // What is known of the tables may be older than the one that is meant.
    this.#isFresh = true;
    this.#database.catalog.invalidate();
    return this.#find(name);
  }

  async #find(name: string): Promise<PythonValue | undefined> {
    if (isClassName(name)) return this.#table(name);
    const schema = await this.#schema(name);
    return schema === undefined ? builtins.get(name) : new SchemaObject(schema);
  }

  async names(): Promise<readonly string[]> {
    const schemas = await this.#database.schemas();
    return ['dj', ...schemas, ...(await this.#classes()).map(({ className }) => className)];
  }

  async #schema(name: string): Promise<Schema | undefined> {
    const schemas = await this.#database.schemas();
    const found = [name, name.replaceAll('__', '-')].find((each) => schemas.includes(each));
    return found === undefined ? undefined : this.#database.schema(found);
  }

  async #table(className: string): Promise<PythonValue | undefined> {
    const found = (await this.#classes()).filter((table) => table.className === className);
    const [first] = found;
    if (first === undefined) return undefined;
    if (this.#path === undefined && found.length > 1) {
      const places = found.map(({ schema }) => `${schema}.${className}`);
      throw new TableNotFound(`"${className}" is in several schemas; write one of ${places.slice(0, 8).join(', ')}.`);
    }
    const schema = this.#database.schema(first.schema);
    return new TableObject(await schema.table(className), schema);
  }

  /** The tables that have a name without a schema, in the order in which they are looked for. */
  async #classes(): Promise<readonly { readonly schema: string; readonly className: string }[]> {
    const { schemas } = await this.#database.catalog.pipeline(this.#path);
    const path = this.#path ?? schemas.map(({ name }) => name);
    return path.flatMap((name) => {
      const tables = schemas.find((schema) => schema.name === name)?.tables ?? [];
      return tables
        .filter(({ tier }) => tier !== undefined && tier !== 'part')
        .map(({ className }) => ({ schema: name, className }));
    });
  }
}

/** A schema: its tables by their class names. */
class SchemaObject extends HostObject {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    super();
    this.#schema = schema;
  }

  get kind(): string {
    return `the schema ${this.#schema.name}`;
  }

  override async memberNames(): Promise<readonly string[]> {
    return (await this.#schema.tables()).map(({ className }) => className);
  }

  override async member(name: string): Promise<PythonValue | undefined> {
    if (!isClassName(name)) return undefined;
    return new TableObject(await this.#schema.table(name), this.#schema);
  }
}
