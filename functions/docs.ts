/** GET /docs: the description of the API as a page, for whoever may read it. */
import { guard } from "./serving/guard.ts";
import { answerPage, orPage } from "./serving/pages.ts";

const FOLDER = new URL("../console/docs/", import.meta.url);

export const handler = guard("viewer", () => answerPage(FOLDER), { toAnswer: orPage(FOLDER) });
