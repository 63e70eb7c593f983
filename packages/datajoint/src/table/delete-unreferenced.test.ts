import { describe, expect, test } from 'vitest';
import type { Cell } from '../connection/driver.ts';
import type { Transaction } from '../connection/transaction.ts';
import { DependencyGraph } from '../dependencies/dependency-graph.ts';
import type { ForeignKey } from '../dependencies/foreign-key.ts';
import type { ColumnRow } from '../dialect/catalog.ts';
import { mysqlDialect } from '../dialect/mysql/mysql-dialect.ts';
import { mysqlTypes } from '../dialect/mysql/types.ts';
import { IntegrityError, TimeoutError } from '../errors.ts';
import { makeCondition } from '../expression/restriction.ts';
import { readHeading } from '../heading/read-heading.ts';
import { deleteUnreferenced } from './delete-unreferenced.ts';

const parent = { schema: 'lab', table: 'session' };

function refers(schema: string, table: string, here: string): ForeignKey {
  return { constraint: `${table}_ibfk_1`, child: { schema, table }, parent, attributes: [[here, 'id']] };
}

const row: ColumnRow = ['id', 'int', null, 'NO', 'PRI', null, '', '', ''];
const condition = makeCondition({ id: 5 }, readHeading([row], '', 'legacy', mysqlTypes));

/** Answers which children have dependents, which actions a key has, and deletes or throws. */
function transaction({ children = [] as string[], actions = [] as Cell[], deletes = (): number => 1 }) {
  const sent: string[] = [];
  const execute: Transaction['execute'] = async (sql) => {
    const { text } = sql.toStatement(mysqlDialect.syntax);
    sent.push(text);
    if (text.startsWith('DELETE')) return { columns: [], rows: [], affectedRows: deletes() };
    if (!text.includes('EXISTS')) return { columns: [], rows: actions.length > 0 ? [actions] : [], affectedRows: 0 };
    return { columns: [], rows: [[children.some((child) => text.includes(`\`${child}\``)) ? 1 : 0]], affectedRows: 0 };
  };
  return { transaction: { dialect: mysqlDialect, execute } as unknown as Transaction, sent };
}

const graph = new DependencyGraph([
  refers('lab', 'session', 'previous'),
  refers('lab', 'session__trial', 'id'),
  refers('other', '#scan', 'session_id'),
]);

async function refusal(to: Transaction): Promise<IntegrityError> {
  try {
    await deleteUnreferenced(parent, condition, graph, to);
  } catch (error) {
    return error as IntegrityError;
  }
  throw new Error('Expected a refusal.');
}

describe('deleting rows on which nothing depends', () => {
  test('asks every child, then deletes', async () => {
    const { transaction: to, sent } = transaction({ deletes: () => 3 });
    expect(await deleteUnreferenced(parent, condition, graph, to)).toBe(3);
    expect(sent).toEqual([
      'SELECT EXISTS(SELECT 1 FROM `lab`.`session` WHERE (NOT (`previous` IS NULL) AND `previous` = ? AND (`id` = ?) IS NOT TRUE))',
      'SELECT EXISTS(SELECT 1 FROM `lab`.`session__trial` WHERE (NOT (`id` IS NULL) AND `id` = ?))',
      'SELECT EXISTS(SELECT 1 FROM `other`.`#scan` WHERE (NOT (`session_id` IS NULL) AND `session_id` = ?))',
      'DELETE FROM `lab`.`session` WHERE `id` = ?',
    ]);
  });

  test('is refused for a child with dependent rows, by the name of its class, and in the words of the servers', async () => {
    const { transaction: to, sent } = transaction({ children: ['#scan'], actions: ['CASCADE', 'RESTRICT'] });
    const error = await refusal(to);
    expect(error).toBeInstanceOf(IntegrityError);
    expect(error.message).toBe(
      'Rows of other.Scan refer by session_id to rows of Session that were to be deleted. Delete those first, or let the delete cascade.',
    );
    const documented =
      'Cannot delete or update a parent row: a foreign key constraint fails (`other`.`#scan`, CONSTRAINT ' +
      '`#scan_ibfk_1` FOREIGN KEY (`session_id`) REFERENCES `lab`.`session` (`id`) ON DELETE CASCADE)';
    expect(error.details).toEqual({
      childSchema: 'other',
      childTable: '#scan',
      constraint: '#scan_ibfk_1',
      documented,
    });
    expect(sent.some((text) => text.startsWith('DELETE'))).toBe(false);
  });

  test('a parent in the same schema is named without it', async () => {
    const error = await refusal(
      transaction({ children: ['session__trial'], actions: ['RESTRICT', 'CASCADE'] }).transaction,
    );
    expect(error.message).toContain('Rows of Session.Trial refer by id to rows of Session ');
    expect(error.details.documented).toMatch(/REFERENCES `session` \(`id`\) ON UPDATE CASCADE\)$/);
  });

  test('is refused by the database because of the table itself: the same words', async () => {
    const raised = new IntegrityError('raw', {
      details: { childSchema: 'lab', childTable: 'session', constraint: 'session_ibfk_1' },
    });
    const deletes = (): never => {
      throw raised;
    };
    const error = await refusal(transaction({ deletes }).transaction);
    expect(error.details.documented).toContain('CONSTRAINT `session_ibfk_1` FOREIGN KEY (`previous`)');
    expect(error.cause).toBe(raised);
  });

  test.each([{}, { childSchema: 'secret', childTable: 'project', constraint: 'fk' }])(
    'a table that the user does not see is not named: %j',
    async (details) => {
      const deletes = (): never => {
        throw new IntegrityError('(`secret`.`project`, CONSTRAINT `fk`)', { details });
      };
      const error = await refusal(transaction({ deletes }).transaction);
      expect(error.message).not.toMatch(/secret|project|fk/);
      expect(error.details).toEqual({ childSchema: null, childTable: null, constraint: null });
    },
  );

  test('other errors pass', async () => {
    const deletes = (): never => {
      throw new TimeoutError('Too long.');
    };
    await expect(deleteUnreferenced(parent, condition, graph, transaction({ deletes }).transaction)).rejects.toThrow(
      'Too long.',
    );
  });
});
