import cluster from 'node:cluster';
import { type AddressInfo, isIPv6 } from 'node:net';
import { UnreachableError } from '@pharus/datajoint';
import type { FastifyInstance } from 'fastify';
import type { AppOptions } from './app.ts';
import { type Config, ConfigError, type ConfigSources, loadConfig } from './config.ts';
import type { Demo } from './demo/demo.ts';
import { greeting } from './greeting.ts';

/** Milliseconds that running requests get to finish once the server was told to stop. */
const PATIENCE = 10_000;

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already; stop it, or choose another port with PHARUS_PORT',
  EACCES: 'this user may not listen there; choose a port from 1024 on with PHARUS_PORT',
  EADDRNOTAVAIL: 'this machine has no such address; choose another one with PHARUS_LISTEN',
  ENOTFOUND: 'there is no such address; choose another one with PHARUS_LISTEN',
};

function urlOf(config: Config, { address, port }: Pick<AddressInfo, 'address' | 'port'>): string {
  const isAny = address === '0.0.0.0' || address === '::';
  const host = isAny ? 'localhost' : isIPv6(address) ? `[${address}]` : address;
  return `http://${host}:${port}${config.prefix}`;
}

/** Ends the server in good order: running requests finish, sessions close. */
function stop(app: FastifyInstance, why: string): void {
  app.log.info({ why }, 'stopping');
  const patience = setTimeout(() => {
    app.log.warn('requests were still running and are cut off');
    process.exit(0);
  }, PATIENCE);
  patience.unref();
  app.close().then(
    () => process.exit(0),
    (error: unknown) => {
      app.log.error({ err: error }, 'stopping failed');
      process.exit(1);
    },
  );
}

/** A signal ends the server in good order, a second one at once. */
function onSignals(stopAll: (signal: NodeJS.Signals) => void, killAll: () => void): void {
  let isStopping = false;
  const hear = (signal: NodeJS.Signals): void => {
    if (isStopping) killAll();
    else stopAll(signal);
    isStopping = true;
  };
  process.on('SIGTERM', hear);
  process.on('SIGINT', hear);
}

/** An error that nobody waits for leaves unknown state behind: it is logged and the process ends, to be started anew. */
function endOnLostErrors(app: FastifyInstance): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      app.log.fatal({ err: error }, 'an error was not handled; the process ends');
      process.exitCode = 1;
      process.exit();
    });
  }
}

/** @throws ConfigError when the demo cannot be used, with what to do about it. */
async function openDemo(demo: Demo, directory: string, log: FastifyInstance['log']): Promise<void> {
  process.stdout.write(`Opening the demo in ${directory}; the first time it is made, which takes some seconds.\n`);
  try {
    await demo.open();
  } catch (error) {
    // Somebody stopped the server meanwhile.
    if (demo.isClosed) return;
    const isInUse = error instanceof UnreachableError;
    if (!isInUse) log.error({ err: error }, 'the demo could not be opened');
    const why = isInUse ? error.message : `It could not be opened; remove ${directory} to have it made anew.`;
    throw new ConfigError([
      `The demo in ${directory} (PHARUS_DATA_DIR): ${why} Or go without it: PHARUS_DATABASE_HOSTS=* takes any database but the demo.`,
    ]);
  }
}

/**
 * Starts the server and says where it is. It answers from the moment it listens; logins to the demo wait until that is
 * there.
 *
 * @throws ConfigError when its settings do not let it start.
 */
export async function serve(sources: ConfigSources): Promise<void> {
  const { config, warnings } = loadConfig(sources);
  if (config.workers === 1) await serveAlone(sources, config, warnings);
  else if (cluster.isPrimary) await serveWithWorkers(config, warnings);
  else await serveAsWorker(sources, config);
}

async function serveAlone(sources: ConfigSources, config: Config, warnings: readonly string[]): Promise<void> {
  const demo = await demoOf(config);
  const app = await listen(sources, { config, demo });
  for (const warning of warnings) app.log.warn(warning);
  onSignals(
    (signal) => stop(app, signal),
    () => process.exit(1),
  );
  if (demo !== undefined && config.demo !== undefined) {
    try {
      await openDemo(demo, config.demo.directory, app.log);
    } catch (error) {
      await app.close();
      throw error;
    }
    if (demo.isClosed) return;
  }
  process.stdout.write(greeting(config, urlOf(config, app.server.address() as AddressInfo)));
}

async function demoOf(config: Config): Promise<Demo | undefined> {
  if (config.demo === undefined) return undefined;
  const { Demo } = await import('./demo/demo.ts');
  return new Demo({ ...config.demo, wait: config.poolWait });
}

async function listen(sources: ConfigSources, options: Omit<AppOptions, 'environment'>): Promise<FastifyInstance> {
  const { createApp } = await import('./app.ts');
  const { config } = options;
  const app = await createApp({ ...options, environment: sources.environment });
  try {
    await app.listen({ host: config.listen, port: config.port });
  } catch (error) {
    await app.close();
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new ConfigError([`Cannot listen on ${config.listen}, port ${config.port}: ${reason}.`]);
  }
  endOnLostErrors(app);
  return app;
}

/** Starts the workers, and ends with them. */
async function serveWithWorkers(config: Config, warnings: readonly string[]): Promise<void> {
  const [{ Workers, WorkerFailed }, { createLogger }] = await Promise.all([
    import('./workers/workers.ts'),
    import('./observe/logger.ts'),
  ]);
  const log = createLogger(config);
  for (const warning of warnings) log.warn(warning);
  const workers = new Workers({ count: config.workers, log });
  onSignals(
    (signal) => {
      log.info({ why: signal }, 'stopping');
      void workers.stop().then(() => process.exit(0));
    },
    () => {
      workers.kill();
      process.exit(1);
    },
  );
  try {
    process.stdout.write(greeting(config, urlOf(config, await workers.start())));
  } catch (error) {
    if (!(error instanceof WorkerFailed)) throw error;
    process.exit(error.exitCode);
  }
}

/** Serves as one of several, with its share of the database sessions. */
async function serveAsWorker(sources: ConfigSources, config: Config): Promise<void> {
  const { Peers, processChannel } = await import('./workers/peers.ts');
  const share = (sessions: number): number => Math.floor(sessions / config.workers);
  const { poolMax, poolTotal, poolSlow } = config;
  let app: FastifyInstance | undefined;
  let isToldToStop = false;
  processChannel.listen((message) => {
    if (message.kind !== 'stop') return;
    isToldToStop = true;
    if (app !== undefined) stop(app, 'told to');
  });
  // Signals reach all processes of a terminal or a unit; the one that started this one says when to stop.
  onSignals(
    () => undefined,
    () => undefined,
  );
  app = await listen(sources, {
    config: { ...config, poolMax: share(poolMax), poolTotal: share(poolTotal), poolSlow: Math.max(1, share(poolSlow)) },
    peers: new Peers(processChannel),
  });
  if (isToldToStop) stop(app, 'told to');
}
