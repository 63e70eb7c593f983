#!/usr/bin/env node
import { Command } from 'commander';
import { flagOf, type Setting, settings } from './config/settings.ts';
import { ConfigError } from './config.ts';
import { keepHeapSmall } from './observe/small-heap.ts';
import { version } from './version.ts';

function describe({ name, description, default: standard }: Setting<unknown>): string {
  return `${description} [${name}${standard ? `, ${standard}` : ''}]`;
}

function commandLine(): Command {
  const program = new Command('pharus').description('Web gateway to DataJoint pipelines.').version(version);
  const command = program.command('serve').description('Serve the API over HTTP. Flags win over the environment.');
  for (const setting of Object.values(settings) as readonly Setting<unknown>[]) {
    if (setting.isSecret !== true) command.option(`${flagOf(setting.name)} <value>`, describe(setting));
  }
  command.action(async (options: Record<string, string>) => {
    const flags = Object.fromEntries(
      Object.entries(options).map(([key, value]) => [
        key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        value,
      ]),
    );
    // Before the server and its libraries are loaded, which is when the heap grows most.
    keepHeapSmall();
    const { serve } = await import('./serve.ts');
    await serve({ environment: process.env, flags });
  });
  return program;
}

try {
  await commandLine().parseAsync();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  // Of a worker, the line to the process that started it would keep it going.
  process.exit(1);
}
