import { randomUUID, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import { loadSpecSheet, SpecSheetError } from '@pharus/spec-sheet';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import type { DestinationStream } from 'pino';
import { loadKeys } from './auth/keys.ts';
import { LoginThrottle } from './auth/login-throttle.ts';
import type { RsaKeys } from './auth/rsa-keys.ts';
import { Tickets } from './auth/tickets.ts';
import { readStores } from './config/read-stores.ts';
import { type Config, ConfigError } from './config.ts';
import { createDependencies } from './create-dependencies.ts';
import type { Demo } from './demo/demo.ts';
import { answerError } from './errors/error-handler.ts';
import { answerUnknownRoutes } from './errors/not-found.ts';
import { logAnswer } from './observe/access-log.ts';
import { observeAnswers } from './observe/answers.ts';
import { auditTo } from './observe/audit.ts';
import { createLogger } from './observe/logger.ts';
import { Metrics } from './observe/metrics.ts';
import { RequestLog } from './observe/request-log.ts';
import { takeJsonBodies } from './parse/json-body.ts';
import { takeFiles } from './parse/multipart-body.ts';
import { refuseSlowBodies } from './parse/slow-bodies.ts';
import { checkParameters } from './parse/unknown-parameters.ts';
import { endOf } from './request-end.ts';
import type { RequestState } from './request-state.ts';
import { drainOnClose } from './respond/drain.ts';
import { secure } from './respond/security.ts';
import { dropStalled } from './respond/stalled.ts';
import { routeFacts, routeKindOf } from './route-facts.ts';
import { AttributeFirst } from './routes/attribute-first.ts';
import { families } from './routes/families.ts';
import type { RouteFamily } from './routes/route-family.ts';
import { type ConnectionFactory, connectionFactory } from './sessions/connection-factory.ts';
import type { Lookup } from './sessions/resolve.ts';
import { Sessions } from './sessions/sessions.ts';
import type { Peers } from './workers/peers.ts';

/** Bytes of the first line and the headers of a request. */
const HEADER_LIMIT = 64 * 1024;
const PARAMETER_LIMIT = 1024;

export interface AppOptions {
  readonly config: Config;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The demo, closed with the server; without it nobody can log in to one, whatever the settings say. */
  readonly demo?: Demo | undefined;
  /** The other workers, where the server has several. */
  readonly peers?: Peers | undefined;
  /** In place of real databases. */
  readonly createConnection?: ConnectionFactory;
  /** In place of the system's resolver. */
  readonly lookup?: Lookup;
  /** Where log lines go; standard error by default. */
  readonly logDestination?: DestinationStream;
  /** In place of all routes. */
  readonly families?: readonly RouteFamily[];
}

function readCa(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const pem = readFileSync(path, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).syscall === undefined
        ? 'no certificate in it'
        : (error as NodeJS.ErrnoException).code;
    throw new ConfigError([
      `PHARUS_DATABASE_CA: expected the path of a readable PEM file, got ${JSON.stringify(path)} (${reason}).`,
    ]);
  }
}

function readSpecSheet(path: string | undefined, environment: AppOptions['environment'] = {}) {
  try {
    return path === undefined ? undefined : loadSpecSheet({ path, environment });
  } catch (error) {
    if (error instanceof SpecSheetError) throw new ConfigError([`PHARUS_SPEC_PATH: ${error.message}`]);
    throw error;
  }
}

/** Answers what is no HTTP, or too much of it, on the bare socket. */
function refuseClient(error: NodeJS.ErrnoException, socket: Socket, isWriting: boolean): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, sentence] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          // Not 431: nobody knows yet whether it was a write, and to LabBook any failed write but 500 is a success.
          '500 Internal Server Error',
          `Expected an address and headers of at most ${HEADER_LIMIT} bytes, got more.`,
        ]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [
            isWriting ? '500 Internal Server Error' : '408 Request Timeout',
            'Expected a whole request in time, got a part.',
          ]
        : ['400 Bad Request', 'Expected an HTTP request, got something else.'];
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(sentence)}\r\nConnection: close\r\n\r\n${sentence}`,
  );
}

/** Counts failed logins with all peers. */
function throttleAmong(peers: Peers | undefined): LoginThrottle {
  if (peers === undefined) return new LoginThrottle();
  const throttle = new LoginThrottle({ tell: (outcome, attempt) => peers.tellLogin(outcome, attempt) });
  peers.hearLogins((outcome, attempt) => throttle.heard(outcome, attempt));
  return throttle;
}

/** Tickets that are used once among all peers. */
function ticketsAmong(keys: RsaKeys, peers: Peers | undefined): Tickets {
  const tickets = new Tickets({ keys, tell: (id, expires) => peers?.tellTicket(id, expires) });
  peers?.hearTickets((id, expires) => tickets.used(id, expires));
  return tickets;
}

/**
 * The server, ready to listen. Closing it lets running requests finish and then closes all database sessions.
 *
 * @throws ConfigError when keys, certificates or spec sheet cannot be used.
 */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { config, environment, demo, lookup, logDestination, peers } = options;
  const { createConnection = connectionFactory(demo?.driver) } = options;
  const keys = await loadKeys(config);
  const specSheet = readSpecSheet(config.specPath, environment);
  const databaseCa = readCa(config.databaseCa);
  const stores = await readStores(config.stores, environment ?? {});
  const sessions = new Sessions({
    config,
    createConnection,
    databaseCa,
    stores,
    hasDemo: demo !== undefined,
    ...(lookup && { lookup }),
  });

  /** Connections on which a write is arriving. */
  const writing = new WeakSet<Socket>();
  const app = fastify({
    loggerInstance: createLogger(config, logDestination),
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (log, facts) => new RequestLog(log, facts) as FastifyBaseLogger,
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    bodyLimit: config.bodyLimit,
    trustProxy: config.trustProxy,
    routerOptions: { maxParamLength: PARAMETER_LIMIT },
    // Slow clients: headers within 10 s, looked at every second; bodies by `refuseSlowBodies`.
    requestTimeout: 0,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1000, maxHeaderSize: HEADER_LIMIT },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: true,
    clientErrorHandler: (error, socket) => refuseClient(error, socket, writing.has(socket)),
    frameworkErrors: (error, request, reply) => answerError(error, request, reply as FastifyReply, config.prefix),
  }) as unknown as FastifyInstance;

  app.decorateRequest('state');
  const metrics = new Metrics(sessions, peers);
  const attributeFirst = new AttributeFirst(peers);
  app.addHook('onRequest', (request, reply, done) => {
    const end = endOf(request.raw.socket, reply.raw);
    request.state = { reply, end, route: routeFacts(request, config.prefix) } satisfies RequestState;
    attributeFirst.arrive(request);
    if (routeKindOf(request, config.prefix) === 'write') writing.add(request.raw.socket);
    else writing.delete(request.raw.socket);
    done();
  });
  observeAnswers(app, [
    logAnswer,
    (request, answer) => metrics.answered(routeFacts(request, config.prefix), request.method, answer),
  ]);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, config.prefix));
  // Schemas describe routes for clients; requests are parsed by hand, for sentences that say what is wrong.
  app.setValidatorCompiler(() => () => true);
  secure(app, config);
  drainOnClose(app);
  dropStalled(app, config.stallTimeout);
  refuseSlowBodies(app, { whole: 25_000, silence: 25_000 }, ({ state }, socket) => {
    // What was answered before it had arrived is answered no more.
    if (state.end.isOver) socket.destroy();
    else refuseClient(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket, writing.has(socket));
  });
  takeJsonBodies(app);
  takeFiles(app, { body: config.bodyLimit, upload: config.uploadLimit });
  if (config.corsOrigins.length > 0) {
    const origin = config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins];
    await app.register(cors, {
      origin,
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'Accept', 'If-None-Match', 'Pharus-Plan'],
      exposedHeaders: ['ETag', 'Pharus-Warning'],
      strictPreflight: false,
      maxAge: 600,
    });
  }
  // After CORS, whose preflights no route takes either.
  answerUnknownRoutes(app, config.prefix);

  const dependencies = createDependencies({
    config,
    keys,
    sessions,
    specSheet,
    attributeFirst,
    metrics,
    audit: auditTo(app.log),
    throttle: throttleAmong(peers),
    tickets: ticketsAmong(keys, peers),
  });
  // Before the body is read: who has no token gets nothing done.
  app.addHook('onRequest', (request, _reply, done) => {
    const credentials = request.state.route.isProtected ? dependencies.authenticate(request) : undefined;
    if (credentials instanceof Promise) credentials.then(() => done(), done);
    else done();
  });
  checkParameters(app, config.prefix);
  for (const family of options.families ?? families) {
    await app.register(family(dependencies), { prefix: config.prefix });
  }
  app.addHook('onClose', async () => {
    await sessions.close();
    await demo?.close();
  });
  return app;
}
