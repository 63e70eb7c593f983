import { didYouMean } from '@pharus/datajoint';
import type { FastifyInstance } from 'fastify';
import { RequestError } from '../errors/request-error.ts';
import { warn } from '../respond/warn.ts';
import { routeFacts } from '../route-facts.ts';
import type { Query } from './record-query.ts';

/** The first parameter that is not known, with the nearest that is: `unknown parameter "limt". Did you mean "limit"?` */
export function unknownParameter(query: Query, known: readonly string[]): string | undefined {
  const name = Object.keys(query).find((each) => !known.includes(each));
  return name === undefined
    ? undefined
    : `unknown parameter ${JSON.stringify(name.slice(0, 40))}.${didYouMean(name, known)}`;
}

/**
 * Tells a client of a parameter that its route does not know: `?limt=5` would otherwise be no limit. Such a request is refused,
 * but for routes of the documented API, which pass over such parameters and say so in the answer's warning. Routes whose
 * contract allows no further parameters say it in words of their own; before authentication nothing is said.
 */
export function checkParameters(app: FastifyInstance, prefix: string): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { contract, parameters } = routeFacts(request, prefix);
    if (parameters === undefined || !request.url.includes('?')) return done();
    const unknown = unknownParameter(request.query as Query, parameters);
    if (unknown === undefined) return done();
    if (contract?.ignoresUnknown) warn(reply, `The request has an ${unknown} It is ignored.`);
    else if (contract?.isProtected) return done(refused(unknown, parameters));
    done();
  });
}

function refused(unknown: string, known: readonly string[]): RequestError {
  const taken = known.length === 0 ? 'no parameters' : `the parameters ${known.join(', ')}`;
  return new RequestError('INVALID_REQUEST', `This address takes ${taken}; got an ${unknown}`);
}
