import type { IncomingMessage, ServerResponse } from "node:http";
import { startLoopbackServer } from "./loopback-server";

/** What a webhook may do with a message. `accepts and …`: the receiver processed the message nevertheless. */
export type WebhookBehaviour =
  | "works"
  | "never answers"
  | "accepts and never answers"
  | "answers 500"
  | "accepts and answers 500"
  | "answers 404"
  | "answers 429"
  | "hangs up"
  | "redirects"
  | "has no end";

type Received = { headers: IncomingMessage["headers"]; body: string };

/** A webhook on the loopback interface, which records what it accepts. */
export class FakeWebhook {
  /** Messages that the receiver processed. */
  readonly accepted: Received[] = [];
  readonly requests: Array<Received & { method: string; url: string }> = [];
  behaviour: WebhookBehaviour = "works";

  private constructor(readonly server: { origin: string; close: () => Promise<void> }) {}

  static async start(): Promise<FakeWebhook> {
    const holder: { webhook?: FakeWebhook } = {};
    const server = await startLoopbackServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => holder.webhook?.answer(request, Buffer.concat(chunks).toString(), response));
    });
    holder.webhook = new FakeWebhook(server);
    return holder.webhook;
  }

  get url(): string {
    return `${this.server.origin}/hooks/secret-of-the-tests?sig=1`;
  }

  /** Parsed bodies of the accepted messages. */
  get messages() {
    return this.accepted.map(({ body }) => JSON.parse(body));
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private answer(request: IncomingMessage, body: string, response: ServerResponse): void {
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, url, headers, body });
    if (/^(?:works|accepts|has no end)/.test(this.behaviour)) this.accepted.push({ headers, body });
    switch (this.behaviour) {
      case "works":
        return void response.writeHead(200, { "Content-Type": "text/plain" }).end("ok");
      case "never answers":
      case "accepts and never answers":
        return;
      case "answers 500":
      case "accepts and answers 500":
        return void response.writeHead(500).end();
      case "answers 404":
        return void response.writeHead(404).end();
      case "answers 429":
        return void response.writeHead(429).end();
      case "hangs up":
        return void request.socket.destroy();
      case "redirects":
        return void response.writeHead(307, { Location: `${this.server.origin}/elsewhere` }).end();
      case "has no end": {
        response.writeHead(200, { "Content-Type": "text/plain" });
        const chunk = Buffer.alloc(64 * 1024, " ");
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on("drain", more);
        more();
      }
    }
  }
}
