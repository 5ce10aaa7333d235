import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DownloadOptions, fetchFile, findFetched } from "@radlite/training/fetch";
import { expect, test } from "vitest";
import type { RemoteFile } from "../../../training/fetch/remote-file.ts";
import {
  answer,
  findDeadAddress,
  type Manner,
  makeFolder,
  serveFile,
  silentAfter,
  untilClosed,
  wellBehaved,
} from "./file-server.ts";

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31 + (at >> 8)) % 256));
const OTHER = Buffer.from(CONTENT.toReversed());
const digest = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest("hex");

const UNPINNED: RemoteFile = {
  name: "file.bin",
  url: "https://nobody.invalid/file.bin",
  maxBytes: 1_000_000,
};
const PINNED: RemoteFile = {
  ...UNPINNED,
  pin: { algorithm: "md5", digest: digest("md5", CONTENT), by: "its maker" },
};

const notes: string[] = [];

/** From a server that answers in these manners, without long pauses. */
async function fetchFrom(
  manners: Manner[],
  file: RemoteFile = PINNED,
  options: Partial<DownloadOptions> = {},
) {
  const folder = options.folder ?? makeFolder();
  const { url, requests } = await serveFile(CONTENT, ...manners);
  const quick = { waitMs: 1, attempts: 3, onNote: (text: string) => void notes.push(text) };
  const result = fetchFile(file, { ...quick, mirror: url, ...options, folder });
  result.catch(() => {});
  return { result, folder, requests, path: join(folder, file.name) };
}

test("a file comes once, with its hashes checked, and is then found without a network", async () => {
  const progress: [received: number, total?: number][] = [];
  const { result, folder, requests, path } = await fetchFrom([wellBehaved()], PINNED, {
    onProgress: (...step) => void progress.push(step),
  });

  const fetched = await result;

  expect(fetched).toEqual({
    path,
    sizeBytes: CONTENT.length,
    sha256: digest("sha256", CONTENT),
    checkedAgainst: "its maker",
    wasCached: false,
  });
  expect(readFileSync(path).equals(CONTENT)).toBe(true);
  expect(requests).toEqual([{ path: "/file.bin", range: undefined, ifRange: undefined }]);
  expect(progress[0]).toEqual([0, CONTENT.length]);
  expect(progress.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  expect(readdirSync(folder).sort()).toEqual(["file.bin", "file.bin.json"]);
  expect(await fetchFile(PINNED, { folder })).toEqual({ ...fetched, wasCached: true }); // from nobody.invalid
});

test("a connection that breaks is gone on from where it broke, as long as it is the same file", async () => {
  const cut = wellBehaved({ cutAfter: 100_000 });
  const { result, requests, path } = await fetchFrom([cut, cut, cut]);

  await result;

  expect(readFileSync(path).equals(CONTENT)).toBe(true);
  expect(requests[0]!.range).toBeUndefined();
  expect(requests.slice(1).map(({ ifRange }) => ifRange)).toEqual(requests.slice(1).map(() => '"one"'));
  const starts = requests.slice(1).map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range!)![1]));
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(starts[0]).toBeGreaterThan(0);
  expect(requests.length).toBeGreaterThanOrEqual(3);
});

test("what an interrupted command left is gone on from by the next", async () => {
  const folder = makeFolder();
  const first = await fetchFrom([wellBehaved({ cutAfter: 100_000 }), answer(503, {})], PINNED, { folder });
  await expect(first.result).rejects.toMatchObject({
    code: "UNAVAILABLE",
    reason: "INTERRUPTED",
    message: expect.stringMatching(/did not come whole.*503.*The first \d+ bytes are kept/),
  });
  expect(existsSync(first.path)).toBe(false);
  const kept = readFileSync(`${first.path}.partial`);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.equals(CONTENT.subarray(0, kept.length))).toBe(true);

  // The same address, as the note of the partial file has it.
  const second = await serveFile(CONTENT);
  const note = JSON.parse(readFileSync(`${first.path}.partial.json`, "utf8"));
  writeFileSync(`${first.path}.partial.json`, JSON.stringify({ ...note, url: `${second.url}file.bin` }));
  await fetchFile(PINNED, { folder, mirror: second.url });

  expect(second.requests).toEqual([{ path: "/file.bin", range: `bytes=${kept.length}-`, ifRange: '"one"' }]);
  expect(readFileSync(first.path).equals(CONTENT)).toBe(true);
});

test("bytes of another address are not gone on from", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "file.bin.partial"), OTHER.subarray(0, 5_000));
  writeFileSync(
    join(folder, "file.bin.partial.json"),
    JSON.stringify({ url: "https://other.invalid/file.bin", validator: '"one"' }),
  );
  const { result, requests } = await fetchFrom([wellBehaved()], PINNED, { folder });
  await result;
  expect(requests[0]!.range).toBeUndefined();
});

test("a file that changed in between is read anew: the server answers If-Range with all of it", async () => {
  const changed = wellBehaved({ etag: '"two"' });
  const { result, requests, path } = await fetchFrom([wellBehaved({ cutAfter: 100_000 }), changed]);
  await result;
  expect(requests[1]).toMatchObject({ range: expect.stringMatching(/^bytes=\d+-$/), ifRange: '"one"' });
  expect(readFileSync(path).equals(CONTENT)).toBe(true);
});

test("a server that ignores Range, or has no version to name, is read from the start each time", async () => {
  const whole = answer(200, { "content-length": CONTENT.length, etag: '"one"' }, (content) => content);
  const ignoring = await fetchFrom([wellBehaved({ cutAfter: 100_000 }), whole]);
  await ignoring.result;
  expect(readFileSync(ignoring.path).equals(CONTENT)).toBe(true);

  const nameless = await fetchFrom([wellBehaved({ etag: "", cutAfter: 100_000 }), wellBehaved({ etag: "" })]);
  await nameless.result;
  expect(nameless.requests[1]!.range).toBeUndefined();
});

test("a server that always breaks off at the same place is given up", async () => {
  const headers = { "content-length": CONTENT.length, etag: '"one"' };
  const half: Manner = (_request, response, content) => {
    response.writeHead(200, headers); // never the rest
    response.write(content.subarray(0, 1_000), () => setTimeout(() => response.destroy(), 20));
  };
  const { result, requests } = await fetchFrom([half]);
  await expect(result).rejects.toMatchObject({ code: "UNAVAILABLE", reason: "INTERRUPTED" });
  expect(requests.length).toBeLessThanOrEqual(4);
});

test("a rest that begins elsewhere, or is not there, is not joined", async () => {
  const elsewhere = answer(
    206,
    { "content-range": `bytes 7-${CONTENT.length - 1}/${CONTENT.length}`, etag: '"one"' },
    (content) => content.subarray(7),
  );
  for (const odd of [elsewhere, answer(416, {})]) {
    const { result, requests, path } = await fetchFrom([
      wellBehaved({ cutAfter: 100_000 }),
      odd,
      wellBehaved(),
    ]);
    await result;
    expect(requests[2]!.range).toBeUndefined();
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
  }
});

test("a length that is too short: the hash does not fit, and nothing is kept", async () => {
  const short = answer(200, { "content-length": 1_000 }, (content) => content.subarray(0, 1_000));
  const { result, folder } = await fetchFrom([short]);
  await expect(result).rejects.toMatchObject({
    code: "UNAVAILABLE",
    reason: "WRONG_HASH",
    message: expect.stringMatching(
      /its 1000 bytes have MD5 [0-9a-f]{32}, expected [0-9a-f]{32} \(its maker\)/,
    ),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test("a length that is too long never makes a file, with a hash or without", async () => {
  const long: Manner = (_request, response, content) => {
    response.writeHead(200, { "content-length": content.length + 1 });
    response.write(content, () => setTimeout(() => response.destroy(), 20));
  };
  for (const file of [PINNED, UNPINNED]) {
    const { result, path } = await fetchFrom([long], file);
    await expect(result).rejects.toMatchObject({ code: "UNAVAILABLE", reason: "INTERRUPTED" });
    expect(existsSync(path)).toBe(false);
  }
});

test("without a length, without a hash, the end of a connection makes no file", async () => {
  const bare = await fetchFrom([untilClosed(1_000)], UNPINNED);
  await expect(bare.result).rejects.toMatchObject({ message: expect.stringMatching(/without a length/) });
  expect(existsSync(bare.path)).toBe(false);

  const pinned = await fetchFrom([untilClosed()]); // the hash says that it is all
  await pinned.result;
  expect(readFileSync(pinned.path).equals(CONTENT)).toBe(true);

  const chunked = answer(200, {}, (content) => content); // the last chunk says so
  const { result, path } = await fetchFrom([chunked], UNPINNED);
  expect(await result).toMatchObject({ sizeBytes: CONTENT.length });
  expect(readFileSync(path).equals(CONTENT)).toBe(true);
});

test("more bytes than the limit are not taken, whether they are announced or not", async () => {
  const small = { ...UNPINNED, maxBytes: 100_000 };
  for (const manner of [wellBehaved(), answer(200, {}, (content) => content)]) {
    const { result, folder } = await fetchFrom([manner], small);
    await expect(result).rejects.toMatchObject({
      code: "BAD_INPUT",
      reason: "TOO_LARGE",
      message: expect.stringMatching(/at most 100000 were expected/),
    });
    expect(readdirSync(folder)).toEqual([]);
  }
});

test("other bytes than the published hash is of are refused", async () => {
  const wrong = answer(200, { "content-length": OTHER.length }, () => OTHER);
  const { result, folder } = await fetchFrom([wrong]);
  await expect(result).rejects.toMatchObject({ code: "UNAVAILABLE", reason: "WRONG_HASH" });
  expect(readdirSync(folder)).toEqual([]);
});

test("redirects are followed, but not for ever and not to where they may not lead", async () => {
  const relative = await fetchFrom([answer(302, { location: "/there?key=1" }), wellBehaved()]);
  await relative.result;
  expect(relative.requests.map(({ path }) => path)).toEqual(["/file.bin", "/there?key=1"]);

  const loop = await fetchFrom([answer(301, { location: "/file.bin" })]);
  await expect(loop.result).rejects.toMatchObject({
    message: expect.stringMatching(/more than 5 redirects/),
  });
  const file = await fetchFrom([answer(302, { location: "file:///etc/passwd" })]);
  await expect(file.result).rejects.toMatchObject({
    message: expect.stringMatching(/redirects \(302\) to "file:/),
  });
});

test("silence counts as a broken connection", async () => {
  const { result, requests, path } = await fetchFrom([silentAfter(50_000), wellBehaved()], PINNED, {
    silenceMs: 300,
  });
  await result;
  expect(requests[1]!.range).toBe("bytes=50000-");
  expect(readFileSync(path).equals(CONTENT)).toBe(true);
  expect(notes).toContain("nothing came for 0.3 s; trying again in 1 s");
});

test("what is not there, what comes compressed and who does not answer fail at once, in words", async () => {
  const absent = await fetchFrom([answer(404, {})]);
  await expect(absent.result).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(absent.requests).toHaveLength(1);

  const compressed = await fetchFrom([answer(200, { "content-encoding": "gzip" }, () => OTHER)]);
  await expect(compressed.result).rejects.toMatchObject({
    message: expect.stringMatching(/compressed \(gzip\)/),
  });

  const nobody = fetchFile(PINNED, { folder: makeFolder(), mirror: await findDeadAddress() });
  await expect(nobody).rejects.toMatchObject({ code: "UNAVAILABLE", reason: "UNREACHABLE" });
  await expect(fetchFile(PINNED, { folder: makeFolder(), mirror: "ftp://a" })).rejects.toMatchObject({
    code: "BAD_INPUT",
  });
});

test("without a published hash the first fetch decides, and says that nobody vouches for it", async () => {
  const folder = makeFolder();
  const first = await fetchFrom([wellBehaved()], UNPINNED, { folder });
  expect((await first.result).checkedAgainst).toBeUndefined();
  truncateSync(first.path, 10); // damaged since: no longer found, and fetched again
  expect(await findFetched(UNPINNED, folder)).toBeUndefined();

  const wrong = answer(200, { "content-length": OTHER.length }, () => OTHER);
  const second = await fetchFrom([wrong], UNPINNED, { folder });
  await expect(second.result).rejects.toMatchObject({
    code: "CONFLICT",
    reason: "CHANGED",
    message: expect.stringMatching(/at the first fetch, on 20.*delete .*file\.bin\.json and fetch again/),
  });
  expect(await findFetched(UNPINNED, folder)).toBeUndefined();

  const third = await fetchFrom([wellBehaved()], UNPINNED, { folder });
  expect(await third.result).toMatchObject({ wasCached: false });
});

test("a file that somebody put into the cache counts, if it is the right one", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "file.bin"), CONTENT);
  expect(await findFetched(PINNED, folder)).toMatchObject({ wasCached: true, checkedAgainst: "its maker" });

  const other = makeFolder();
  writeFileSync(join(other, "file.bin"), OTHER);
  await expect(findFetched(PINNED, other)).rejects.toMatchObject({ reason: "WRONG_HASH" });
  expect(readdirSync(other)).toEqual(["file.bin"]); // not ours to delete
});

test("a file that is not what it should be is not kept, whatever its hash", async () => {
  const inspect = async () => {
    throw new Error("no weights");
  };
  const { result, folder } = await fetchFrom([wellBehaved()], { ...UNPINNED, inspect });
  await expect(result).rejects.toThrow("no weights");
  expect(readdirSync(folder)).toEqual([]);
});

test("two processes do not write the same file; a lock left behind is taken over", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "file.bin.lock"), String(process.pid));
  const held = await fetchFrom([wellBehaved()], PINNED, { folder });
  await expect(held.result).rejects.toMatchObject({ code: "CONFLICT" });

  writeFileSync(join(folder, "file.bin.lock"), "4194305"); // above every process number
  const free = await fetchFrom([wellBehaved()], PINNED, { folder });
  await free.result;
  expect(existsSync(join(folder, "file.bin.lock"))).toBe(false);
});

test("a fetch that is stopped keeps what came", async () => {
  const controller = new AbortController();
  const stop = (received: number) => received > 0 && controller.abort(new Error("stopped"));
  const { result, folder } = await fetchFrom([silentAfter(50_000)], PINNED, {
    signal: controller.signal,
    onProgress: stop,
  });
  await expect(result).rejects.toThrow("stopped");
  expect(readdirSync(folder).sort()).toEqual(["file.bin.partial", "file.bin.partial.json"]);
});
