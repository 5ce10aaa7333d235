/**
 * Radiographs of a bucket as messages to the function `score` (functions/serving/score-message.ts), which writes a line
 * about each under scores/. SQS is the queue: what waits, what is tried again and what is given up on is its business.
 */
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from "@aws-sdk/client-sqs";
import { RadliteError } from "@radlite/model/errors";

/** SQS takes no more in one request. */
const AT_ONCE = 10;
/** Of an entry that the queue did not take, beside those that the SDK makes itself. */
const TRIES = 3;

export interface ScoreRequest {
  /** The queue's address. */
  queue: string;
  /** In whose name. */
  requester: string;
  /** Begins the names of the lines. */
  job: string;
  onOutside?: "answer" | undefined;
  onReview?: "answer" | undefined;
}

/**
 * @param keys of one bucket
 * @param onSent is told how many the queue has
 * @throws UNAVAILABLE, which says how many were sent, when the queue takes no more.
 */
export async function sendToScore(
  { queue, ...common }: ScoreRequest,
  { bucket, keys }: { bucket: string; keys: readonly string[] },
  onSent: (sent: number) => void = () => {},
): Promise<void> {
  const client = new SQSClient({});
  try {
    for (let sent = 0; sent < keys.length; sent += AT_ONCE) {
      const entries = keys.slice(sent, sent + AT_ONCE).map((key, at) => ({
        Id: String(at),
        MessageBody: JSON.stringify({ ...common, bucket, key }),
      }));
      await send(client, queue, entries).catch((cause) => {
        throw new RadliteError(
          "UNAVAILABLE",
          `${queue} took ${sent} of ${keys.length} messages and then no more: ${cause.message}`,
          { cause },
        );
      });
      onSent(Math.min(sent + AT_ONCE, keys.length));
    }
  } finally {
    client.destroy();
  }
}

async function send(
  client: SQSClient,
  queue: string,
  entries: SendMessageBatchRequestEntry[],
): Promise<void> {
  let left = entries;
  for (let tries = 1; ; tries++) {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queue, Entries: left }),
    );
    if (Failed.length === 0) return;
    if (tries >= TRIES || Failed.some(({ SenderFault }) => SenderFault))
      throw new Error(Failed[0]!.Message ?? Failed[0]!.Code);
    left = left.filter(({ Id }) => Failed.some((failed) => failed.Id === Id));
  }
}
