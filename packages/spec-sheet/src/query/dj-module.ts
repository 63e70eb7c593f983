import { AndList, Top, U } from '@pharus/datajoint';
import { Misfit } from '../python/python-error.ts';
import { type CallArguments, HostObject, itemsOf, kindOf, PythonFunction, type PythonValue } from '../python/values.ts';
import { expectText, takeArguments } from './arguments.ts';
import { negated, RestrictionObject, restrictionOf, TopObject, UniversalSetObject } from './expression-object.ts';

const members: Readonly<Record<string, (args: CallArguments) => PythonValue>> = {
  U: ({ positional, named }) => {
    if (named.size > 0) throw new Misfit(-1, 'dj.U takes names of attributes, as texts.');
    return new UniversalSetObject(new U(...positional.map((name) => expectText(name, 'the name of an attribute'))));
  },
  AndList: (args) => {
    const items = itemsOf(takeArguments('AndList', ['items'], args).get('items') ?? []);
    if (items === undefined) throw new Misfit(-1, 'dj.AndList takes a list of restrictions.');
    return new RestrictionObject(new AndList(items.map(restrictionOf)));
  },
  Not: (args) => negated(takeArguments('Not', ['restriction'], args).get('restriction')),
  Top: (args) => {
    const taken = takeArguments('Top', ['limit', 'order_by', 'offset'], args);
    const limit = taken.has('limit') ? countOf(taken.get('limit') ?? null, 'limit') : 1;
    return new TopObject(
      new Top({
        limit,
        order: orderOf(taken.get('order_by') ?? 'KEY'),
        offset: countOf(taken.get('offset') ?? 0n, 'offset') ?? 0,
      }),
    );
  },
};

function countOf(value: PythonValue, what: string): number | undefined {
  if (value === null) return undefined;
  if (typeof value === 'bigint' && value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new Misfit(-1, `expected a whole number of 0 or more for "${what}", got ${kindOf(value)}.`);
}

function orderOf(value: PythonValue): string | readonly string[] {
  if (typeof value === 'string') return value;
  const items = itemsOf(value);
  if (items === undefined)
    throw new Misfit(-1, `expected a text or a list of texts for "order_by", got ${kindOf(value)}.`);
  return items.map((item) => expectText(item, 'what to order by'));
}

/** `dj`: what of DataJoint's module a query may use. */
export class DjModule extends HostObject {
  readonly kind = 'dj';

  override memberNames(): readonly string[] {
    return Object.keys(members);
  }

  override member(name: string): PythonValue | undefined {
    return Object.hasOwn(members, name) ? new PythonFunction(name, members[name] as PythonFunction['run']) : undefined;
  }
}
