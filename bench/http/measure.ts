import { inTurns, median, ratiosOf, warmUp } from '../turns.ts';
import type { BenchDatabase } from './database.ts';
import { type Load, load, summaryOf } from './load.ts';
import { processorTime } from './processes.ts';
import { type BenchRequest, onTheWire } from './requests.ts';
import type { Figures, SectionRow } from './section.ts';
import type { Side } from './sides.ts';

/**
 * A turn is short beside the machine's weather, but lasts for some answers of each client: while the first and the last of it
 * are under way, server and database wait for each other, which would count for most of a shorter one.
 */
const turn = { seconds: 0.5, answers: 3 };
/** How many there are of them at least, however long they are. */
const leastTurns = 4;

/** It answers a few times a second, and is not compiled: it needs few rounds to warm up, and some turns, of a second. */
const reference = { rounds: 3, every: 2, seconds: 1 };

/** How a figure is measured, for its readers. */
export const method = `in turns of ${turn.seconds} s, or ${turn.answers} answers where that is longer, ${leastTurns} of them at least`;

export interface MeasureOptions {
  readonly sides: readonly Side[];
  readonly database: BenchDatabase;
  /** How many at once; more than one number measures as often. */
  readonly clients: readonly number[];
  /** Of each side, for each number of clients. */
  readonly seconds: number;
}

/** One side's turn: milliseconds of processor time and statements are of all its answers. */
interface Turn extends Load {
  readonly server: number;
  readonly database: number;
  readonly statements: number;
}

/** One kind of request, on all sides in turns. The largest number of clients comes first, and warms up for the others. */
export async function* measure(
  request: BenchRequest,
  { sides, database, clients, seconds }: MeasureOptions,
): AsyncGenerator<SectionRow> {
  const nexts = new Map(sides.map((side) => [side, onTheWire(request, { token: side.token })]));
  const take = async (side: Side, clients: number, seconds: number): Promise<Turn> => {
    const ofDatabase = (): number => (database.pids.length === 0 ? Number.NaN : processorTime(database.pids));
    const asked = await database.statements();
    const statements = await database.statements();
    const before = [processorTime(side.pids), ofDatabase()] as const;
    const next = nexts.get(side) as () => Buffer;
    const answered = await load({ port: side.port, next, clients, seconds });
    return {
      ...answered,
      server: processorTime(side.pids) - before[0],
      database: ofDatabase() - before[1],
      // Asking how many there were is one as well.
      statements: (await database.statements()) - statements - (statements - asked),
    };
  };
  const [most = 1, ...fewer] = [...clients].sort((a, b) => b - a);
  const fast = sides.filter(({ name }) => name !== 'reference');
  /** Seconds of an answer, once warm. */
  const answerTimes = new Map<Side, number>();
  const round = async (side: Side): Promise<number> => {
    const { server, times } = await take(side, most, 1);
    answerTimes.set(side, median(times) / 1000);
    return server / times.length;
  };
  await warmUp(sides, round, (side) => (fast.includes(side) ? Number.POSITIVE_INFINITY : reference.rounds));
  for (const count of [most, ...fewer]) {
    // Of fewer clients each is answered as much sooner.
    const answerTime = Math.max(...fast.map((side) => answerTimes.get(side) ?? 0)) * (count / most);
    const length = Math.max(turn.seconds, turn.answers * answerTime);
    const turns = Math.max(leastTurns, Math.round(seconds / length));
    const taken = await inTurns(sides, turns, async (side, index) => {
      if (fast.includes(side)) return await take(side, count, length);
      return index % reference.every === 0 ? await take(side, count, reference.seconds) : undefined;
    });
    yield rowOf(request.name, count, new Map([...taken].map(([{ name }, each]) => [name, each])));
  }
}

type TurnsOfSides = ReadonlyMap<Side['name'], readonly (Turn | undefined)[]>;

function rowOf(name: string, clients: number, taken: TurnsOfSides): SectionRow {
  const rates = new Map([...taken].map(([side, turns]) => [side, turns.map(rateOf)]));
  const ours = rates.get('pharus') ?? [];
  return {
    name,
    clients,
    sides: new Map([...taken].map(([side, turns]) => [side, figuresOf(turns.filter((each) => each !== undefined))])),
    ratios: new Map(
      [...rates].filter(([side]) => side !== 'pharus').map(([side, rate]) => [side, ratiosOf(ours, rate)]),
    ),
  };
}

const rateOf = (turn: Turn | undefined): number => (turn === undefined ? Number.NaN : turn.times.length / turn.seconds);

function figuresOf(turns: readonly Turn[]): Figures {
  const summary = summaryOf(turns);
  const per = (cost: 'server' | 'database' | 'statements'): number =>
    turns.reduce((sum, turn) => sum + turn[cost], 0) / summary.answers;
  return { ...summary, server: per('server'), database: per('database'), statements: per('statements') };
}
