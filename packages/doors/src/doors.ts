/** How a front server hands a request to an application. */
export type Protocol = 'cgi' | 'http' | 'fastcgi' | 'scgi' | 'uwsgi';

/** One way from the network to an application: a front server and what it speaks to the backend. */
export interface Door {
  readonly front: 'nginx' | 'apache';
  readonly protocol: Protocol;
  /** The modules of Apache that the way needs. */
  readonly modules: readonly string[];
}

/** The names of the nine doors. */
export type DoorId = `nginx-${Exclude<Protocol, 'cgi'>}` | `apache-${Protocol}`;

/** All doors, by name. */
export const DOORS: Readonly<Record<DoorId, Door>> = {
  'nginx-http': { front: 'nginx', protocol: 'http', modules: [] },
  'nginx-fastcgi': { front: 'nginx', protocol: 'fastcgi', modules: [] },
  'nginx-scgi': { front: 'nginx', protocol: 'scgi', modules: [] },
  'nginx-uwsgi': { front: 'nginx', protocol: 'uwsgi', modules: [] },
  'apache-cgi': { front: 'apache', protocol: 'cgi', modules: ['cgid'] },
  'apache-http': { front: 'apache', protocol: 'http', modules: ['proxy', 'proxy_http'] },
  'apache-fastcgi': { front: 'apache', protocol: 'fastcgi', modules: ['proxy', 'proxy_fcgi'] },
  'apache-scgi': { front: 'apache', protocol: 'scgi', modules: ['proxy', 'proxy_scgi'] },
  'apache-uwsgi': { front: 'apache', protocol: 'uwsgi', modules: ['proxy', 'proxy_uwsgi'] },
};

/** The names in the order in which reports show them. */
export const DOOR_IDS: readonly DoorId[] = Object.keys(DOORS) as DoorId[];
