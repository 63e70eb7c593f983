import type { Backend } from '../support/backends.ts';

/** SQL that makes a view of which a read takes some seconds. */
export function slowView({ family }: Backend, name: string, seconds: number): string {
  return {
    mysql: `CREATE SQL SECURITY INVOKER VIEW ${name} AS SELECT SLEEP(${seconds}) AS id`,
    postgresql: `CREATE VIEW ${name} WITH (security_invoker) AS SELECT 1 AS id FROM pg_sleep(${seconds})`,
  }[family];
}
