import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { Refusals } from "../../../../app/server/traffic/refusals.mjs";

function exchange() {
  const socket = new Socket().on("error", () => {});
  const request = new IncomingMessage(socket);
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  return { request, response };
}

describe("Refusals", () => {
  it("counts no answer that waits for a client that is gone", () => {
    const refusals = new Refusals(() => {});
    const gone = exchange();
    gone.response.destroy();
    const refuse = ({ request, response }: ReturnType<typeof exchange>) =>
      refusals.refuse(request, response, { client: "a", reason: "capacity" });
    // Every fourth answer is late, 4,096 at most at once.
    for (let i = 0; i < 4 * 4_096; i += 1) refuse(gone);
    const answered = Array.from({ length: 4 }, exchange).map((one) => {
      refuse(one);
      const isAnswered = one.response.writableEnded;
      one.response.emit("close");
      return isAnswered;
    });
    expect(answered).toEqual([true, true, true, false]);
  });
});
