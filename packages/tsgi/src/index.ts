// The server
export {
  type CgiOptions,
  DEFAULTS,
  serve,
  serveCgi,
  type ServeOptions,
  type ServerHandle,
} from '@tsgi/server';

// Paths
export { decodePath } from '@tsgi/server';

// The interface
export { TSGI_VERSION } from '@tsgi/types';
export type {
  Application,
  AsyncApplication,
  AsyncBody,
  AsyncMiddleware,
  Body,
  ByteString,
  CancelSignal,
  Environ,
  ErrorStream,
  FileRegion,
  FileWrapper,
  Header,
  HeaderList,
  InputStream,
  Lifespan,
  Middleware,
  OnFinish,
  Outcome,
  Profile,
  StartResponse,
  StatusLine,
  TlsInfo,
} from '@tsgi/types';
