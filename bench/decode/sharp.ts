/** The decode path of the classify function as it is: sharp. */
export { prepareInput } from "@radlite/model/input";
