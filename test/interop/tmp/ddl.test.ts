import { test } from 'vitest';
import { startMysql } from '../../support/mysql.ts';
import { startMariadb } from '../../support/mariadb.ts';
import { connectBackend } from '../../support/backends.ts';
for (const args of [[], ['--innodb-flush-method=nosync', '--innodb-doublewrite=0']]) for (const name of ['mysql','mariadb'] as const)
test(name+args.join(), async () => {
  let t = Date.now();
  const s = await (name==='mysql'?startMysql:startMariadb)({ args });
  console.log(name, args.join(), 'start', Date.now() - t); t = Date.now();
  const { backend, close } = connectBackend(name, s);
  await backend.query('create database x');
  for (let i = 0; i < 40; i++) await backend.query(`create table x.t${i} (a int primary key, b int, index(b))`);
  console.log('40 tables', Date.now() - t);
  t=Date.now();
  await backend.query('drop database x');
  console.log('drop', Date.now() - t);
  t=Date.now();
  await close(); await s.stop();
  console.log('stop', Date.now() - t);
}, 100000);
