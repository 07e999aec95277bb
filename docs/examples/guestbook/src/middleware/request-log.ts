import type { Application } from '@tsgi/types';

/** Writes one line for each request to `tsgi.errors`, once its response is over. */
export function requestLog(inner: Application): Application {
  return (environ, startResponse) => {
    const started = Date.now();
    // Kept now: an inner application may change its environ, as every mount does.
    const { REQUEST_METHOD, SCRIPT_NAME, PATH_INFO, QUERY_STRING, REMOTE_ADDR } = environ;
    const query = QUERY_STRING === '' ? '' : `?${QUERY_STRING}`;
    environ['tsgi.on_finish']((outcome) => {
      const end = outcome.aborted ? 'aborted' : 'sent';
      environ['tsgi.errors'].write(
        `${REMOTE_ADDR ?? '-'} ${REQUEST_METHOD} ${SCRIPT_NAME}${PATH_INFO}${query} ` +
          `${outcome.status ?? '-'} ${outcome.bytesSent} B ${end} ${Date.now() - started} ms\n`,
      );
    });
    return inner(environ, startResponse);
  };
}
