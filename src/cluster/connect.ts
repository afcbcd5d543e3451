import type { ConnectionOptions, NatsConnection } from "@nats-io/transport-node";
import { InputError } from "../errors.js";
import type { Address, Credentials } from "./address.js";
import type { Client } from "./client.js";

/** Milliseconds that a first connection may take. */
const PATIENCE = 5000;
/** Milliseconds between two signs of life, and how many may fail to come before the connection is made anew. */
const PING = 10_000;
const MISSED_PINGS = 2;

/**
 * Connects to a server, and again whenever the connection is lost, without end. `given` goes before what the address
 * holds. Throws an InputError that says how to mend it; no message holds a secret.
 */
export async function connect({ transport }: Client, address: Address, given: Credentials): Promise<NatsConnection> {
  const known = { ...address.credentials, ...defined(given) };
  try {
    return await transport.connect({
      servers: [...address.servers],
      ...identity(transport, known),
      ...(address.tls || known.authority !== undefined || known.certificate !== undefined ? { tls: tlsOf(known) } : {}),
      name: "neyman", timeout: PATIENCE, pingInterval: PING, maxPingOut: MISSED_PINGS, maxReconnectAttempts: -1, reconnectTimeWait: 500,
      noAsyncTraces: true, // a stack for every request takes a third of a millisecond
    });
  } catch (error) {
    throw refusal(error, address, known);
  }
}

function defined(credentials: Credentials): Credentials {
  return Object.fromEntries(Object.entries(credentials).filter(([, value]) => value !== undefined));
}

function identity(transport: Client["transport"], { user, password, token, creds }: Credentials): ConnectionOptions {
  if (creds !== undefined) return { authenticator: transport.credsAuthenticator(creds) };
  if (token !== undefined) return { token };
  return user === undefined ? {} : { user, pass: password ?? "" };
}

function tlsOf({ authority, certificate, key }: Credentials): NonNullable<ConnectionOptions["tls"]> {
  return {
    ...(authority === undefined ? {} : { caFile: authority }),
    ...(certificate === undefined ? {} : { certFile: certificate }),
    ...(key === undefined ? {} : { keyFile: key }),
  };
}

function refusal(error: unknown, { shown }: Address, { user, token, creds }: Credentials): InputError {
  const said = error instanceof Error ? error.message : String(error);
  if (/authorization|authentication|user.*expired/i.test(said)) {
    const tried = creds !== undefined ? "the credentials file" : token !== undefined ? "the token" : user !== undefined ? "the user and password" : null;
    return new InputError(
      tried === null
        ? `The server ${shown} asks who is there. Give NATS_USER and NATS_PASSWORD or NATS_TOKEN in the environment, or a credentials file with --nats-creds.`
        : `The server ${shown} does not accept ${tried}. Check them with whoever runs the server.`,
    );
  }
  if (/certificate|tls|ssl/i.test(said)) return new InputError(`The server ${shown} and this machine do not agree on TLS: ${said}. Name the authority that signed the server's certificate in NATS_CA, and your own certificate in NATS_CERT and NATS_KEY if the server asks for one.`);
  if (/credential|seed|jwt/i.test(said) && creds !== undefined) return new InputError("The credentials file is not one that NATS writes: a user's JWT and seed, as `nsc generate creds` prints them.");
  return new InputError(`No NATS server answers at ${shown} (${said}). Check the address and that the server runs (\`nats-server -js\`).`);
}
