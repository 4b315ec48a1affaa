import { type Person, personOf } from "./identity.server";
import { rotateSession } from "./sign-in.server";

/** The reader of a document. */
export type DocumentReader = {
  /** Whether it is an admin. */
  isPerson: boolean;
  /** The `Set-Cookie` header of a replaced session token; `null` for none. */
  cookie: string | null;
};

/** The reader of a document that is rendered now. Where the database can't be read, it is nobody. */
export async function documentReader(request: Request): Promise<DocumentReader> {
  let person: Person | null = null;
  try {
    person = await personOf(request);
  } catch (error) {
    if (!(error instanceof Response)) throw error;
  }
  const cookie = person?.by === "session" ? await rotateSession(request, person.session) : null;
  return { isPerson: person !== null, cookie };
}
