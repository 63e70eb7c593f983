import type { ColumnTypes } from '../column-types.ts';
import type { Generation, Storage } from '../storage.ts';

const integer = /^(tiny|small|medium|big|)(?:int|integer)(\s*\(.+\))?(\s+unsigned)?/i;
const float = /^(?:double|float|real)(\s*\(.+\))?(\s+unsigned)?$/i;
const widths = { tiny: 8, small: 16, medium: 24, '': 32, big: 64 } as const;

const quotedInLegacy = /^(?:(?:var)?char\s*\(.+\)|enum\s*\(.+\)|(?:date|datetime|time|timestamp|year)(?:\s*\(.+\))?)$/i;
const quotedInModern = /^(?:(?:var)?char\s*\(.+\)|enum\s*\(.+\)|(?:time|timestamp|year)(?:\s*\(.+\))?)$/i;

/** The types of MySQL and MariaDB, in the spellings of all their versions. */
export const mysqlTypes: ColumnTypes = {
  storage: storageOf,

  /** Integer and floating-point types lose their first group of pure digits in parentheses. */
  printed: (type) => (integer.test(type) || float.test(type) ? type.replace(/\(\d+\)/, '') : type),

  /** A collation is named after its character set; only one of them holds every character. */
  charset(collation) {
    const charset = collation?.split('_')[0];
    return charset === 'utf8mb4' ? undefined : charset;
  },

  /** Texts and times in double quotes without escaping (dates and datetimes bare in DataJoint 2), the rest bare. */
  printedDefault(type, value, generation) {
    if (value === 'CURRENT_TIMESTAMP') return value;
    const quoted = generation === 'legacy' ? quotedInLegacy : quotedInModern;
    return quoted.test(type) ? `"${value}"` : value;
  },
};

function storageOf(databaseType: string, generation: Generation): Storage {
  const type = databaseType.toLowerCase();
  const [, size, , unsigned] = integer.exec(type) ?? [];
  if (size !== undefined) {
    return { kind: 'integer', unsigned: unsigned !== undefined, bits: widths[size as keyof typeof widths] };
  }
  const word = /^[a-z]+/.exec(type)?.[0] ?? '';
  switch (word) {
    case 'float':
      return { kind: 'float' };
    case 'double':
    case 'real':
      return { kind: 'double' };
    case 'decimal':
    case 'numeric':
      return { kind: 'decimal' };
    case 'year':
      return { kind: 'year', unsigned: true, bits: 16 };
    case 'date':
    case 'time':
      return { kind: word };
    case 'datetime':
    case 'timestamp':
      return { kind: 'datetime' };
    case 'json':
      return { kind: 'json' };
    case 'bit':
      return { kind: 'bit' };
    case 'binary':
    case 'varbinary':
      return { kind: 'bytes' };
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return { kind: generation === 'legacy' ? 'blob' : 'bytes' };
    case 'char':
    case 'varchar':
    case 'tinytext':
    case 'text':
    case 'mediumtext':
    case 'longtext':
    case 'enum':
    case 'set':
    case 'inet':
      return { kind: 'text' };
    case 'uuid':
      // MariaDB's own UUID type, read as text.
      return { kind: 'text' };
    default:
      return { kind: 'geometry' };
  }
}
