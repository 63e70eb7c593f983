/**
 * Makes `package-lock.json` anew: `npm run lock`, after a change to any package.json.
 *
 * Programs such as the compiler come as one optional package per platform. Where the registry in use does not carry
 * those of other platforms, npm leaves them out of the lock file, and `npm ci` then refuses it on every machine. They are
 * written in here by name and version, for the platform their name says and without a checksum: npm passes over them on
 * other platforms and finds them on their own. Where the registry has them, npm's entries stand.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

// In an empty folder: an install lying beside the lock file would colour it.
const folder = mkdtempSync(join(tmpdir(), 'pharus-lock-'));
let lock;
try {
  for (const path of ['package.json', '.npmrc', ...workspaces.map((workspace) => `${workspace}/package.json`)]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, path), join(folder, path));
  }
  execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts'], { cwd: folder, stdio: 'inherit' });
  lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name) || !/^\d+\.\d+\.\d+/.test(version)) continue;
    const platform = platformOf(name);
    if (platform === undefined) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(platform.cpu === undefined ? {} : { cpu: platform.cpu }),
      ...(entry.dev === true ? { dev: true } : {}),
      ...(platform.libc === undefined ? {} : { libc: platform.libc }),
      license: entry.license,
      optional: true,
      ...(platform.os === undefined ? {} : { os: platform.os }),
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json made anew; written in for other platforms: ${added.length}`);

/** Whether npm finds a package from where another one lies, as node looks it up. */
function isLocked(from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1))) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}

/** What npm is to compare with the machine: `@x/cli-linux-arm64-musl` is for linux, arm64, musl. */
function platformOf(name) {
  const words = name.slice(name.lastIndexOf('/') + 1).split(/[-_.]/);
  const systems = [
    'aix',
    'android',
    'darwin',
    'freebsd',
    'linux',
    'netbsd',
    'openbsd',
    'openharmony',
    'sunos',
    'win32',
  ];
  const machines = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
  const os = systems.find((system) => words.includes(system));
  const cpu = machines.find((machine) => words.includes(machine));
  if (cpu === 'wasm32') return { cpu: ['wasm32'] };
  if (os === undefined) return undefined;
  const libc = words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
  const namesLibc = words.some((word) => /^(musl|gnu)/.test(word));
  return {
    os: [os],
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(os === 'linux' && namesLibc ? { libc: [libc] } : {}),
  };
}
