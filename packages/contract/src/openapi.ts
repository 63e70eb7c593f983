import Type, { type TObject, type TSchema } from 'typebox';
import { type ErrorCode, errors } from './errors.ts';
import { PROBLEM_MEDIA_TYPE, Problem } from './problem.ts';
import type { RouteContract } from './route.ts';
import { routes } from './routes.ts';

export interface OpenApiOptions {
  readonly version: string;
  /** Path under which the routes are served, without a slash at its end; empty for none. */
  readonly prefix?: string;
}

type Json = Record<string, unknown>;

const Text = Type.String({ description: 'One sentence: what was expected, what came and what to do.' });

function failure(description: string): Json {
  return {
    description,
    content: {
      'text/plain': { schema: Text },
      [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } },
    },
  };
}

/** Named schemas become components, so that a generated client gets their names. */
function reference(schema: TSchema, components: Json): unknown {
  const title = (schema as { title?: string }).title;
  if (title === undefined) return schema;
  components[title] = schema;
  return { $ref: `#/components/schemas/${title}` };
}

function parameters(location: 'path' | 'query', object: TObject | undefined): Json[] {
  if (object === undefined) return [];
  const required: readonly string[] = (object as { required?: string[] }).required ?? [];
  return Object.entries(object.properties as Record<string, TSchema>).map(([name, property]) => {
    const { description, ...schema } = property as Json;
    return { name, in: location, required: required.includes(name), description, schema };
  });
}

function responses(route: RouteContract, components: Json): Json {
  const answers: Json = {};
  for (const [status, { description, mediaType, schema }] of Object.entries(route.responses)) {
    const content: Json = { [mediaType]: { schema: reference(schema, components) } };
    if (Number(status) === 409) content[PROBLEM_MEDIA_TYPE] = { schema: { $ref: '#/components/schemas/Problem' } };
    answers[status] = { description, content };
  }
  if (route.tag === 'Service') return answers;
  if (route.isProtected) answers['401'] = failure('A token is needed, or the one sent is no good.');
  if (route.isProtected && route.kind === 'read') {
    answers['503'] = failure('No room at the moment; `Retry-After` says when to try again.');
    answers['504'] = failure('The database took too long.');
  }
  answers['500'] = failure(
    route.kind === 'read' ? 'Any other failure.' : 'Every other failure: existing clients know no other status for it.',
  );
  answers.default = failure('With `Accept: application/problem+json`: the failure with its true status.');
  return answers;
}

/** The body as JSON, and where files may come with it, as a part of a form beside them. */
function bodies(route: RouteContract, body: TSchema, components: Json): Json {
  const schema = reference(body, components);
  if (route.takesFiles !== true) return { 'application/json': { schema } };
  const form = {
    type: 'object',
    description:
      'The JSON in the part `body`, and files, to which `{"$type": "file", "part": "name"}` in the JSON refers: `.npy` files ' +
      'and packed blobs for blobs and arrays, any file for attachments and objects.',
    required: ['body'],
    properties: { body: schema },
    additionalProperties: { type: 'string', contentMediaType: 'application/octet-stream' },
  };
  return {
    'application/json': { schema },
    'multipart/form-data': { schema: form, encoding: { body: { contentType: 'application/json' } } },
  };
}

function operation(route: RouteContract, components: Json): Json {
  const all = [...parameters('path', route.params), ...parameters('query', route.query)];
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: route.description,
    security: route.isProtected ? [{ token: [] }] : [],
    ...(all.length > 0 && { parameters: all }),
    ...(route.body !== undefined && {
      requestBody: { required: true, content: bodies(route, route.body, components) },
    }),
    responses: responses(route, components),
  };
}

function errorTable(): string {
  const rows = (Object.keys(errors) as ErrorCode[]).map((code) => {
    const { className, status, title } = errors[code];
    return `| \`${code}\` | ${className} | ${status} | ${title} |`;
  });
  return ['| code | class | status | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** The OpenAPI 3.1 document of all {@link routes}, as a plain JSON value. */
export function openapi(options: OpenApiOptions): Json {
  const components: Json = { Problem };
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    path[route.method.toLowerCase()] = operation(route, components);
    paths[route.path] = path;
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Pharus',
      version: options.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Web gateway to DataJoint pipelines. Log in for a token, then send it as `Authorization: Bearer <token>`.\n\n' +
        'Failures are one sentence of plain text with the documented status. A request whose `Accept` names ' +
        `\`${PROBLEM_MEDIA_TYPE}\` gets the true status and these members instead:\n\n${errorTable()}`,
    },
    servers: [{ url: options.prefix === undefined || options.prefix === '' ? '/' : options.prefix }],
    tags: ['Access', 'Pipelines', 'Records', 'Spec sheet', 'Service'].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
  return JSON.parse(JSON.stringify(document)) as Json;
}
