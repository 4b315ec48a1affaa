import { z } from "zod";
import { list, publicUrl, text } from "./env-values";

/** A name that can stand in a URL, and an address. */
const TARGET = /^([\w.-]{1,64})=(\S+)$/;

const targets = list
  .refine(
    (items) => items.every((item) => publicUrl.safeParse(TARGET.exec(item)?.[2]).success),
    'must be a list of names and addresses such as "worker=http://worker:8080/admin/profiling"',
  )
  .transform((items) =>
    items.map((item) => {
      const [, name = "", url = ""] = TARGET.exec(item) ?? [];
      return { name, url: url.replace(/\/+$/, "") };
    }),
  )
  .refine(
    (all) => new Set(all.map(({ name }) => name)).size === all.length,
    "must have a different name for each address",
  );

/** Settings of profiling. */
export const PROFILING_VARIABLES = {
  PROFILING_ENABLED: {
    default: null,
    description:
      "`1` turns `/admin/profiling` on, `0` off. Unset: off in production, where it answers 404, and on in development.",
    schema: z.enum(["1", "0"], { error: "must be 1 or 0" }).transform((value) => value === "1"),
  },
  PROFILING_TARGETS: {
    default: null,
    description:
      "Comma-separated services to profile, each a name and the address of its profiling routes: `worker=http://worker:8080/admin/profiling`. Unset: the cockpit only.",
    schema: targets,
  },
  PROFILING_TARGETS_TOKEN: {
    default: null,
    description: "Bearer token that the cockpit sends to the `PROFILING_TARGETS`.",
    schema: text,
  },
};
