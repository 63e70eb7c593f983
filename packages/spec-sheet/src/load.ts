import { readFileSync } from 'node:fs';
import { nearest } from '@pharus/datajoint';
import {
  type Document,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parse,
  parseDocument,
  type Scalar,
  type SchemaOptions,
  visit,
} from 'yaml';
import { isSpecObject, type SpecObject, SpecSheet, type SpecValue } from './document.ts';
import { interpolate, MissingVariableError } from './interpolate.ts';

/** A sheet that cannot be used. The message names file, line and what is wrong. */
export class SpecSheetError extends Error {
  override readonly name = 'SpecSheetError';
}

export interface LoadOptions {
  /** Named in messages. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Keys that hold code; a dollar sign there belongs to the code. */
const CODE_KEYS: ReadonlySet<string> = new Set(['dj_query', 'restriction', 'presets', 'diff_checker', 'override']);
/** Variables that may hold a secret: rather one too many. */
const SECRET_VARIABLE = /secret|pass|pwd|token|cred|private|key|auth/i;
/** Keys of the sheet whose values are secrets, wherever they come from. */
const SECRET_KEY =
  /secret|passw|passphrase|token|credential|private|api_?key|access_?key|(?:^|_)(?:key|pass|pwd)(?:_|$)/i;
const MASK = '***';

const PYTHON_BOOLEAN = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const TRUE = /^(?:yes|true|on)$/i;

/**
 * YAML 1.1 as the Python reader of existing sheets takes it: `y` and `n` are words there (a component's position is
 * called `y`), and dates stay text.
 */
const YAML: SchemaOptions & { version: '1.1' } = {
  version: '1.1',
  customTags: (tags) => [
    ...tags.filter((tag) => typeof tag === 'string' || !/:(?:bool|timestamp|binary|omap|pairs|set)$/.test(tag.tag)),
    {
      identify: (value: unknown) => typeof value === 'boolean',
      default: true,
      tag: 'tag:yaml.org,2002:bool',
      test: PYTHON_BOOLEAN,
      resolve: (text: string) => TRUE.test(text),
    },
  ],
};

function keyOf(pair: Pair | undefined): string {
  return pair !== undefined && isScalar(pair.key) ? String(pair.key.value) : '';
}

function enclosingKeys(path: readonly unknown[]): string[] {
  return path.filter((node): node is Pair => isPair(node)).map(keyOf);
}

/** Fills in the variables and says which scalars must not be shown. */
function fillIn(document: Document, lines: LineCounter, { path, environment }: LoadOptions): Set<Scalar> {
  const secrets = new Set<Scalar>();
  visit(document, {
    Scalar(key, scalar, ancestors) {
      const keys = enclosingKeys(ancestors);
      const isSecret = keys.some((name) => name === 'static_variables' || SECRET_KEY.test(name));
      if (isSecret && key !== 'key') secrets.add(scalar);
      if (key === 'key' || typeof scalar.value !== 'string' || keys.some((name) => CODE_KEYS.has(name))) return;
      try {
        const { text, variables } = interpolate(scalar.value, environment);
        if (variables.some((name) => SECRET_VARIABLE.test(name))) secrets.add(scalar);
        if (text === scalar.value) return;
        // Unquoted text is read again, so that a variable can hold a number.
        scalar.value = scalar.type === 'PLAIN' && variables.length > 0 ? plainValue(text) : text;
      } catch (error) {
        if (!(error instanceof MissingVariableError)) throw error;
        const { line } = lines.linePos(scalar.range?.[0] ?? 0);
        const meant = nearest(error.variable, Object.keys(environment));
        const hint = meant === undefined ? '' : ` Did you mean $${meant}?`;
        throw new SpecSheetError(
          `${path}, line ${line}: expected the variable ${error.variable} to be set, got nothing; set it, write $${error.variable}|default, or $$ for a dollar sign.${hint}`,
        );
      }
    },
  });
  return secrets;
}

function plainValue(text: string): unknown {
  try {
    const value: unknown = parse(text, YAML);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}

function masked(document: Document, secrets: ReadonlySet<Scalar>): SpecObject {
  const original = new Map([...secrets].map((scalar) => [scalar, scalar.value]));
  try {
    for (const scalar of secrets) scalar.value = MASK;
    return document.toJS() as SpecObject;
  } finally {
    for (const [scalar, value] of original) scalar.value = value;
  }
}

/**
 * Reads a spec sheet from text.
 *
 * Variables of the environment are filled in everywhere but in code. What came from a variable or stands under a
 * key with the name of a secret, and everything below `static_variables`, is masked in the public document.
 *
 * @throws SpecSheetError
 */
export function parseSpecSheet(text: string, options: LoadOptions): SpecSheet {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...YAML, lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new SpecSheetError(`${options.path}, line ${line}, column ${col}: expected YAML, but: ${fault.message}.`);
  }
  const secrets = fillIn(document as Document, lines, options);
  const root = isMap(document.contents as Node) ? (document.toJS() as SpecValue) : null;
  if (!isSpecObject(root) || !isSpecObject(root.SciViz)) {
    throw new SpecSheetError(`${options.path}: expected a mapping with the key SciViz, got none.`);
  }
  const publicDocument = masked(document as Document, secrets).SciViz;
  return new SpecSheet(root, isSpecObject(publicDocument) ? publicDocument : {});
}

/**
 * Reads the spec sheet at a path.
 *
 * @throws SpecSheetError
 */
export function loadSpecSheet(options: LoadOptions): SpecSheet {
  let text: string;
  try {
    text = readFileSync(options.path, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new SpecSheetError(`${options.path}: expected a readable spec sheet, got ${reason}; check PHARUS_SPEC_PATH.`);
  }
  return parseSpecSheet(text, options);
}
