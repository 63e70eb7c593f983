import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import { openapi } from '@pharus/contract';
import { version } from '../version.ts';
import type { RouteFamily } from './route-family.ts';

/** The page's script and style come from this server alone; its library sets styles on elements. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PUBLIC_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Pharus API</title>
    <link rel="icon" href="docs/favicon-32x32.png">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <noscript>This page needs JavaScript; the same description is at openapi.json.</noscript>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#page', deepLinking: true, validatorUrl: null });\n`;

/** `GET /openapi.json` and `GET /docs`, an interactive page made of it. Neither needs a token or another network. */
export const docsRoutes: RouteFamily =
  ({ config }) =>
  async (app) => {
    const document = openapi({ version, prefix: config.prefix });
    const root = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
    await app.register(fastifyStatic, { root, serve: false, cacheControl: false });

    app.get('/openapi.json', async (_request, reply) => reply.header('Cache-Control', 'no-cache').send(document));
    app.get('/docs', async (_request, reply) =>
      reply
        .headers({ 'Content-Security-Policy': PAGE_POLICY, 'Cache-Control': 'no-cache' })
        .type('text/html; charset=utf-8')
        .send(PAGE),
    );
    app.get('/docs/start.js', async (_request, reply) =>
      reply.header('Cache-Control', 'no-cache').type('text/javascript; charset=utf-8').send(START),
    );
    for (const file of PUBLIC_FILES) {
      app.get(`/docs/${file}`, async (_request, reply) => reply.header('Cache-Control', 'no-cache').sendFile(file));
    }
  };
