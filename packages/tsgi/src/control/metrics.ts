import { DURATION_BOUNDS, type Totals } from '../arbiter/worker-report.ts';
import { WORKER_STATES } from '../arbiter/worker-state.ts';
import { readBacklog } from './backlog.ts';
import { type Metric, type Sample, writeMetrics } from './metric-text.ts';
import type { ServiceView, WorkerView } from './service.ts';

/** The figures of a service in the text format of Prometheus. */
export function formatMetrics(view: ServiceView): string {
  return writeMetrics([
    ...serviceMetrics(view),
    ...requestMetrics(view),
    ...connectionMetrics(view),
    ...workerMetrics(view.workers),
  ]);
}

function serviceMetrics(view: ServiceView): readonly Metric[] {
  const states = WORKER_STATES.filter((state) => state !== 'dead').map((state) => ({
    labels: { state },
    value: view.workers.filter((worker) => worker.state === state).length,
  }));
  const ended = Object.entries(view.ended).map(([reason, value]) => ({
    labels: { reason },
    value,
  }));
  const { app, profile } = view;
  return [
    gauge('tsgi_info', 'Always 1; the labels say what is served.', [
      { labels: { app, profile }, value: 1 },
    ]),
    gauge('tsgi_start_time_seconds', 'When the command was started, in seconds since 1970.', [
      { value: view.startedAt / 1000 },
    ]),
    gauge('tsgi_workers', 'Worker processes by state.', states),
    gauge('tsgi_workers_wanted', 'How many worker processes shall serve.', [
      { value: view.wanted },
    ]),
    counter('tsgi_workers_started_total', 'Worker processes that were started.', [
      { value: view.started },
    ]),
    counter('tsgi_workers_ended_total', 'Worker processes that ended, by reason.', ended),
  ];
}

function requestMetrics({ totals, workers }: ServiceView): readonly Metric[] {
  const requests = Object.entries(totals.requests).map(([key, value]) => {
    const [method = '', status = ''] = key.split(' ');
    return { labels: { method, status }, value };
  });
  return [
    counter(
      'tsgi_requests_total',
      'Requests that are over, by method and class of status; none where no response was sent.',
      requests,
    ),
    gauge('tsgi_requests_in_flight', 'Requests that are at work.', [
      { value: sum(workers, ({ active }) => active) },
    ]),
    {
      name: 'tsgi_request_duration_seconds',
      type: 'histogram',
      help: 'From the head of a request to the end of its response and cleanup.',
      samples: histogramSamples(totals),
    },
    counter('tsgi_received_bytes_total', 'Octets of request content.', [
      { value: totals.bytesReceived },
    ]),
    counter('tsgi_sent_bytes_total', 'Octets of response content.', [{ value: totals.bytesSent }]),
  ];
}

function histogramSamples({ durations, durationSum }: Totals): readonly Sample[] {
  let count = 0;
  const buckets = [...DURATION_BOUNDS, Number.POSITIVE_INFINITY].map((bound, index) => {
    count += durations[index] ?? 0;
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    return { suffix: '_bucket', labels: { le }, value: count };
  });
  return [...buckets, { suffix: '_sum', value: durationSum }, { suffix: '_count', value: count }];
}

function connectionMetrics(view: ServiceView): readonly Metric[] {
  const backlog = view.listeners.flatMap(({ name, bound }) => {
    const value = readBacklog(bound);
    return value === undefined ? [] : [{ labels: { listener: name }, value }];
  });
  return [
    gauge('tsgi_connections', 'Connections that are open.', [
      { value: sum(view.workers, ({ connections }) => connections) },
    ]),
    counter('tsgi_connections_accepted_total', 'Connections that workers have taken.', [
      { value: view.totals.accepted },
    ]),
    gauge('tsgi_connections_waiting', 'Connections that no worker has taken yet.', [
      { value: view.waiting },
    ]),
    gauge(
      'tsgi_backlog',
      'Connections in the queue of the system, not accepted yet; TCP on Linux only.',
      backlog,
    ),
  ];
}

function workerMetrics(workers: readonly WorkerView[]): readonly Metric[] {
  const each = (value: (worker: WorkerView) => number): readonly Sample[] =>
    workers.map((worker) => ({
      labels: { worker: String(worker.number), pid: String(worker.pid) },
      value: value(worker),
    }));
  return [
    gauge(
      'tsgi_worker_resident_memory_bytes',
      'Resident memory of a worker.',
      each(({ rss }) => rss),
    ),
    gauge(
      'tsgi_worker_requests_in_flight',
      'Requests that are at work in a worker.',
      each(({ active }) => active),
    ),
    gauge(
      'tsgi_worker_event_loop_delay_seconds',
      'By how much the event loop of a worker was late in its last report: the worst case.',
      each(({ delayMax }) => delayMax),
    ),
    gauge(
      'tsgi_worker_event_loop_delay_mean_seconds',
      'By how much the event loop of a worker was late in its last report: the mean.',
      each(({ delayMean }) => delayMean),
    ),
    gauge(
      'tsgi_worker_silence_seconds',
      'Since a worker was last heard of; about 1 at most where it is not stuck.',
      each(({ silence }) => silence),
    ),
  ];
}

function sum(workers: readonly WorkerView[], value: (worker: WorkerView) => number): number {
  return workers.reduce((total, worker) => total + value(worker), 0);
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'gauge', help, samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, type: 'counter', help, samples };
}
