import { databaseUnavailable } from "../server/responses.server";
import { isUnavailable } from "../storage/unavailable.server";

/** The response of `read`, or 503 where the database can't be read. @throws any other error of `read` */
export async function answerRead(read: () => Promise<Response>): Promise<Response> {
  try {
    return await read();
  } catch (error) {
    if (isUnavailable(error)) return databaseUnavailable(error, "read");
    throw error;
  }
}
