import Type, { type Static } from 'typebox';

/** Media type of {@link Problem}. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** An error as RFC 9457 describes it; the answer of every failure to a client whose `Accept` names the media type. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Names the kind of problem: `urn:pharus:error:` and the code.' }),
    title: Type.String({ description: 'The kind of problem in a few words.' }),
    status: Type.Integer({ description: 'The HTTP status of this answer.' }),
    detail: Type.String({ description: 'What was expected, what came and what to do.' }),
    code: Type.String({ description: 'The stable code of the error.' }),
    error: Type.String({ description: 'The class name of the error.' }),
    requestId: Type.String({ description: 'Names the request in the log of the server.' }),
  },
  { title: 'Problem', additionalProperties: true },
);
export type Problem = Static<typeof Problem>;
