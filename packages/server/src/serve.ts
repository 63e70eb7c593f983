import type { AddressInfo } from 'node:net';
import { UnreachableError } from '@pharus/datajoint';
import type { FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { type Config, ConfigError, type ConfigSources, loadConfig } from './config.ts';
import { Demo } from './demo/demo.ts';
import { greeting } from './greeting.ts';

/** Milliseconds that running requests get to finish once the server was told to stop. */
const PATIENCE = 10_000;

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already; stop it, or choose another port with PHARUS_PORT',
  EACCES: 'this user may not listen there; choose a port from 1024 on with PHARUS_PORT',
  EADDRNOTAVAIL: 'this machine has no such address; choose another one with PHARUS_LISTEN',
  ENOTFOUND: 'there is no such address; choose another one with PHARUS_LISTEN',
};

function urlOf(config: Config, { address, port, family }: AddressInfo): string {
  const isAny = address === '0.0.0.0' || address === '::';
  const host = isAny ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}${config.prefix}`;
}

/** Lets a signal end the server in good order: running requests finish, sessions close; a second signal ends it at once. */
function stopOnSignals(app: FastifyInstance): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    app.log.info({ signal }, 'stopping');
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
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
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
export async function serve(sources: ConfigSources): Promise<FastifyInstance> {
  const { config, warnings } = loadConfig(sources);
  const demo = config.demo && new Demo({ ...config.demo, wait: config.poolWait });
  const app = await createApp({ config, demo, environment: sources.environment });
  for (const warning of warnings) app.log.warn(warning);
  try {
    await app.listen({ host: config.listen, port: config.port });
  } catch (error) {
    await app.close();
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new ConfigError([`Cannot listen on ${config.listen}, port ${config.port}: ${reason}.`]);
  }
  stopOnSignals(app);
  endOnLostErrors(app);
  if (demo !== undefined && config.demo !== undefined) {
    try {
      await openDemo(demo, config.demo.directory, app.log);
    } catch (error) {
      await app.close();
      throw error;
    }
    if (demo.isClosed) return app;
  }
  process.stdout.write(greeting(config, urlOf(config, app.server.address() as AddressInfo)));
  return app;
}
