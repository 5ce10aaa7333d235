/**
 * What clients are given: the description of the API and the page of it, on one real server that asks for credentials.
 * Whatever that server answers here, refusals too, is held to openapi.json.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { digestOf } from "@radlite/registry/bundle";
import { createAccessKey, seedRegistry } from "@radlite/registry/commands";
import { ROLES, type Role } from "@radlite/registry/log";
import { fileStore } from "@radlite/registry/store";
import type { Browser } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../imports.ts";
import { launchChromium, openPage } from "./chromium.ts";
import { expectDescribed } from "./described.ts";
import { type LocalServer, startLocalServer } from "./local-server.ts";

const FIXTURES = join(ROOT, "test/fixtures");
const RADIOGRAPH = readFileSync(join(FIXTURES, "radiographs/person1_bacteria_1.jpeg"));
const FILM = readFileSync(join(FIXTURES, "dicom/jpeg-8.dcm"));

let server: LocalServer;
let browser: Browser;
const keys = {} as Record<Role, string>;

beforeAll(async () => {
  [server, browser] = await Promise.all([
    startLocalServer((registry) => seedRegistry(registry, join(ROOT, "registry/shipped")), {
      RADLITE_AUTH: "required",
      RADLITE_AUDIT_PREDICTIONS: "on",
      RADLITE_DATASETS: `chest=${join(FIXTURES, "radiographs")}`,
    }),
    launchChromium(),
  ]);
  for (const role of ROLES) {
    const actor = { name: "root", role: "approver" } as const;
    const { key } = await createAccessKey(fileStore(server.storeFolder), { name: role, role, actor });
    keys[role] = key;
  }
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface Asked {
  as?: Role | undefined;
  type?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
}

/** Asks, and holds the answer to the description of the route. */
async function ask(route: string, path: string, { as, type, headers = {}, body }: Asked = {}) {
  const answer = await fetch(server.url + path, {
    method: route.split(" ")[0]!,
    headers: {
      ...headers,
      ...(as && { authorization: `Bearer ${keys[as]}` }),
      ...(type && { "content-type": type }),
    },
    ...(body !== undefined && { body }),
  });
  const { status } = answer;
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") && text !== "";
  const answered = { status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  expectDescribed(route, answered);
  return answered;
}

const classify = (body: BodyInit, { query = "", ...asked }: Asked & { query?: string } = {}) =>
  ask("POST /classify", `/classify${query}`, { as: "caller", type: "image/jpeg", body, ...asked });
const json = (value: unknown): Pick<Asked, "type" | "body"> => ({
  type: "application/json",
  body: JSON.stringify(value),
});

describe("answers are as they are described", () => {
  test("about radiographs, and why there is none", async () => {
    const form = new FormData();
    form.append("file", new Blob([RADIOGRAPH], { type: "image/jpeg" }), "x.jpeg");
    const inverted = await sharp(RADIOGRAPH).negate().jpeg().toBuffer();
    const colour = await sharp({
      create: {
        ...{ width: 300, height: 300, channels: 3, background: "grey" }, // which noise covers
        noise: { type: "gaussian", mean: 120, sigma: 60 },
      },
    })
      .png()
      .toBuffer();

    const answers = [
      await classify(RADIOGRAPH),
      await classify(RADIOGRAPH, { query: "?explain=true&onOutside=answer&onReview=answer" }),
      await ask("POST /classify", "/classify", { as: "caller", body: form }),
      await classify(FILM, { type: "application/dicom" }),
      await classify(FILM, { headers: { accept: "application/dicom" }, query: "?onOutside=answer" }),
      await classify(RADIOGRAPH, { headers: { accept: "application/dicom" } }),
      await classify(inverted),
      await classify(colour),
      await classify(""),
      await classify("hello"),
      await classify("{", { type: "application/json" }),
      await classify("{}", { type: "application/json" }),
      await classify(RADIOGRAPH, { type: "text/plain" }),
      await classify(RADIOGRAPH, { query: "?nonsense=1" }),
      await classify(RADIOGRAPH, { as: undefined }),
      await classify("", json({ upload: "none" })),
    ];

    expect(answers.map(({ status }) => status)).toEqual([
      ...[200, 200, 200, 200, 200],
      ...[406, 422, 400, 400, 415, 400, 415, 415, 400, 401, 404],
    ]);
  });

  test("about uploads", async () => {
    const place = await ask("POST /uploads", "/uploads", {
      as: "caller",
      ...json({ bytes: RADIOGRAPH.length, sha256: digestOf(RADIOGRAPH) }),
    });
    const { upload } = place.body;
    const put = (body: BodyInit, name = upload, as: Role = "caller") =>
      ask("PUT /uploads/{upload}", `/uploads/${name}`, { as, type: "application/octet-stream", body });

    const answers = [
      place,
      await put("other bytes"),
      await put(RADIOGRAPH),
      await put(RADIOGRAPH),
      await put(RADIOGRAPH, upload, "viewer"),
      await put(RADIOGRAPH, "none"),
      await classify("", json({ upload })),
      await classify("", json({ upload })),
      await ask("POST /uploads", "/uploads", { as: "caller", ...json({ bytes: 10 }) }),
      await ask("POST /uploads", "/uploads", {
        as: "caller",
        ...json({ bytes: 1e9, sha256: "0".repeat(64) }),
      }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 400, 201, 409, 403, 404, 200, 404, 400, 413]);
  });

  test("about the registry, its files, and what pages are made of", async () => {
    const production = await ask("GET /models/production", "/models/production", { as: "caller" });
    const artifact = (digest: string) =>
      ask("GET /artifacts/{sha256}", `/artifacts/${digest}`, { as: "caller" });
    const graphql = (query: string, as?: Role) =>
      ask("POST /graphql", "/graphql", { as, ...json({ query }) });
    const train = (body: object, as: Role = "trainer") =>
      ask("POST /training-runs", "/training-runs", { as, ...json(body) });
    const picture = (sha256: string, name = "chest", as: Role = "viewer") =>
      ask("GET /datasets/{name}/images/{sha256}", `/datasets/${name}/images/${sha256}`, { as });
    const script = /page\/[\w-]+\.js/.exec((await ask("GET /", "/")).body)![0];

    const answers = [
      production,
      await artifact(production.body.sha256),
      await artifact("0".repeat(64)),
      await artifact("none"),
      await ask("GET /health", "/health", { as: "caller" }),
      await ask("GET /health", "/health"),
      await graphql("{ models { edges { node { name } } } }", "viewer"),
      await graphql("{ nonsense }", "viewer"),
      await graphql("{ models { totalCount } }", "caller"),
      await graphql("{ models { totalCount } }"),
      await ask("GET /graphql", "/graphql?query=%7B__typename%7D", {
        as: "viewer",
        headers: { "apollo-require-preflight": "1" },
      }),
      await ask("GET /graphql", "/graphql", { as: "viewer", headers: { accept: "text/html" } }),
      await ask("GET /graphql", "/graphql", { headers: { accept: "text/html" } }),
      await ask("POST /graphql", "/graphql", { as: "viewer", type: "text/plain", body: "{}" }),
      await ask("POST /graphql", "/graphql", {
        as: "viewer",
        headers: { accept: "text/plain" },
        ...json({ query: "{ __typename }" }),
      }),
      await ask("POST /graphql", "/graphql", { as: "viewer", ...json("x".repeat(11e6)) }),
      await train({ recipe: "none", dataset: "none" }),
      await train({ recipe: "x".repeat(70_000), dataset: "none" }),
      await train({ recipe: "residual-64" }),
      await train({}, "viewer"),
      await ask("GET /openapi.json", "/openapi.json", { as: "viewer" }),
      await ask("GET /openapi.json", "/openapi.json", { as: "caller" }),
      await ask("GET /docs", "/docs", { as: "viewer" }),
      await ask("GET /docs", "/docs", { as: "caller" }),
      await ask("GET /docs", "/docs", { headers: { accept: "text/html" } }),
      await ask("GET /docs", "/docs"),
      await ask("GET /page/{file}", `/${script}`),
      await ask("GET /page/{file}", "/page/none.js"),
      await ask("OPTIONS /{path}", "/classify"),
      await ask("GET /metrics", "/metrics", { as: "approver" }),
      await picture(digestOf(RADIOGRAPH)),
      await picture("0".repeat(64)),
      await picture("..%2F..%2Fpackage.json"),
      await picture(digestOf(RADIOGRAPH), "none"),
      await picture(digestOf(RADIOGRAPH), "chest", "caller"),
    ];

    expect(answers.map(({ status }) => status)).toEqual([
      ...[200, 200, 404, 400, 200, 200],
      ...[200, 400, 403, 401, 200, 200, 200, 415, 406, 413],
      ...[400, 413, 400, 403],
      ...[200, 403, 200, 403, 200, 401, 200, 404, 204, 200],
      ...[200, 404, 400, 400, 403],
    ]);
  });
});

describe("the examples in docs/examples", () => {
  const FILE = join(FIXTURES, "radiographs/person1_bacteria_1.jpeg");
  /** Lines by what stands before the first colon. */
  async function run(program: string, ...args: string[]): Promise<Map<string, string[]>> {
    const env = { PATH: process.env.PATH, RADLITE_URL: server.url, RADLITE_KEY: keys.viewer };
    const { stdout } = await promisify(execFile)(program, [...args, FILE], { cwd: ROOT, env });
    const lines = new Map<string, string[]>();
    for (const line of stdout.trim().split("\n")) {
      const [, name = "", said = ""] = /^([^:]+): (.+)$/.exec(line) ?? [];
      lines.set(name, [...(lines.get(name) ?? []), said]);
    }
    return lines;
  }
  /** What the programs print, from the answers of the server itself. */
  async function expected() {
    const { body: answer } = await classify(RADIOGRAPH);
    const { body: production } = await ask("GET /models/production", "/models/production", { as: "caller" });
    const { verdict } = (await classify(RADIOGRAPH, { query: "?onReview=answer" })).body;
    const query = "{ versions(first: 3) { edges { node { id sizeBytes } } } }";
    const { body } = await ask("POST /graphql", "/graphql", { as: "viewer", ...json({ query }) });
    const nodes: { id: string; sizeBytes: number }[] = body.data.versions.edges.map(
      ({ node }: { node: unknown }) => node,
    );
    return {
      classify: [`${answer.verdict} ${answer.probability}`],
      review: [verdict],
      production: [`${production.name}@${production.version} ${production.bytes}`],
      versions: nodes.map(({ id, sizeBytes }) => `${id} ${sizeBytes}`),
      upload: [`${answer.probability}`],
    };
  }

  test.each([
    ["radlite.py", "python3", [], "415 BAD_INPUT NOT_AN_IMAGE"],
    ["radlite.ts", process.execPath, ["--import", "tsx"], "BAD_INPUT NOT_AN_IMAGE"],
  ])(
    "%s classifies, is refused, asks past review, lists production and versions, uploads",
    async (file, program, args, refused) => {
      const lines = Object.fromEntries(await run(program, ...args, join(ROOT, "docs/examples", file)));

      expect(lines).toMatchObject({ ...(await expected()), refused: [refused] });
    },
  );

  test("a key that may not see the versions is told so, in the server's sentence", async () => {
    const env = { PATH: process.env.PATH, RADLITE_URL: server.url, RADLITE_KEY: keys.caller };
    const program = [join(ROOT, "docs/examples/radlite.py"), FILE];
    await expect(promisify(execFile)("python3", program, { env })).rejects.toThrow(
      "Refused: POST /graphql takes the role viewer; caller has caller.",
    );
  });

  test("radlite.sh does it with curl", async () => {
    const env = { PATH: process.env.PATH, RADLITE_URL: server.url, RADLITE_KEY: keys.viewer };
    const script = join(ROOT, "docs/examples/radlite.sh");
    const { stdout } = await promisify(execFile)("sh", [script, FILE], { cwd: ROOT, env });
    const said = [...stdout.matchAll(/^(\w+):\n(\{.*\})$/gm)].map(([, name, body]) => [
      name!,
      JSON.parse(body!),
    ]);
    const { classify: first, refused, review, production, versions, upload } = Object.fromEntries(said);

    expect(refused.error).toMatchObject({ code: "BAD_INPUT", reason: "NOT_AN_IMAGE" });
    expect({
      classify: [`${first.verdict} ${first.probability}`],
      review: [review.verdict],
      production: [`${production.name}@${production.version} ${production.bytes}`],
      versions: versions.data.versions.edges.map(
        ({ node }: { node: { id: string; sizeBytes: number } }) => `${node.id} ${node.sizeBytes}`,
      ),
      upload: [`${upload.probability}`],
    }).toEqual(await expected());
  });
});

describe("in a browser", () => {
  test("the upload page asks for a key that holds, then for the verdict on the same file", async () => {
    const { page, asked } = await openPage(browser, server.url);
    await page.setInputFiles("#file", { name: "x.jpeg", mimeType: "image/jpeg", buffer: RADIOGRAPH });
    const key = page.getByLabel(/API key/);
    for (const [sent, said] of [
      ["nonsense", "#said .error"],
      [keys.caller, "#said .verdict"],
    ] as const) {
      await key.fill(sent);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.locator(said).waitFor();
    }

    expect(await page.locator("#said data").getAttribute("value")).toBe(
      String((await classify(RADIOGRAPH)).body.probability),
    );
    const posts = asked.filter(({ method }) => method === "POST").map(({ url }) => url.pathname);
    expect(posts).toEqual(["/classify", "/classify"]); // none before there is a key
    expect(await page.context().cookies()).toEqual([]);
  });

  test("/docs asks for a key, then shows every route, from this server alone", async () => {
    const { page, asked, complaints } = await openPage(browser, `${server.url}/docs`);
    expect(await page.getByRole("status").textContent()).toMatch(/^Send an API key or a token/);
    expect(await page.locator(".opblock").count()).toBe(0);

    await page.getByLabel(/API key/).fill(keys.viewer);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator(".opblock").first().waitFor();

    const { paths } = JSON.parse(readFileSync(join(ROOT, "openapi.json"), "utf8"));
    const routes = Object.values(paths).flatMap((route) => Object.keys(route as object));
    expect(await page.locator(".opblock").count()).toBe(routes.length);
    expect(new Set(asked.filter(({ url }) => url.protocol !== "data:").map(({ url }) => url.origin))).toEqual(
      new Set([server.url]),
    );
    expect(complaints).toEqual([]);
  });

  test("/graphql asks for a key, then answers a query that is written on it", async () => {
    const { page, asked, complaints } = await openPage(browser, `${server.url}/graphql`);
    await page.getByLabel(/API key/).fill(keys.viewer);
    await page.getByRole("button", { name: "Sign in" }).click();
    const editor = page.locator(".graphiql-query-editor .CodeMirror");
    await editor.waitFor();

    await editor.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText('{ production(model: "chest-xray") { id } }');
    await page.getByRole("button", { name: /Execute query/ }).click();

    const answered = page.locator(".graphiql-response");
    await expect.poll(() => answered.textContent()).toMatch(/"id": *"chest-xray@\d+"/);
    expect(new Set(asked.filter(({ url }) => url.protocol !== "data:").map(({ url }) => url.origin))).toEqual(
      new Set([server.url]),
    );
    expect(complaints).toEqual([]);
  });
});
