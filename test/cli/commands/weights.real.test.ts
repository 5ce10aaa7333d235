import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answer, serveFile, wellBehaved } from "../../training/fetch/file-server.ts";
import { makeFolder, ROOT, runRadlite } from "../program.ts";

// Nobody publishes a hash of MobileNet's weights, so any Keras file may stand for them; of VGG16's they do.
const KERAS_FILE = readFileSync(join(ROOT, "test/fixtures/weights/vgg16-notop.h5"));
const FILE = "mobilenet_1_0_224_tf_no_top.h5";
const SHA256 = createHash("sha256").update(KERAS_FILE).digest("hex");

test("fetch: the file comes from the mirror, broken connection or not, and the second call needs none", async () => {
  const cache = makeFolder();
  const { url, requests } = await serveFile(KERAS_FILE, wellBehaved({ cutAfter: 5_000 }), wellBehaved());

  const args = ["weights", "fetch", "mobilenet", "--cache", cache];
  const first = await runRadlite([...args, "--mirror", url]);
  const second = await runRadlite([...args, "--json"]);

  expect(first).toMatchObject({
    code: 0,
    stdout: `${join(cache, FILE)} is ready: ${KERAS_FILE.length.toLocaleString("en")} bytes; nobody publishes a hash for it; SHA-256 ${SHA256} is on record from now on\n`,
    stderr: expect.stringMatching(/^radlite: the connection .*; trying again in 1 s\n$/),
  });
  expect(requests.map(({ path }) => path)).toEqual([`/${FILE}`, `/${FILE}`]);
  expect(requests[1]!.range).toMatch(/^bytes=\d+-$/);
  expect(JSON.parse(second.stdout)).toEqual({
    name: "mobilenet",
    path: join(cache, FILE),
    sizeBytes: KERAS_FILE.length,
    sha256: SHA256,
    wasCached: true,
  });

  const list = await runRadlite(["weights", "list", "--cache", cache]);
  expect(list).toMatchObject({ code: 0, stderr: "" });
  expect(list.stdout).toMatchSnapshot();
});

test("fetch: a file with another hash than the published is refused, and no file is left", async () => {
  const cache = makeFolder();
  const { url } = await serveFile(KERAS_FILE);
  const { code, stdout, stderr } = await runRadlite([
    ...["weights", "fetch", "vgg16", "--cache", cache, "--mirror", url, "--json"],
  ]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^radlite: UNAVAILABLE \(WRONG_HASH\): .*expected 6d6bbae143d832006294945121d1f1fc \(Keras 2\.15\)/,
  );
});

test("fetch: a page that stands where the weights should be is no weights", async () => {
  const cache = makeFolder();
  const page = Buffer.from("<html>Please sign in</html>");
  const { url } = await serveFile(
    page,
    answer(200, { "content-length": page.length }, () => page),
  );
  const { code, stderr } = await runRadlite([
    "weights",
    "fetch",
    "mobilenet",
    "--cache",
    cache,
    "--mirror",
    url,
  ]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /BAD_INPUT: http:\S+ is not mobilenet_1_0_224_tf_no_top\.h5: Weights .*: it is no HDF5 file, or a damaged one/,
  );
});

test("fetch: an unknown name is refused with the known ones, without a network", async () => {
  const { code, stderr } = await runRadlite(["weights", "fetch", "mobilnet"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/NOT_FOUND: There are no weights named mobilnet \(did you mean mobilenet\?\)/);
});
