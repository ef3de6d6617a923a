import { strict as assert } from "node:assert";
import { TestNetwork } from "../postgres/support/container.ts";
import { ImageContainer, type Started } from "./support/container.ts";

describe("nginx", () => {
  let web: ImageContainer;
  let client: ImageContainer;
  let server: Started;

  beforeEach(async () => {
    const network = new TestNetwork();
    web = new ImageContainer("nginx", { network, name: "web-0" });
    client = new ImageContainer("busybox", { network, name: "client" });
    server = web.start(["nginx", "-g", "daemon off;"]);
    await server.says(/start worker process \d/);
  });

  afterEach(() => {
    web.kill();
    client.kill();
  });

  const get = (path: string) => client.run(["wget", "-q", "-O", "-", `http://10.244.0.2${path}`]);

  it("serves its welcome page, and what a volume or the learner puts in its place", async () => {
    assert.match((await get("/")).out, /Welcome to nginx!/);
    await web.sh("echo from $(hostname) > /usr/share/nginx/html/index.html");
    assert.equal((await get("/")).out, "from web-0\n");
  });

  it("answers 404 for what is not there and 403 for a folder without an index", async () => {
    const missing = await get("/nope");
    assert.deepEqual([missing.code, /404 Not Found/.test(missing.err)], [1, true]);
    await web.sh("rm /usr/share/nginx/html/index.html");
    assert.match((await get("/")).err, /403 Forbidden/);
  });

  it("logs each request to the container's output", async () => {
    await get("/nope");
    await server.says(/"GET \/nope HTTP\/1\.[01]" 404 \d+ /);
  });

  for (const signal of ["SIGQUIT", "SIGTERM"] as const) {
    it(`ends with 0 on ${signal} and refuses connections from then on`, async () => {
      server.process.signal(signal);
      assert.equal((await server.finished).code, 0);
      const refused = await get("/");
      assert.deepEqual([refused.code, /refused/i.test(refused.err)], [1, true]);
    });
  }

  it("does not start with a configuration it cannot read", async () => {
    web.files.write("/etc/nginx/conf.d/default.conf", "server { lissten 80; }\n");
    const { code, err } = await web.run(["nginx", "-t"]);
    assert.deepEqual([code, /unknown directive "lissten"/.test(err)], [1, true]);
  });
});
