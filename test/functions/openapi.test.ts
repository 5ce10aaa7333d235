/** The description of the API is the code's: its routes, their roles and parameters, and what the committed file says. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { CONTRACTS } from "../../functions/contracts/index.ts";
import { describeApi, toOpenApiPath } from "../../functions/contracts/openapi.ts";
import type { Handler } from "../../functions/serving/guard.ts";
import { files, ROOT } from "../imports.ts";

const read = (file: string) => readFile(join(ROOT, file), "utf8");
const committed = async () => JSON.parse(await read("openapi.json"));

/** Of serverless.yml, those of the local server too, with the guarded handler behind each. */
async function listRoutes(): Promise<{ route: string; handler: Handler }[]> {
  const { functions, custom } = parse(await read("serverless.yml"));
  const found = Object.values({ ...functions, ...custom.local } as Record<
    string,
    { handler: string; events?: { httpApi?: string }[] }
  >);
  const routes = found.map(async ({ handler: path, events = [] }) => {
    const { handler } = await import(join(ROOT, path.replace("dist/", "").replace(".handler", ".ts")));
    return events.flatMap(({ httpApi }) =>
      httpApi ? [{ route: httpApi, handler: handler as Handler }] : [],
    );
  });
  return (await Promise.all(routes)).flat();
}

test("openapi.json says what the contracts say (node scripts/openapi.mjs writes it)", async () => {
  const { version } = JSON.parse(await read("package.json"));

  expect(describeApi(CONTRACTS, version)).toEqual(await committed());
});

test("it is a valid OpenAPI 3.1 document", async () => {
  const validator = new Validator();

  expect(await validator.validate(await committed())).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
  const { paths, ...broken } = await committed();
  expect((await new Validator().validate({ ...broken, paths: { classify: paths["/classify"] } })).valid).toBe(
    false,
  );
});

test("it has each route of serverless.yml and no other, with the role and the parameters of its handler", async () => {
  const routes = await listRoutes();
  const { paths } = await committed();
  const described = routes.map(({ route, handler }) => {
    const [method = "", path = ""] = route.split(" ");
    const { "x-radlite-role": role, parameters = [] } =
      paths[toOpenApiPath(path)]?.[method.toLowerCase()] ?? {};
    const named = (place: string) =>
      (parameters as { name: string; in: string }[])
        .filter((one) => one.in === place)
        .map(({ name }) => name);
    expect(named("path"), route).toEqual([...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name));
    // What takes two methods reads the parameters of one.
    expect(handler.query, route).toEqual(expect.arrayContaining(named("query")));
    if (routes.filter((other) => other.handler === handler).length === 1)
      expect(named("query"), route).toEqual(handler.query);
    return { route, role };
  });

  expect(described).toEqual(routes.map(({ route, handler }) => ({ route, role: handler.need })));
  expect(CONTRACTS.map(({ route }) => route as string).sort()).toEqual(
    routes.map(({ route }) => route).sort(),
  );
});

/** Rooms whose refusals reach whoever asks for a verdict or for a training. */
const REFUSING = [
  ...["model/input/", "model/report/", "model/verdict/", "functions/"],
  ...["registry/commands/artifacts.ts", "registry/commands/uploads.ts", "serverless-offline-binary.mjs"],
];
/** Said in browsers alone. */
const IN_BROWSERS = "model/input/browser/";

test("it has every reason that the code gives", async () => {
  const document = JSON.stringify(await committed());
  const refusing = files.filter(
    (file) => REFUSING.some((room) => file.startsWith(room)) && !file.startsWith(IN_BROWSERS),
  );

  const sources = await Promise.all(refusing.map(read));
  const reasons = new Set(
    sources.flatMap((source) =>
      [...source.matchAll(/(?:reason: |refuse\()"([A-Z][A-Z_]+)"/g)].map(([, reason]) => reason!),
    ),
  );

  const settings = [...reasons].filter((reason) => reason.startsWith("RADLITE_"));
  expect(
    [...reasons].filter(
      (reason) => !settings.includes(reason) && !new RegExp(`\\b${reason}\\b`).test(document),
    ),
  ).toEqual([]);
  expect(reasons.size).toBeGreaterThan(25);
});
