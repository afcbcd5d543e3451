import { expect, it } from "vitest";
import { parseAddress } from "../../src/cluster/index.js";

it.each([
  ["nats://lab", { servers: ["lab:4222"], tls: false, credentials: {}, shown: "nats://lab:4222" }],
  ["lab:5000", { servers: ["lab:5000"], tls: false, credentials: {}, shown: "nats://lab:5000" }],
  ["tls://a, tls://b:4443", { servers: ["a:4222", "b:4443"], tls: true, credentials: {}, shown: "tls://a:4222,tls://b:4443" }],
  ["nats://ann:s%40cret@lab", { servers: ["lab:4222"], tls: false, credentials: { user: "ann", password: "s@cret" }, shown: "nats://lab:4222" }],
  ["nats://to-ken@lab", { servers: ["lab:4222"], tls: false, credentials: { token: "to-ken" }, shown: "nats://lab:4222" }],
])("%s", (text, expected) => {
  expect(parseAddress(text)).toEqual(expected);
});

it.each(["", "http://ann:secret@lab", "nats://", "nats://ann:secret@lab/queue", "nats://a b", "redis://lab"])("`%s` is refused, and no secret is shown", (text) => {
  expect(() => parseAddress(text)).toThrow("--cluster takes the address of a NATS server. Write it as nats://host:4222");
  try {
    parseAddress(text);
  } catch (error) {
    expect(String(error)).not.toContain("secret");
  }
});
