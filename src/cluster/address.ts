import { InputError } from "../errors.js";

/** How a client proves who it is. Read from the environment, the address or a file; never from a study, and never shown. */
export interface Credentials {
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  /** Contents of a .creds file: a user's JWT and its seed. */
  readonly creds?: Uint8Array | undefined;
  /** Files of certificates: the authority's, the client's own, and its key. */
  readonly authority?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** Where a queue's servers are. */
export interface Address {
  /** host:port of each server. */
  readonly servers: readonly string[];
  readonly tls: boolean;
  readonly credentials: Credentials;
  /** The address without what is secret, for messages. */
  readonly shown: string;
}

const EXAMPLE = "Write it as nats://host:4222, or tls://host:4222; several servers of one cluster with commas.";

/** Reads `nats://[user:password@|token@]host[:port]`, several with commas. Throws an InputError, which shows no secret. */
export function parseAddress(text: string, option = "--cluster"): Address {
  const urls = text.split(",").map((part) => urlOf(part.trim(), option));
  const [first] = urls;
  if (first === undefined) throw new InputError(`${option} is empty. ${EXAMPLE}`);
  const named = urls.find((url) => url.username !== "");
  const hosts = urls.map((url) => `${url.hostname}:${url.port === "" ? "4222" : url.port}`);
  return {
    servers: hosts,
    tls: urls.some((url) => url.protocol === "tls:"),
    credentials: named === undefined ? {} : inAddress(named),
    shown: urls.map((url, i) => `${url.protocol}//${hosts[i] ?? ""}`).join(","),
  };
}

function inAddress({ username, password }: URL): Credentials {
  const [name, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
  return secret === "" ? { token: name } : { user: name, password: secret };
}

function urlOf(text: string, option: string): URL {
  const whole = text.includes("://") ? text : `nats://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  if (url !== null && (url.protocol === "nats:" || url.protocol === "tls:") && url.hostname !== "" && (url.pathname === "" || url.pathname === "/")) return url;
  throw new InputError(`${option} takes the address of a NATS server. ${EXAMPLE}`);
}
