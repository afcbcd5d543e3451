/** The same run on many machines: a queue on a NATS server, and workers that take from it. */
export { type Address, type Credentials, parseAddress } from "./address.js";
export { createSubmitter, type Submitter } from "./carrier.js";
export { loadClient } from "./client.js";
export { connect } from "./connect.js";
export { numericsOf } from "./numerics.js";
export { type Presence, presentWorkers } from "./presence.js";
export { openQueue, type Queue, type QueueOptions } from "./queue.js";
export { clusterStatus, type ClusterStatus } from "./status.js";
export { work, type WorkEvent, type WorkOptions } from "./work.js";
