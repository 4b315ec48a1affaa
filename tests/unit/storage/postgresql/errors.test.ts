import { DatabaseError } from "pg";
import { describe, expect, it } from "vitest";
import { BusyError, DatabaseGoneError } from "../../../../app/storage/database-errors";
import { isConflict, translated } from "../../../../app/storage/postgresql/errors";

/** An error as the driver throws it. */
const failure = (code: string, message = "message") =>
  Object.assign(new DatabaseError(message, message.length, "error"), { code });

describe("translated", () => {
  it.each([
    failure("57P01", "terminating connection due to administrator command"),
    failure("08006", "connection to the remote node vitals@worker-1:5432 failed"),
    failure("53300", "sorry, too many clients already"),
    // Without a code: the connection broke.
    new Error("Connection terminated unexpectedly"),
    // Node's code of a broken pipe has the form of a SQLSTATE.
    Object.assign(new Error("write EPIPE"), { code: "EPIPE" }),
    // Of Citus 13.2, when a worker is stopped within a transaction.
    failure("XX000", "failure on connection marked as essential: worker-1:5432"),
    // And when it crashes.
    failure(
      "XX000",
      "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.",
    ),
    failure("XX000", "could not receive data from server: Connection reset by peer"),
  ])("is a DatabaseGoneError for %s", (error) => {
    expect(translated(error)).toBeInstanceOf(DatabaseGoneError);
  });

  it("is a BusyError for a lock that another program holds", () => {
    expect(translated(failure("55P03"))).toBeInstanceOf(BusyError);
  });

  it.each([
    failure("XX000", "cache lookup failed"),
    failure("42P01", "relation does not exist"),
    failure("53100", "could not extend file: No space left on device"),
  ])("is the error itself for %s", (error) => {
    expect(translated(error)).toBe(error);
  });

  it("leaves a conflict to another attempt", () => {
    expect(isConflict(failure("40P01"))).toBe(true);
    expect(isConflict(failure("57P01"))).toBe(false);
  });
});
