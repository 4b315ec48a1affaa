import {
  type ActionFunctionArgs,
  data,
  type HeadersFunction,
  type LoaderFunctionArgs,
  type MetaFunction,
  redirect,
} from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { authorizePerson } from "../auth/authorize-page.server";
import type { Person } from "../auth/identity.server";
import { signInState } from "../auth/sign-in.server";
import { parseTokenRequest, tokenFields } from "../auth/token-request";
import { AccessPage } from "../components/access-page/access-page";
import { now } from "../platform/clock.server";
import { type AccessPageModel, INTENTS } from "../presenters/access-page/access-page";
import { accessView } from "../runtime/access-page.server";
import { type PageData, pageData } from "../server/page-data";
import { BodyError, readBody } from "../server/request-body.server";
import { databaseUnavailable, methodNotAllowed } from "../server/responses.server";
import { isUnavailable } from "../storage/unavailable.server";

const MAX_BODY = 16 * 1024;

export const headers: HeadersFunction = () => ({ "Cache-Control": "no-store" });

/** Who and what has access: sessions and API tokens. */
export async function loader({ request }: LoaderFunctionArgs): Promise<PageData<AccessPageModel>> {
  const person = await authorizePerson(request);
  return pageData(await accessView(person));
}

/** Ends sessions; creates and revokes tokens. */
export async function action({ request }: ActionFunctionArgs) {
  const person = await authorizePerson(request);
  if (request.method !== "POST") throw methodNotAllowed("GET, HEAD, POST");
  try {
    return await change(person, new URLSearchParams(await readBody(request, MAX_BODY)));
  } catch (error) {
    if (error instanceof BodyError) throw Response.json({ error: error.message }, { status: error.status });
    if (isUnavailable(error)) throw databaseUnavailable(error, "written");
    throw error;
  }
}

async function change(person: Person, form: URLSearchParams) {
  const { sessions, tokens } = signInState();
  const id = form.get("id") ?? "";
  const own = person.by === "session" ? person.session.id : null;
  switch (form.get("intent")) {
    case INTENTS.endSession:
      await sessions.end(id);
      return redirect("/admin/access", 303);
    case INTENTS.endOthers:
      await sessions.endOthers(own);
      return redirect("/admin/access", 303);
    case INTENTS.revokeToken:
      await tokens.revoke(id);
      return redirect("/admin/access", 303);
    case INTENTS.createToken:
      return createToken(person, form);
    default:
      throw Response.json({ error: "intent must be one of the page's forms." }, { status: 400 });
  }
}

async function createToken(person: Person, form: URLSearchParams) {
  const { tokens } = signInState();
  const fields = tokenFields(form);
  const refuse = async (problem: string) =>
    data(pageData(await accessView(person, { refused: { problem, form: fields } })), { status: 400 });
  const parsed = parseTokenRequest(fields, now());
  if (typeof parsed === "string") return refuse(parsed);
  const text = await tokens.create(parsed);
  if (text === null) return refuse("There is a token with this name, or there are 100 tokens. Revoke one.");
  return data(pageData(await accessView(person, { created: { name: parsed.name, text } })), { status: 201 });
}

export const meta: MetaFunction = () => [{ title: "Access · Vitals Cockpit" }];

export default function Access() {
  const loaded = useLoaderData<typeof loader>();
  return <AccessPage page={(useActionData<PageData<AccessPageModel>>() ?? loaded).page} />;
}
