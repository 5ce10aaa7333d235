/** Lists that a server gives page by page, whole. */

export interface Page<Node> {
  edges: { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean };
}

/** Nodes a page, as queries ask for them. */
export const PAGE_SIZE = 50;

/** @param readPage the page after a cursor, or the first. @returns the nodes of all. */
export async function readPages<Node>(
  readPage: (after: string | null) => Promise<Page<Node>>,
): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo } = await readPage(after);
    nodes.push(...edges.map(({ node }) => node));
    after = edges.at(-1)?.cursor ?? null;
    if (!pageInfo.hasNextPage) return nodes;
  }
}
