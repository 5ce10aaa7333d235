/** Holds answers of a real server to openapi.json: status, type of content, and every key of the body. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "vitest";
import { ROOT } from "../imports.ts";

interface Described {
  $ref?: string;
  content?: Record<string, { schema?: object }>;
}

const document = JSON.parse(readFileSync(join(ROOT, "openapi.json"), "utf8"));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
const compiled = new Map<object, ValidateFunction>();

export interface Answered {
  status: number;
  headers: Headers;
  body: unknown;
}

/** @param route as openapi.json has it, such as `POST /classify` */
export function expectDescribed(route: string, { status, headers, body }: Answered): void {
  const [method = "", path = ""] = route.split(" ");
  const { responses } = document.paths[path][method.toLowerCase()];
  const found: Described | undefined = responses[status];
  const response: Described | undefined = found?.$ref
    ? document.components.responses[found.$ref.split("/").at(-1)!]
    : found;
  expect(response, `${route} answered ${status}, of which its description knows nothing`).toBeDefined();
  const type = (headers.get("content-type") ?? "").split(";")[0]!;
  const { content } = response!;
  if (!content) {
    expect(body, route).toBe("");
    return;
  }
  expect(Object.keys(content), `${route} ${status}`).toContain(type);
  const { schema } = content[type]!;
  if (!schema || !type.includes("json")) return;
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  validate(body);
  expect(validate.errors ?? [], `${route} ${status} ${JSON.stringify(body).slice(0, 500)}`).toEqual([]);
}
