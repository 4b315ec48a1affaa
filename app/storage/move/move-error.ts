/** A move that can't be done; the message names the reason and the remedy. */
export class MoveError extends Error {
  override name = "MoveError";
}
