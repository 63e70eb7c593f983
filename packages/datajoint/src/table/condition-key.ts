import type { Dialect } from '../dialect/dialect.ts';
import { compileWhere } from '../expression/compile.ts';
import type { Condition } from '../expression/condition.ts';

/** A text that is the same for conditions that are written alike. */
export function conditionKey(condition: Condition, dialect: Dialect): string {
  const { text, params } = compileWhere(condition, dialect).toStatement(dialect.syntax);
  return `${text}\0${params.map((param) => `${typeof param}:${String(param)}`).join('\0')}`;
}
