import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Packages are tested from their sources: no build in between, and coverage shows the lines that were written. */
const conditions = ['pharus-source', 'node'];

/** Projects that need a database share one server of each kind for the whole run (`inject('servers')`). */
const withServers = { globalSetup: ['./test/support/servers.ts'], testTimeout: 60_000, hookTimeout: 300_000 };

export default defineConfig({
  // These go to node as well. `import` is not among them: with it, CommonJS packages would be given ES modules.
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    passWithNoTests: true,
    // Most of them wait for databases: on two cores, too, two files at a time take little more than half as long.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
    },
    projects: [
      // RSA keys take seconds to find where processors are busy.
      {
        extends: true,
        test: { name: 'unit', include: ['packages/*/src/**/*.test.ts', 'bench/**/*.test.ts'], testTimeout: 30_000 },
      },
      { extends: true, test: { name: 'repo', include: ['test/repo/**/*.test.ts'] } },
      { extends: true, test: { ...withServers, name: 'backends', include: ['test/backends/**/*.test.ts'] } },
      { extends: true, test: { ...withServers, name: 'golden', include: ['test/golden/**/*.test.ts'] } },
      { extends: true, test: { ...withServers, name: 'process', include: ['test/process/**/*.test.ts'] } },
      {
        extends: true,
        // Making the Python environments comes first and takes its time.
        test: { ...withServers, name: 'interop', include: ['test/interop/**/*.test.ts'], hookTimeout: 900_000 },
      },
    ],
  },
});
