import type { ServerInfo } from './driver.ts';

/** Which of the two a server says it is in its greeting, and which version of it. */
export function serverOf(greeting: string): Pick<ServerInfo, 'product' | 'version'> {
  // Until version 11, MariaDB pretends to be the replica of a MySQL 5.5.
  if (/mariadb/i.test(greeting)) return { product: 'mariadb', version: greeting.replace(/^5\.5\.5-/, '') };
  return { product: 'mysql', version: greeting };
}
