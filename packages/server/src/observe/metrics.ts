import { setTimeout } from 'node:timers/promises';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RouteFacts } from '../route-facts.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Peers } from '../workers/peers.ts';
import type { Answer } from './answers.ts';

/** Upper bounds of the histogram of durations, in seconds. */
const DURATIONS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** Milliseconds until there are figures of the event loop's delay, which is looked at every ten; and how often that is waited for. */
const firstLook = { pause: 30, most: 20 };

/** The answers of a route to requests of one method, with one status. */
interface Answers {
  readonly method: string;
  readonly status: number;
  readonly durations: Histogram.Internal<'method' | 'route' | 'status'>;
}

/**
 * What a server counts and measures, for Prometheus: requests, database sessions, the process. Labels are routes as the
 * contract writes them, never names or values of a user's.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #durations: Histogram<'method' | 'route' | 'status'>;
  /** Of a few methods and statuses; looking for labels costs more than counting. */
  readonly #answers = new WeakMap<RouteFacts, readonly Answers[]>();
  /** Written since they were asked for last. */
  readonly #rows = { insert: 0, update: 0, delete: 0 };
  readonly #peers: Pick<Peers, 'metrics'> | undefined;
  #isComplete = false;

  /** @param peers whose metrics are told together with these. */
  constructor(sessions: Sessions, peers?: Pick<Peers, 'metrics'>) {
    this.#peers = peers;
    const registers = [this.#registry];
    this.#durations = new Histogram({
      name: 'pharus_http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its answer; status 499 where its client left before.',
      labelNames: ['method', 'route', 'status'],
      buckets: DURATIONS,
      registers,
    });
    const rows = this.#rows;
    new Counter({
      name: 'pharus_written_rows_total',
      help: 'Rows inserted, updated and deleted.',
      labelNames: ['action'],
      registers,
      collect() {
        for (const action of ['insert', 'update', 'delete'] as const) {
          if (rows[action] > 0) this.inc({ action }, rows[action]);
          rows[action] = 0;
        }
      },
    });
    const gauge = (name: string, help: string, value: () => number): void => {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    };
    gauge('pharus_database_sessions', 'Database sessions that are open or being opened.', () => sessions.state.open);
    gauge('pharus_database_sessions_max', 'Database sessions that may be open.', () => sessions.state.max);
    gauge('pharus_database_waiting', 'Requests and pools that wait for a session.', () => sessions.state.waiting);
    gauge('pharus_database_users', 'Users of databases whose sessions are kept.', () => sessions.size);
    if (peers !== undefined) this.#answerPrimary();
  }

  /** Measures a request of a route. */
  answered(route: RouteFacts, method: string, { status, milliseconds }: Answer): void {
    this.#answersOf(route, method, status).durations.observe(milliseconds / 1000);
  }

  #answersOf(route: RouteFacts, method: string, status: number): Answers {
    const ofRoute = this.#answers.get(route);
    const known = ofRoute?.find((each) => each.status === status && each.method === method);
    if (known !== undefined) return known;
    const labels = { method, route: route.url ?? 'none', status: String(status) };
    const answers = { method, status, durations: this.#durations.labels(labels) };
    this.#answers.set(route, [...(ofRoute ?? []), answers]);
    return answers;
  }

  /** Counts rows that were written. */
  wrote(action: 'insert' | 'update' | 'delete', rows: number): void {
    this.#rows[action] += rows;
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of it in the text format of Prometheus; of all peers together, where there are any. */
  async text(): Promise<string> {
    if (this.#peers !== undefined) return await this.#peers.metrics();
    // Watching the process costs something, so it begins with the first who asks, and who waits for the first figures.
    if (this.#watchProcess()) await this.#firstFigures();
    return await this.#registry.metrics();
  }

  /** Has the process that started this one ask for its metrics whenever it wants to. */
  #answerPrimary(): void {
    this.#watchProcess();
    AggregatorRegistry.setRegistries(this.#registry);
    new AggregatorRegistry();
  }

  /** @returns whether it begins now. */
  #watchProcess(): boolean {
    if (this.#isComplete) return false;
    this.#isComplete = true;
    collectDefaultMetrics({ register: this.#registry });
    this.#countBefore();
    return true;
  }

  /** A busy machine keeps the figures waiting. */
  async #firstFigures(): Promise<void> {
    const delay = this.#registry.getSingleMetric('nodejs_eventloop_lag_mean_seconds');
    for (let looks = 0; looks < firstLook.most; looks += 1) {
      await setTimeout(firstLook.pause);
      const figures = await delay?.get();
      if (figures?.values.every(({ value }) => !Number.isNaN(value))) return;
    }
  }

  /** The processor time that was used before it was watched: what counts it counts from then on. */
  #countBefore(): void {
    const { user, system } = process.cpuUsage();
    for (const [name, time] of Object.entries({ user_: user, system_: system, '': user + system })) {
      (this.#registry.getSingleMetric(`process_cpu_${name}seconds_total`) as Counter | undefined)?.inc(time / 1e6);
    }
  }
}
