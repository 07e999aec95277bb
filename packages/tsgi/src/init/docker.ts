import { kindOf } from '../settings/kinds/table.ts';
import { SETTINGS } from '../settings/table.ts';
import { serveWords } from './command-line.ts';
import { apart, comment, type Lines, textOfParts } from './layout.ts';
import type { Plan } from './plan.ts';
import { writeProbe } from './docker-probe.ts';
import { oneLine } from './refuse.ts';

/** A Dockerfile, and what of the directory the image does not get. */
export function writeDocker(plan: Plan): string {
  const parts = [
    { part: 'dockerfile', file: 'Dockerfile', lines: () => dockerfile(plan) },
    { part: 'dockerignore', file: '.dockerignore', lines: dockerignore },
  ];
  return textOfParts('docker', parts, plan.part);
}

const IMAGE = 'node:22-slim';
const PORT = 8000;

function dockerfile(plan: Plan): Lines {
  const { ports, bind } = listening(plan);
  const { path, flag } = health(plan);
  const words = serveWords(plan, { bind, healthPath: flag });
  const command = ['node', 'node_modules/tsgi/bin/tsgi.mjs', ...words];
  return apart(
    [
      `FROM ${IMAGE} AS build`,
      'WORKDIR /app',
      ...comment('installed anew only where these two have changed'),
      'COPY package.json package-lock.json ./',
      'RUN npm ci',
      'COPY . .',
      'RUN npm run build --if-present && npm prune --omit=dev',
    ],
    [
      `FROM ${IMAGE}`,
      'ENV NODE_ENV=production',
      'WORKDIR /app',
      ...comment("the files are root's: the application cannot change itself"),
      'COPY --from=build /app ./',
      'USER node',
      ...(ports.length === 0 ? [] : [`EXPOSE ${ports.join(' ')}`]),
      ...comment(
        'tsgi is process 1 of the container: it obeys SIGTERM, lets requests end, and waits for its',
        'workers. Where the application leaves processes of its own behind, run with docker run --init.',
      ),
      'STOPSIGNAL SIGTERM',
      ...comment(
        `docker stop waits ten seconds; docker stop --time ${stopTime(plan)} lets requests and shutdown end`,
      ),
      `HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ${JSON.stringify(['node', '-e', writeProbe(plan, { path, port: ports[0] ?? PORT })])}`,
      `CMD ${JSON.stringify(command)}`,
    ],
  );
}

function stopTime({ settings: { gracefulTimeout, shutdownTimeout } }: Plan): number {
  return Math.ceil((gracefulTimeout + shutdownTimeout) / 1000) + 15;
}

interface Listening {
  readonly ports: readonly number[];
  /** The words of the flag. */
  readonly bind: readonly string[];
}

const ADDRESS = kindOf(SETTINGS.bind);

// Loopback is not reached from outside a container: it stands only where somebody asked for it here.
function listening({ settings, isGiven }: Plan): Listening {
  const ports = settings.bind.flatMap((address) =>
    typeof address === 'object' && 'port' in address ? [address.port] : [],
  );
  return isGiven('bind')
    ? { ports, bind: ['--bind', oneLine('--bind', settings.bind.map(ADDRESS.print).join(','))] }
    : { ports: [ports[0] ?? PORT], bind: ['--bind', `0.0.0.0:${ports[0] ?? PORT}`] };
}

const HEALTH = '/healthz';

function health({ settings, isGiven }: Plan): { path: string; flag: readonly string[] } {
  const { healthPath } = settings;
  const flag = healthPath === undefined || isGiven('healthPath');
  return { path: healthPath ?? HEALTH, flag: flag ? ['--health-path', healthPath ?? HEALTH] : [] };
}

const NEVER: readonly string[] = ['.git', 'node_modules', 'Dockerfile', '.dockerignore'];

function dockerignore(): Lines {
  return [
    ...NEVER,
    ...comment('secrets come in when the container starts, not with the image'),
    '.env',
    '.env.*',
    '*.pem',
    '*.key',
    ...comment('what the build makes'),
    'dist',
    'coverage',
    '*.log',
    '*.tsbuildinfo',
  ];
}
