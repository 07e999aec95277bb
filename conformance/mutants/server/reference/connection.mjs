// Seams of the connection: requests in order, persistence, the end.
import { openBody, openInputs, SocketReader } from './body.mjs';
import { fault } from './environ.mjs';
import { GONE } from './exchange.mjs';
import { Refusal } from './request.mjs';

/** Serves the requests of one connection, one after the other. */
export async function serveConnection(socket, server) {
  const reader = new SocketReader(socket);
  const connection = { socket, reader, isClosed: false };
  const gone = new Promise((resolve) => {
    socket.on('close', () => {
      connection.isClosed = true;
      resolve(GONE);
    });
  });
  socket.on('error', () => undefined);
  while (
    await server.seams.serveRequest(
      { ...connection, isGone: () => connection.isClosed, gone },
      server,
    )
  );
  server.seams.finish(socket, server, reader);
}

export function finish(socket, { closing }) {
  socket.removeAllListeners('data').on('data', () => undefined);
  socket.resume();
  if (closing) socket.destroySoon();
  else socket.end();
  socket.once('end', () => socket.destroySoon());
}

/** One request; false where the connection ends after it. */
export async function serveRequest(connection, server) {
  const { reader, socket, isGone, gone } = connection;
  const { seams, options } = server;
  const write = (octets) => socket.writable && socket.write(octets);
  let head = { method: 'GET' };
  try {
    const text = await seams.readHead(reader);
    if (text === undefined) return false;
    server.busy.add(socket);
    head = seams.parseHead(text);
    const target = seams.resolveTarget(head.method, head.target);
    seams.checkHead(head);
    seams.checkMount(target, options.scriptName ?? '');
    return (
      (await seams.answer({ head, target, reader, socket, write, isGone, gone }, server)) &&
      !server.closing
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { application } = server;
    write(seams.ownAnswer(error.message, { method: head.method, close: true, application }));
    return false;
  } finally {
    server.busy.delete(socket);
  }
}

/** Gives the request to the application; whether the connection goes on. */
export async function answer(request, server) {
  const { head, target, reader, socket, write, isGone, gone } = request;
  const { seams, options, application } = server;
  const asynchronous = options.profile === 'async';
  const signal = seams.makeSignal();
  let end;
  const over = new Promise((resolve) => {
    end = resolve;
  });
  const body = openBody(reader, head, { seams, write });
  const inputs = await openInputs(body, {
    asynchronous,
    seams,
    gone: over,
  }).catch((error) => {
    const isTooLarge = error.code === 'ERR_TSGI_INPUT_TOO_LARGE';
    throw new Refusal(isTooLarge ? '413 Content Too Large' : '400 Bad Request');
  });
  const log = (text) => options.onLog?.(text);
  const response = { state: 'unset' };
  const x = {
    seams,
    application,
    asynchronous,
    response,
    write,
    isGone,
    gone,
    endInput: end,
    label: options.label,
    target: head.target,
    method: head.method,
    version: head.version,
    close: seams.wantsClose(head),
    outcome: { status: undefined, bytesSent: 0, aborted: false, error: undefined },
    callbacks: [],
    onError: (error) => seams.report(options, error),
    drained: () => new Promise((resolve) => socket.once('drain', resolve)),
    reset: () => socket.resetAndDestroy(),
    destroy: () => socket.destroySoon(),
    abortSignal: () => seams.abortSignal(signal, x),
    abandon: () => {
      x.abortSignal();
      response.state = 'ended';
    },
  };
  x.startResponse = (...args) => {
    seams.startResponse(response, args, x);
  };
  const onFinish = (callback) => {
    if (typeof callback !== 'function') throw fault('ERR_TSGI_CALLBACK');
    if (x.callbacks === undefined) throw fault('ERR_TSGI_ENDED');
    x.callbacks.push(callback);
  };
  const fields = seams.mapFields(head.fields);
  const local = { address: socket.localAddress, port: socket.localPort };
  const remote = { address: socket.remoteAddress, port: socket.remotePort };
  const mount = options.scriptName ?? '';
  const scheme = options.tls === undefined ? 'http' : 'https';
  const errors = { write: (text) => log(String(text)), flush: () => undefined };
  const extensions = seams.offerExtensions(x, { head, socket, server, signal: signal.signal });
  x.environ = seams.buildEnviron({
    head,
    target,
    fields,
    local,
    remote,
    mount,
    inputs,
    scheme,
    errors,
    extensions,
    onFinish,
  });
  await seams.runExchange(x);
  return !isGone() && (await seams.drain(body, reader)) && !x.close;
}

export function report({ onError }, error) {
  onError?.(error);
}

/** Rejects where the port is in use. */
export async function listen(listener, { host, port }) {
  await new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, resolve);
  });
}

/** Stops accepting; settles once every connection is closed and every cleanup has run. */
export async function stop(listener, server) {
  server.closing = true;
  const closed = new Promise((resolve) => {
    listener.close(resolve);
  });
  for (const socket of server.sockets) if (!server.busy.has(socket)) socket.destroy();
  await closed;
  await Promise.all(server.served);
}
