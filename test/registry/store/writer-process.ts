/** writer-process FOLDER create|count NAME TIMES: one of several writers; a line for each write that was reported as done. */
import { fileStore, isConflict } from "@radlite/registry/store";
import { bytesOf, increment } from "./writes.ts";

const [folder = "", task, name = "", times] = process.argv.slice(2);
const store = fileStore(folder);

for (let i = 0; i < Number(times); i++) {
  if (task === "count") await increment(store, "counter");
  else {
    try {
      await store.create(`race/${i}`, bytesOf(name));
    } catch (error) {
      if (!isConflict(error)) throw error;
      continue;
    }
  }
  console.log(task === "count" ? "counted" : `race/${i}`);
}
