import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { generatedColumnsLast } from './generated-columns.ts';
import { findOrInstall } from './mariadb.ts';
import { findOrInstall as findPostgres } from './postgres.ts';
import type { TestServer } from './test-server.ts';

/** Feeds a dump (`.sql` or `.sql.gz`) to a server through MariaDB's command-line client, as an administrator would. */
export async function restore(server: TestServer, file: string): Promise<void> {
  const client = await findOrInstall('mariadb');
  const args = [
    '--no-defaults',
    `--host=${server.host}`,
    `--port=${server.port}`,
    `--user=${server.user}`,
    '--protocol=tcp',
    '--default-character-set=utf8mb4',
    '--max-allowed-packet=1G',
    '--binary-mode',
  ];
  const change = server.product === 'mysql' ? generatedColumnsLast : undefined;
  await feed(file, { command: [client, ...args], env: { MYSQL_PWD: server.password }, change });
}

/** Feeds a dump to a PostgreSQL through `psql`. */
export async function restorePostgres(server: TestServer, file: string): Promise<void> {
  const client = await findPostgres('psql');
  const args = ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null'];
  const place = ['-h', server.host, '-p', String(server.port), '-U', server.user, '-d', server.database ?? 'postgres'];
  await feed(file, { command: [client, ...args, ...place], env: { PGPASSWORD: server.password } });
}

interface Feeding {
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly change?: typeof generatedColumnsLast | undefined;
}

async function feed(file: string, { command: [program, ...args], env, change }: Feeding): Promise<void> {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const fed = pipeline(
    createReadStream(file),
    file.endsWith('.gz') ? createGunzip() : new PassThrough(),
    change ?? new PassThrough(),
    child.stdin,
  ).catch((error: unknown) => {
    // A client that gave up closes its input; what it says is the better message.
    errors ||= String(error);
  });
  const [code] = await Promise.all([ended, fed]);
  if (code !== 0) throw new Error(`${file} was not restored by ${program}: ${errors.trim()}`);
}
