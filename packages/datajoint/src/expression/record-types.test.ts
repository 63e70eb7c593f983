import { describe, expectTypeOf, test } from 'vitest';
import type { Value } from '../heading/codec/value.ts';
import type { QueryExpression } from './query-expression.ts';
import type { Row } from './record-types.ts';
import { Top } from './top.ts';
import { U } from './u.ts';

type Session = { subject: number; session: number; day: string; rig: string | null };
type Trial = { subject: number; session: number; trial: number; hit: number };

/** Only what TypeScript makes of them is asked: nothing runs. */
declare const session: QueryExpression<Session, 'subject' | 'session'>;
declare const trial: QueryExpression<Trial, 'subject' | 'session' | 'trial'>;
declare const unknown: QueryExpression;

describe('a declared record flows', () => {
  test('through restrictions and orders', () => {
    const query = () => session.restrict({ rig: 'a' }).except('day > 3').first({ limit: 1 }).fetch();
    expectTypeOf<Awaited<ReturnType<typeof query>>>().toEqualTypeOf<Session[]>();
  });

  test('through projections', () => {
    const kept = () => session.proj('day').fetch();
    expectTypeOf<Awaited<ReturnType<typeof kept>>>().toEqualTypeOf<
      { subject: number; session: number; day: string }[]
    >();
    const renamed = () => session.proj('...', '-rig', { animal: 'subject', copy: '(day)', year: 'year(day)' }).fetch();
    expectTypeOf<Awaited<ReturnType<typeof renamed>>>().toEqualTypeOf<
      { session: number; day: string; animal: number; copy: string; year: Value }[]
    >();
    const key = () => session.proj({ animal: 'subject' }).fetch('KEY');
    expectTypeOf<Awaited<ReturnType<typeof key>>>().toEqualTypeOf<{ animal: number; session: number }[]>();
  });

  test('through joins and aggregations', () => {
    const joined = () => session.join(trial).fetch1();
    expectTypeOf<Awaited<ReturnType<typeof joined>>>().toEqualTypeOf<{
      subject: number;
      session: number;
      day: string;
      rig: string | null;
      trial: number;
      hit: number;
    }>();
    const counted = () => session.aggr(trial, { trials: 'count(*)' }).fetch();
    expectTypeOf<Awaited<ReturnType<typeof counted>>>().toEqualTypeOf<
      { subject: number; session: number; trials: Value }[]
    >();
    const extended = () => trial.extend(session).fetch('rig');
    expectTypeOf<Awaited<ReturnType<typeof extended>>>().toEqualTypeOf<(string | null)[]>();
  });

  test('through unions, universal sets and the first rows', () => {
    const united = () => session.proj('day').union(session.proj('rig')).fetch();
    expectTypeOf<Awaited<ReturnType<typeof united>>>().toEqualTypeOf<
      { subject: number; session: number; day: string | null; rig: string | null }[]
    >();
    const listed = () => new U('rig', 'day').restrict(session).fetch();
    expectTypeOf<Awaited<ReturnType<typeof listed>>>().toEqualTypeOf<{ rig: string | null; day: string }[]>();
    const counted = () => new U('rig').aggr(session, { n: 'count(*)' }).fetch1();
    expectTypeOf<Awaited<ReturnType<typeof counted>>>().toEqualTypeOf<{ rig: string | null; n: Value }>();
    const all = () => new U().aggr(session, { n: 'count(*)' }).fetch1();
    expectTypeOf<Awaited<ReturnType<typeof all>>>().toEqualTypeOf<{ n: Value }>();
    const some = (names: string[]) => new U(...names).restrict(session).fetch();
    expectTypeOf<Awaited<ReturnType<typeof some>>>().toEqualTypeOf<Row[]>();
    const key = () => new U('rig').join(session).fetch('KEY');
    expectTypeOf<Awaited<ReturnType<typeof key>>>().toEqualTypeOf<
      { subject: number; session: number; rig: string | null }[]
    >();
    const first = () => session.restrict(new Top({ limit: 1 })).fetch();
    expectTypeOf<Awaited<ReturnType<typeof first>>>().toEqualTypeOf<Session[]>();
  });

  test('into columns and values', () => {
    const columns = () => session.fetch('day', 'rig');
    expectTypeOf<Awaited<ReturnType<typeof columns>>>().toEqualTypeOf<[string[], (string | null)[]]>();
    const value = () => session.fetch1('day');
    expectTypeOf<Awaited<ReturnType<typeof value>>>().toEqualTypeOf<string>();
  });

  test('and where none is declared, a row is any record', () => {
    const query = () => unknown.proj('a', { b: 'a + 1' }).join(unknown).fetch();
    expectTypeOf<Awaited<ReturnType<typeof query>>>().toEqualTypeOf<Row[]>();
    expectTypeOf<typeof session>().toExtend<QueryExpression>();
  });
});
