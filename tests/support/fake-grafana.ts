import type { IncomingMessage, ServerResponse } from "node:http";
import { startLoopbackServer } from "./loopback-server";

export type StoredAnnotation = { id: number; time: number; tags: string[]; text: string };

/** How a Grafana, or a proxy before it, handles an annotation. */
export type Behaviour =
  | "works"
  | "never answers"
  | "stores and never answers"
  | "answers 500"
  | "stores and answers 500"
  | "answers HTML"
  | "stores and answers HTML"
  | "answers without an id"
  | "hangs up"
  | "redirects"
  | "answers 403"
  | "has no end";

/** An HTTP server that accepts annotations like Grafana, below /grafana, with one token. */
export class FakeGrafana {
  readonly annotations: StoredAnnotation[] = [];
  readonly requests: Array<{
    method: string;
    url: string;
    headers: IncomingMessage["headers"];
    body: string;
  }> = [];
  behaviour: Behaviour = "works";

  private constructor(
    readonly token: string,
    readonly parts: { origin: string; close: () => Promise<void> },
  ) {}

  static async start(token: string): Promise<FakeGrafana> {
    const holder: { grafana?: FakeGrafana } = {};
    const server = await startLoopbackServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => holder.grafana?.answer(request, Buffer.concat(chunks).toString(), response));
    });
    holder.grafana = new FakeGrafana(token, server);
    return holder.grafana;
  }

  get baseUrl(): string {
    return `${this.parts.origin}/grafana`;
  }

  close(): Promise<void> {
    return this.parts.close();
  }

  private answer(request: IncomingMessage, body: string, response: ServerResponse): void {
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, url, headers, body });
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    const { pathname, searchParams } = new URL(url, this.parts.origin);
    if (pathname !== "/grafana/api/annotations") return void json(404, { message: "Not found" });
    if (headers.authorization !== `Bearer ${this.token}`) return void json(401, { message: "Unauthorized" });
    if (method === "POST" && /^(?:works|stores)/.test(this.behaviour)) this.store(body);
    switch (this.behaviour) {
      case "works":
        return void json(200, method === "POST" ? this.addedResponse() : this.search(searchParams));
      case "never answers":
      case "stores and never answers":
        return;
      case "answers 500":
      case "stores and answers 500":
        return void json(500, { message: "Internal error" });
      case "answers HTML":
      case "stores and answers HTML":
        return void response
          .writeHead(200, { "Content-Type": "text/html" })
          .end("<!doctype html><title>Sign in</title>");
      case "answers without an id":
        return void json(200, {});
      case "hangs up":
        return void request.socket.destroy();
      case "redirects":
        return void response.writeHead(302, { Location: `${this.parts.origin}/elsewhere` }).end();
      case "answers 403":
        return void json(403, { message: "Permission denied" });
      case "has no end": {
        response.writeHead(200, { "Content-Type": "application/json" });
        const chunk = Buffer.alloc(64 * 1024, " ");
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on("drain", more);
        more();
      }
    }
  }

  private store(body: string): void {
    this.annotations.push({ id: this.annotations.length + 1, ...JSON.parse(body) });
  }

  private addedResponse() {
    return { message: "Annotation added", id: this.annotations.length };
  }

  private search(params: URLSearchParams): StoredAnnotation[] {
    const [from, to] = [Number(params.get("from")), Number(params.get("to"))];
    return this.annotations.filter(
      ({ time, tags }) =>
        time >= from && time <= to && params.getAll("tags").every((tag) => tags.includes(tag)),
    );
  }
}
