import { redirect } from "@remix-run/node";

/** The cockpit is all there is. */
export const loader = (): Response => redirect("/admin/performance");
