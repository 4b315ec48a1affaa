import { monotonic } from "../platform/clock.server";
import { log } from "../platform/log.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { singleton } from "../platform/singleton.server";
import { jsonNoStore } from "../server/responses.server";
import { isUnavailable } from "../storage/busy.server";

const warn = () =>
  singleton("answer-read-log", () =>
    createRateLimitedLog(monotonic, (err, requests) =>
      log().error({ err, requests }, "the database can't be read for an API"),
    ),
  );

/** The response of `read`, or 503 where the database can't be read. @throws any other error of `read` */
export async function answerRead(read: () => Promise<Response>): Promise<Response> {
  try {
    return await read();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    warn()(error);
    return jsonNoStore(
      { error: "The database can't be read now; try again later." },
      { status: 503, headers: { "Retry-After": "5" } },
    );
  }
}
