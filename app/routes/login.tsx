import {
  type ActionFunctionArgs,
  data,
  type HeadersFunction,
  type LoaderFunctionArgs,
  type MetaFunction,
  redirect,
} from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { personOf } from "../auth/identity.server";
import { returnPath } from "../auth/return-path";
import { redeemSignInLink, signIn } from "../auth/sign-in.server";
import { Button, MainInput } from "../components/page/controls";
import { PlainPage } from "../components/page/plain-page";
import { type PageData, pageData } from "../server/page-data";
import { BodyError, readBody } from "../server/request-body.server";

const MAX_BODY = 32 * 1024;
const NO_STORE = { "Cache-Control": "no-store" };

export const meta: MetaFunction = () => [{ title: "Sign in · Vitals Cockpit" }];

export const headers: HeadersFunction = ({ actionHeaders, loaderHeaders }) => ({
  ...NO_STORE,
  ...Object.fromEntries(loaderHeaders),
  ...Object.fromEntries(actionHeaders),
});

/** Why the form is shown again, and where it still leads. */
type Refused = { message: string; next: string };

/** Where the form leads, and why a link that signs in did not. */
type Form = { next: string; message?: string };

/** The form; whoever is signed in, or comes with a link that signs in, is led on. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url);
  const next = returnPath(searchParams.get("next"));
  if ((await personOf(request)) !== null) return redirect(next, { headers: NO_STORE });
  const token = searchParams.get("token");
  const result = token === null ? null : await redeemSignInLink(request, token);
  if (result === null) return pageData<Form>({ next });
  if (typeof result === "string") return redirect(next, { headers: { ...NO_STORE, "Set-Cookie": result } });
  return data(pageData<Form>({ next, message: result.message }), {
    status: result.status,
    headers: result.headers,
  });
}

/** A password from the form: a session and on to where its owner wanted to go, or the form again. */
export async function action({ request }: ActionFunctionArgs) {
  const refuse = (status: number, refused: Refused, more: Record<string, string> = {}) =>
    data(pageData(refused), { status, headers: more });
  const asked = new URL(request.url).searchParams.get("next");
  if (request.method !== "POST") {
    return refuse(405, { message: "Use the form.", next: returnPath(asked) }, { Allow: "GET, HEAD, POST" });
  }
  try {
    const form = new URLSearchParams(await readBody(request, MAX_BODY));
    const next = returnPath(form.get("next") ?? asked);
    const result = await signIn(request, form.get("password") ?? "");
    if (Array.isArray(result)) {
      const headers = new Headers(NO_STORE);
      for (const cookie of result) headers.append("Set-Cookie", cookie);
      return redirect(next, { status: 303, headers });
    }
    return refuse(result.status, { message: result.message, next }, result.headers);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return refuse(error.status, { message: error.message, next: returnPath(asked) }, { Connection: "close" });
  }
}

export default function Login() {
  const refused = useActionData<PageData<Refused>>()?.page;
  const form = useLoaderData<PageData<Form>>().page;
  const message = refused?.message ?? form.message;
  return (
    <PlainPage title="Sign in">
      <form method="post" action="/login">
        <input type="hidden" name="next" value={refused?.next ?? form.next} />
        {/* There is one account, but password managers store a password under a name. */}
        <p hidden>
          <label>
            Name <input type="text" name="username" autoComplete="username" value="admin" readOnly />
          </label>
        </p>
        <label className="mb-1 block" htmlFor="password">
          Password
        </label>{" "}
        <MainInput
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          // The page is this field, and there is nothing before it to miss.
          autoFocus
          aria-invalid={message === undefined ? undefined : true}
          aria-describedby={message === undefined ? undefined : "problem"}
        />
        {message !== undefined && (
          <p id="problem" className="mb-3 font-semibold">
            {message}
          </p>
        )}
        <Button kind="main">Sign in</Button>
      </form>
    </PlainPage>
  );
}
