/** SQS -> the function `score`: radiographs that nobody waits for, and a line about each in the store. */
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { scoreMessages } from "./serving/score-messages.ts";

export const handler = (event: SQSEvent, context: Pick<Context, "awsRequestId">): Promise<SQSBatchResponse> =>
  scoreMessages(event, context.awsRequestId);
