import { createConnection } from 'mysql2/promise';
import type { TestServer } from '../../test/support/test-server.ts';

/** Makes `bench_export.sample` with so many rows of the usual types. */
export async function makeSamples(
  { host, port, user, password }: Pick<TestServer, 'host' | 'port' | 'user' | 'password'>,
  rows: number,
): Promise<void> {
  const connection = await createConnection({ host, port, user, password });
  try {
    await connection.query('CREATE DATABASE bench_export');
    await connection.query('USE bench_export');
    await connection.query(`CREATE TABLE bench_export.sample (sample_id int NOT NULL PRIMARY KEY, taken datetime(6) NOT NULL,
      value double NOT NULL, gain float DEFAULT NULL, price decimal(10,2) NOT NULL, label enum('good','mua','noise') NOT NULL,
      big bigint NOT NULL, note varchar(60) DEFAULT NULL)`);
    await connection.query(
      `INSERT INTO bench_export.sample SELECT seq, '2026-01-01' + INTERVAL seq * 1000003 MICROSECOND,
      SIN(seq), IF(seq % 7 = 0, NULL, seq / 3), seq / 100, ELT(1 + seq % 3, 'good', 'mua', 'noise'),
      seq * 9007199254, CONCAT('note ', MD5(seq)) FROM bench_export.seq_1_to_${rows}`.replace(
        'bench_export.seq',
        'seq',
      ),
    );
  } finally {
    await connection.end();
  }
}
