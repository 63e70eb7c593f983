import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

export interface Certificates {
  /** PEM file of the authority, to be trusted. */
  readonly caFile: string;
  readonly ca: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** Makes an authority and a server's certificate by it, for the names given (`DNS:localhost`, `IP:127.0.0.1`). */
export async function makeCertificates(directory: string, names: readonly string[]): Promise<Certificates> {
  const file = (name: string): string => join(directory, name);
  const subject = (name: string): string[] => ['-subj', `/CN=${name}`, '-days', '2'];
  const key = (name: string): string[] => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file(name)];
  await run('openssl', ['req', '-x509', ...key('ca.key'), '-out', file('ca.pem'), ...subject('Test authority')]);
  await run('openssl', [
    'req',
    '-x509',
    ...key('server.key'),
    '-out',
    file('server.pem'),
    ...subject('test server'),
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-addext',
    `subjectAltName=${names.join(',')}`,
    '-addext',
    'basicConstraints=critical,CA:FALSE',
  ]);
  const caFile = file('ca.pem');
  return { caFile, ca: await readFile(caFile, 'utf8'), certFile: file('server.pem'), keyFile: file('server.key') };
}
