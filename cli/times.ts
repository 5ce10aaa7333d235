/** Times that people write on the command line. */

/**
 * ISO time; a date alone is its midnight in UTC.
 * @param option for the message.
 * @throws BAD_INPUT for what is no time, or no day of the calendar.
 */
export async function readTime(option: string, text: string): Promise<string> {
  const { parseTime } = await import("@radlite/registry/commands");
  return new Date(parseTime(text, option)).toISOString();
}
