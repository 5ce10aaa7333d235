/**
 * Relay-style connections. `connectionOf` declares the edge and connection types of a node type, `PageArgs` the
 * arguments of every paged field, `pageCost` what such a field counts towards the complexity limit. The
 * commands cut the pages and make the cursors; `toConnection` only gives them their GraphQL shape.
 */
import type { Page } from "@radlite/registry/commands";
import { ArgsType, type ClassType, Field, Int, ObjectType } from "type-graphql";

export const DEFAULT_PAGE_SIZE = 20;

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    defaultValue: DEFAULT_PAGE_SIZE,
    description: "How many to return at most: 1 to 100.",
  })
  readonly first!: number;

  @Field(() => String, {
    nullable: true,
    description: "The cursor of the last edge seen: the page begins behind it.",
  })
  readonly after?: string | null;
}

@ObjectType({ description: "Where a page begins and ends, and whether there is more." })
export class PageInfo {
  @Field(() => Boolean, { description: "Whether more edges follow; ask with `after: endCursor`." })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, {
    description: "Whether edges lie before this page. Pages are walked forwards only.",
  })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "Cursor of the first edge; null on an empty page." })
  readonly startCursor!: string | undefined;

  @Field(() => String, { nullable: true, description: "Cursor of the last edge; null on an empty page." })
  readonly endCursor!: string | undefined;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  edges: Edge<T>[];
  pageInfo: PageInfo;
  totalCount: number;
}

/** Declares `<name>Connection` and `<name>Edge` over a node type; `plural` is for the descriptions. */
export function connectionOf<T extends object>(name: string, plural: string, Node: ClassType<T>) {
  @ObjectType(`${name}Edge`, { description: `One of the ${plural} on a page, with its place in the order.` })
  class NodeEdge {
    @Field(() => String, { description: "Opaque place in the order; valid for the same arguments." })
    readonly cursor!: string;

    @Field(() => Node, { description: "What stands there." })
    readonly node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${plural}.` })
  class NodeConnection {
    @Field(() => [NodeEdge], { description: "In order." })
    readonly edges!: NodeEdge[];

    @Field(() => PageInfo, { description: "Whether there is more." })
    readonly pageInfo!: PageInfo;

    @Field(() => Int, { description: "How many there are on all pages together." })
    readonly totalCount!: number;
  }
  return NodeConnection;
}

export function toConnection<T>(
  { edges, totalCount, hasNextPage }: Page<T>,
  { after }: PageArgs,
): Connection<T> {
  const pageInfo = {
    hasNextPage,
    hasPreviousPage: after !== undefined && after !== null,
    startCursor: edges[0]?.cursor,
    endCursor: edges.at(-1)?.cursor,
  };
  return { edges, pageInfo, totalCount };
}

interface CostInput {
  args: { first?: number };
  childComplexity: number;
}

/** A page costs its size times what one of its edges holds. */
export const pageCost = ({ args, childComplexity }: CostInput): number =>
  1 + Math.max(1, args.first ?? DEFAULT_PAGE_SIZE) * childComplexity;
