import { InputError } from "../errors.js";

/** The packages that speak to a NATS server. Optional: nothing but a cluster loads them. */
export interface Client {
  readonly transport: typeof import("@nats-io/transport-node");
  readonly jetstream: typeof import("@nats-io/jetstream");
  readonly kv: typeof import("@nats-io/kv");
  readonly obj: typeof import("@nats-io/obj");
}

/** Loads the client. Throws an InputError where it is not installed. */
export async function loadClient(): Promise<Client> {
  try {
    const [transport, jetstream, kv, obj] = await Promise.all([import("@nats-io/transport-node"), import("@nats-io/jetstream"), import("@nats-io/kv"), import("@nats-io/obj")]);
    return { transport, jetstream, kv, obj };
  } catch {
    throw new InputError("A cluster needs the client of NATS, which is not installed here. Run `npm install @nats-io/transport-node @nats-io/jetstream @nats-io/kv @nats-io/obj`.");
  }
}
