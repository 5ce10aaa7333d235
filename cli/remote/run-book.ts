/** Trainings of this machine as runs of the registry behind a server. */
import { RadliteError } from "@radlite/model/errors";
import { type Client, graphql } from "@radlite/registry/client";
import { openRemote } from "../remote.ts";
import { keepBook, openRunBook, type RunBook } from "../run-record.ts";
import { registerBundleAt } from "./bundle.ts";

const BEGIN = graphql("mutation ($input: BeginRunInput!) { beginRun(input: $input) { id } }");
const TELL = graphql(
  "mutation ($input: RecordRunProgressInput!) { recordRunProgress(input: $input) { id } }",
);
const FINISH = graphql("mutation ($input: FinishRunInput!) { finishRun(input: $input) { id } }");
const ANNOUNCE = graphql("mutation ($input: CreateUploadInput!) { createUpload(input: $input) { upload } }");

/** Of what `--register` fills. @param server left out: the registry at RADLITE_STORE. */
export const openBook = (server: string | undefined): Promise<RunBook> =>
  server === undefined ? openRunBook() : openRemoteBook(openRemote(server));

/** Asked before the work, so that a key that may not register is known before it. */
async function openRemoteBook(remote: Client): Promise<RunBook> {
  await requireTrainer(remote);
  return keepBook({
    async start({ model, dataset, recipe }) {
      const { beginRun } = await remote.ask(BEGIN, {
        input: { model, dataset, recipe: recipe.name, recipeDigest: recipe.digest },
      });
      return beginRun.id;
    },
    async tell(run, epoch) {
      const figures = Object.entries(epoch?.figures ?? {}).map(([name, value]) => ({ name, value }));
      await remote.ask(TELL, { input: { run, ...(epoch && { epoch: { ...epoch, figures } }) } });
    },
    async say(run, lines) {
      await remote.ask(TELL, { input: { run, lines } });
    },
    register: (bundle, runId) => registerBundleAt(remote, bundle, runId),
    async finish(run, end) {
      await remote.ask(FINISH, { input: { run, ...end } });
    },
  });
}

/** A file of no bytes is refused for that, and before it to whoever may send none. */
export async function requireTrainer(remote: Client): Promise<void> {
  const nothing = { bytes: 0, sha256: "", purpose: "ARTIFACT" } as const;
  await remote.ask(ANNOUNCE, { input: nothing }).catch((error) => {
    if (!(error instanceof RadliteError) || error.code !== "BAD_INPUT") throw error;
  });
}
