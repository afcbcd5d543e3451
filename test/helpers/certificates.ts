import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { workspace } from "./cli.js";

/** Files of an authority that signs itself, and of a server at localhost whom it vouches for. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes certificates that last for a day, with openssl. */
export function certificates(): Certificates {
  const folder = workspace({ "server.ext": "subjectAltName = DNS:localhost\n" });
  const openssl = (...args: readonly string[]): unknown => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...curve, "-days", "1", "-subj", "/CN=authority", "-keyout", "authority.key", "-out", "authority.pem");
  openssl("req", ...curve, "-subj", "/CN=server", "-keyout", "server.key", "-out", "server.csr");
  openssl("x509", "-req", "-in", "server.csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "1", "-extfile", "server.ext", "-out", "server.pem");
  return { authority: join(folder, "authority.pem"), certificate: join(folder, "server.pem"), key: join(folder, "server.key") };
}
