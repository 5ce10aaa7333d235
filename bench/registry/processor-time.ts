/**
 * Processor time of this process for a piece of work, in milliseconds: other things that the machine does meanwhile do
 * not count, what this process does beside the work does.
 */
export async function timeProcessor(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
