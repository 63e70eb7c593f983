import type { Config } from './config.ts';
import { formatAllowedHost } from './sessions/allowed-hosts.ts';
import { version } from './version.ts';

/** What to type for a token, and with it. */
function curlLines(url: string, login: string, path: string): readonly string[] {
  return [
    `  TOKEN=$(curl -s ${url}/login -H 'Content-Type: application/json' \\`,
    `    -d '${login}' |`,
    `    node -pe 'JSON.parse(require("fs").readFileSync(0, "utf8")).jwt')`,
    `  curl -s "${url}${path}" -H "Authorization: Bearer $TOKEN"`,
  ];
}

/** The first database that users may log in to, where they are listed. */
function exampleAddress({ databaseHosts = '*' }: Config): string {
  const [first] = databaseHosts === '*' ? [] : databaseHosts;
  return first === undefined ? 'localhost:3306' : formatAllowedHost(first);
}

function loginLines(config: Config, url: string): readonly string[] {
  const { demo } = config;
  if (demo === undefined) {
    const login = `{"databaseAddress": "${exampleAddress(config)}", "username": "YOU", "password": "YOUR PASSWORD"}`;
    return ['Log in to a database of yours, and ask for its schemas:', '', ...curlLines(url, login, '/schema')];
  }
  const password = demo.isPasswordKnown ? demo.password.reveal() : 'YOUR PHARUS_DEMO_PASSWORD';
  const login = `{"databaseAddress": "demo", "username": "demo", "password": "${password}"}`;
  return [
    `A small laboratory is open for trying. It lives in ${demo.directory}, for one server at a time; other programs`,
    'cannot connect to it. Log in and look at its sessions:',
    '',
    ...curlLines(url, login, '/schema/lab/table/Session/record?limit=3'),
    '',
    'A database of your own is "databaseAddress": "localhost:3306", or "postgresql://localhost:5432/lab".',
  ];
}

/** What the server says once it is up: where it is and what to type first. */
export function greeting(config: Config, url: string): string {
  const lines = [
    `Pharus ${version} is ready at ${url}`,
    '',
    ...loginLines(config, url),
    '',
    `All routes, to try out: ${url}/docs`,
    'Stop with Ctrl+C.',
  ];
  if (!config.isLoopback && config.publicHosts.length === 0) {
    lines.push(
      '',
      'Other machines can reach this port, but requests are answered only when sent to localhost. Name the hosts that',
      'browsers use, for example: PHARUS_PUBLIC_HOSTS=pharus.example.org',
    );
  }
  return `${lines.join('\n')}\n`;
}
